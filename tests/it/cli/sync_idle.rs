//! Mail on a server that says when some arrives, and one that cannot.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gangplank::outgoing::Secret;
use gangplank::outgoing::imap::{ImapConnection, WaitEnd};
use gangplank::sources::ImapAccount;
use tokio::sync::Notify;

use crate::support::home::Home;
use crate::support::open_sources::OpenSources;

const DEADLINE: Duration = Duration::from_secs(30);

/// What a client did.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Did {
    Command(String),
    /// It left after it had waited.
    Left,
}

/// A mailbox that is filled while somebody waits.
#[derive(Default)]
struct Mailbox {
    messages: Vec<String>,
    waiting: Vec<TcpStream>,
}

struct IdleServer {
    address: String,
    mailbox: Arc<Mutex<Mailbox>>,
    did: Receiver<Did>,
}

impl IdleServer {
    fn start(can_idle: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("imap://{}", listener.local_addr().expect("an address"));
        let mailbox: Arc<Mutex<Mailbox>> = Arc::default();
        let (tell, did) = channel();
        let known = mailbox.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (mailbox, tell) = (known.clone(), tell.clone());
                std::thread::spawn(move || converse(&stream, can_idle, &mailbox, &tell));
            }
        });
        Self { address, mailbox, did }
    }

    /// Puts a message into the mailbox, and says so to whoever waits.
    fn deliver(&self, headers: &str) {
        let mut mailbox = self.mailbox.lock().expect("nobody panicked");
        mailbox.messages.push(headers.replace('\n', "\r\n") + "\r\n\r\n");
        let count = mailbox.messages.len();
        for waiting in &mut mailbox.waiting {
            let _ = write!(waiting, "* OK Still here\r\n* {count} EXISTS\r\n");
        }
    }

    /// Waits until a client did `what`.
    fn wait_for(&self, what: &Did) {
        while self.did.recv_timeout(DEADLINE).expect("a client does it") != *what {}
    }
}

fn converse(stream: &TcpStream, can_idle: bool, mailbox: &Mutex<Mailbox>, tell: &Sender<Did>) {
    let mut writer = stream;
    let _ = writer.write_all(b"* OK hello\r\n");
    let mut idle_tag = None;
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        let (tag, command) = line.split_once(' ').unwrap_or(("", &line));
        let word = command.split(' ').next().unwrap_or_default().to_owned();
        let mut mailbox = mailbox.lock().expect("nobody panicked");
        let count = mailbox.messages.len();
        let answer = match &*word {
            "CAPABILITY" if can_idle => format!("* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK x\r\n"),
            "CAPABILITY" => format!("* CAPABILITY IMAP4rev1\r\n{tag} OK x\r\n"),
            "EXAMINE" => format!(
                "* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT {}] x\r\n* {count} EXISTS\r\n{tag} OK x\r\n",
                count + 1
            ),
            "IDLE" => {
                idle_tag = Some(tag.to_owned());
                mailbox.waiting.push(stream.try_clone().expect("a connection"));
                "+ idling\r\n".to_owned()
            }
            "DONE" => {
                mailbox.waiting.clear();
                format!("{} OK x\r\n", idle_tag.take().unwrap_or_default())
            }
            "UID" if command.contains("SEARCH") => {
                let all: Vec<String> = (1..=count).map(|uid| uid.to_string()).collect();
                format!("* SEARCH {}\r\n{tag} OK x\r\n", all.join(" "))
            }
            "UID" => {
                let each = mailbox.messages.iter().zip(1..).map(|(message, uid): (&String, usize)| {
                    let size = message.len();
                    format!("* {uid} FETCH (UID {uid} FLAGS () BODY[HEADER]<0> {{{size}}}\r\n{message})\r\n")
                });
                each.collect::<String>() + &format!("{tag} OK x\r\n")
            }
            "LOGOUT" => format!("* BYE x\r\n{tag} OK x\r\n"),
            _ => format!("{tag} OK x\r\n"),
        };
        let _ = tell.send(Did::Command(if word == "EXAMINE" { command.to_owned() } else { word }));
        drop(mailbox);
        if writer.write_all(answer.as_bytes()).is_err() {
            break;
        }
    }
    if idle_tag.is_some() {
        let _ = tell.send(Did::Left);
    }
}

