//! Real mail, from a mail program to a card that moves: swaks sends it, Dovecot keeps it, and mbsync fetches it, or the board
//! reads it there.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::counterpart::{done, programs};
use crate::support::dovecot::{MailServer, PASSWORD};
use crate::support::home::Home;

const OUTREACH: [(&str, &str); 5] = [
    ("From", "dan@team.test"),
    ("To", "billing@acme.test"),
    ("Date", "Fri, 13 Dec 2024 10:00:00 +0000"),
    ("Message-Id", "<one@team.test>"),
    ("Subject", "Your usage"),
];

const AUTO_REPLY: [(&str, &str); 7] = [
    ("From", "billing@acme.test"),
    ("To", "dan@team.test"),
    ("Date", "Fri, 13 Dec 2024 10:01:00 +0000"),
    ("Message-Id", "<away@acme.test>"),
    ("In-Reply-To", "<one@team.test>"),
    ("Auto-Submitted", "auto-replied"),
    ("Subject", "Automatic reply: Your usage"),
];

const REPLY: [(&str, &str); 6] = [
    ("From", "billing@acme.test"),
    ("To", "dan@team.test"),
    ("Date", "Fri, 13 Dec 2024 11:00:00 +0000"),
    ("Message-Id", "<two@acme.test>"),
    ("In-Reply-To", "<one@team.test>"),
    ("Subject", "Re: Your usage"),
];

fn stage(home: &Home) -> Value {
    home.json(&["show", "A-1", "--json"])["stage"].clone()
}

/// The way of a card with mail that is sent to `server`, when `read` reads what there is.
fn check_way(home: &Home, server: &MailServer, mut read: impl FnMut() -> String) {
    server.send("Sent", &OUTREACH);
    let told = read();
    assert!(told.starts_with("mail: 1 message read · 1 recorded"), "{told}");
    assert_eq!(stage(home), json!("2"));
    server.send("INBOX", &AUTO_REPLY);
    read();
    assert_eq!(stage(home), json!("2"), "an automatic reply is no reply");
    server.send("INBOX", &REPLY);
    read();
    assert_eq!(stage(home), json!("3a"));

    let log = home.json(&["log", "--json"]);
    read();
    assert_eq!(home.json(&["log", "--json"]), log, "reading the mailbox again changes nothing");
}

#[test]
fn mail_that_mbsync_fetches_moves_the_card() {
    let Some([mbsync]) = programs(["mbsync"], "apt-get install isync") else { return };
    let Some(server) = MailServer::start() else { return };
    let home = Home::with_acme_and_dan();
    let mail = home.0.path().join("Mail");
    fs::create_dir(&mail).expect("a directory");
    let fetched = home.0.path().join("mbsyncrc");
    let (port, local) = (server.port, mail.display());
    fs::write(
        &fetched,
        format!(
            "IMAPAccount t\nHost 127.0.0.1\nPort {port}\nUser dan\nPass {PASSWORD}\nSSLType None\n\
             AuthMechs PLAIN LOGIN\n\nIMAPStore far\nAccount t\n\nMaildirStore near\nPath {local}/\n\
             Inbox {local}/INBOX\nSubFolders Verbatim\n\nChannel t\nFar :far:\nNear :near:\nPatterns *\nCreate Near\n\
             SyncState *\n"
        ),
    )
    .expect("a file");
    home.config("sources.toml", &format!("[source.mail]\nkind = \"maildir\"\npath = \"{local}\"\n"));
    check_way(&home, &server, || {
        done(Command::new(&mbsync).arg("-c").arg(&fetched).arg("-a").env("HOME", home.0.path()));
        home.says(&["sync"])
    });
}

#[cfg(feature = "imap")]
fn on_server(home: &Home, address: &str, password: &str, mailboxes: &str) {
    home.config(
        "sources.toml",
        &format!(
            "[source.mail]\nkind = \"imap\"\naddress = \"{address}\"\nuser = \"dan\"\n\
             secret_command = [\"printf\", \"{password}\"]\nmailboxes = {mailboxes}\n"
        ),
    );
}

#[cfg(feature = "imap")]
#[test]
fn mail_on_a_server_moves_the_card() {
    let Some(server) = MailServer::start() else { return };
    let home = Home::with_acme_and_dan();
    let address = format!("imap://127.0.0.1:{}", server.port);
    // The server makes a mailbox once something is put into it.
    server.send(
        "Gesendete Übungen",
        &REPLY.map(|(name, value)| (name, value.replace("acme", "elsewhere").leak() as &str)),
    );
    on_server(&home, &address, PASSWORD, "[\"INBOX\", \"Gesendete Übungen\"]");
    assert!(home.says(&["sync"]).starts_with("mail: 1 message read"), "a mailbox with a foreign name");

    let home = Home::with_acme_and_dan();
    on_server(&home, &address, PASSWORD, "[\"INBOX\", \"Sent\"]");
    let complaint = home.complains(&["sync"], 1);
    assert!(complaint.contains("127.0.0.1 has no mailbox `Sent`: correct `mailboxes`"), "{complaint}");
    check_way(&home, &server, || home.says(&["sync"]));
    let told = home.says(&["sync"]);
    assert!(told.starts_with("mail: 0 messages read"), "nothing arrived since: {told}");
    let dump = std::fs::read_to_string(home.data().join("journal.jsonl")).expect("a journal");
    assert!(
        !dump.contains(PASSWORD) && !dump.contains("Your usage"),
        "neither secrets nor subjects are kept"
    );

    on_server(&home, &address, "wrong", "[\"INBOX\", \"Sent\"]");
    let complaint = home.complains(&["sync"], 1);
    assert!(complaint.contains("127.0.0.1 refuses dan or the password"), "{complaint}");
}

#[cfg(feature = "imap")]
#[test]
fn a_server_shows_a_certificate_that_the_system_knows() {
    let Some(server) = MailServer::start() else { return };
    let home = Home::with_acme_and_dan();
    server.send("Sent", &OUTREACH);
    on_server(&home, &format!("imaps://localhost:{}", server.secure_port), PASSWORD, "[\"INBOX\", \"Sent\"]");
    let complaint = home.complains(&["sync"], 1);
    assert!(complaint.contains("no secure connection to localhost: invalid peer certificate"), "{complaint}");
    let known = home.gangplank(&["sync"]).env("SSL_CERT_FILE", &server.root).output().expect("it runs");
    let told = String::from_utf8_lossy(&known.stdout);
    assert!(told.starts_with("mail: 1 message read · 1 recorded"), "{known:?}");
    assert_eq!(stage(&home), json!("2"));
}

#[cfg(feature = "imap")]
#[test]
fn mail_on_a_server_is_read_as_it_arrives_while_a_board_is_open() {
    use crate::support::open_sources::OpenSources;
    let Some(server) = MailServer::start() else { return };
    let home = Home::with_acme_and_dan();
    server.send("Sent", &OUTREACH);
    let source = format!(
        "[source.mail]\nkind = \"imap\"\naddress = \"imap://127.0.0.1:{}\"\nuser = \"dan\"\nevery = \"1d\"\n\
         secret_command = [\"printf\", \"{PASSWORD}\"]\n",
        server.port
    );
    let open = OpenSources::start(&home, &source);
    open.wait_for_stage("2");
    server.send("INBOX", &REPLY);
    open.wait_for_stage("3a");
    open.close();
}