fn source(server: &IdleServer) -> String {
    format!(
        "[source.mail]\nkind = \"imap\"\nevery = \"1d\"\naddress = \"{}\"\nuser = \"dan@team.test\"\n\
         mailboxes = [\"INBOX\"]\nsecret_command = [\"printf\", \"hidden\"]\n",
        server.address
    )
}

const OUTREACH: &str = "From: Dan <dan@team.test>\nTo: billing@acme.test\nDate: Fri, 13 Dec 2024 10:00:00 +0000\n\
    Message-ID: <one@team.test>\nSubject: Your bill";
const REPLY: &str = "From: billing@acme.test\nTo: dan@team.test\nDate: Fri, 13 Dec 2024 11:00:00 +0000\n\
    Message-ID: <two@acme.test>\nIn-Reply-To: <one@team.test>\nSubject: Re: Your bill";

#[test]
fn a_server_that_says_so_is_read_at_once_and_left_with_the_board() {
    let home = Home::with_acme_and_dan();
    let server = IdleServer::start(true);
    let open = OpenSources::start(&home, &source(&server));
    assert_eq!(open.reading().status.error, None);
    server.wait_for(&Did::Command("IDLE".to_owned()));
    server.deliver(OUTREACH);
    open.wait_for_stage("2");
    // It waits again.
    server.wait_for(&Did::Command("IDLE".to_owned()));
    server.deliver(REPLY);
    open.wait_for_stage("3a");
    server.wait_for(&Did::Command("IDLE".to_owned()));
    open.close();
    server.wait_for(&Did::Left);
}

#[test]
fn the_first_mailbox_is_waited_for_and_each_reading_looks_into_all() {
    let home = Home::with_acme_and_dan();
    let server = IdleServer::start(true);
    let both = source(&server).replace("[\"INBOX\"]", "[\"INBOX\", \"Sent\"]");
    let open = OpenSources::start(&home, &both);
    open.reading();
    server.wait_for(&Did::Command("EXAMINE \"INBOX\"".to_owned()));
    server.wait_for(&Did::Command("IDLE".to_owned()));
    // It lies in the second one, of which the server says nothing to whoever waits for the first.
    server
        .mailbox
        .lock()
        .expect("nobody panicked")
        .messages
        .push(OUTREACH.replace('\n', "\r\n") + "\r\n\r\n");
    // As the time of the next reading has it read.
    open.workers.read_now("mail");
    server.wait_for(&Did::Command("EXAMINE \"Sent\"".to_owned()));
    open.wait_for_stage("2");
    open.close();
}

#[test]
fn a_server_that_cannot_is_asked_every_so_often() {
    let home = Home::with_acme_and_dan();
    let server = IdleServer::start(false);
    let open = OpenSources::start(&home, &source(&server));
    open.reading();
    server.wait_for(&Did::Command("CAPABILITY".to_owned()));
    server.wait_for(&Did::Command("LOGOUT".to_owned()));
    server.deliver(OUTREACH);
    open.workers.read_now("mail");
    open.wait_for_stage("2");
    open.close();
}

#[test]
fn waiting_is_renewed_on_the_same_connection() {
    let server = IdleServer::start(true);
    let account = ImapAccount {
        address: server.address.as_str().into(),
        user: "dan".into(),
        mailboxes: vec!["INBOX".into()],
        has_token: false,
    };
    let secret = Secret::new("hidden").expect("a secret");
    let mut connection = ImapConnection::open(&account, Some(&secret)).expect("it logs in");
    connection.examine("INBOX").expect("a mailbox");
    let stop = Notify::new();
    for _ in 0..2 {
        assert_eq!(connection.wait_for_news(Duration::from_millis(1), &stop, || {}), Ok(WaitEnd::Quiet));
    }
    stop.notify_one();
    assert_eq!(connection.wait_for_news(DEADLINE, &stop, || {}), Ok(WaitEnd::Stopped));
    drop(connection);
    server.wait_for(&Did::Left);
}
