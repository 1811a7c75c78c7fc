//! Answers of mail servers that mean harm, or that nobody meant.

use gangplank::config::{Config, Overrides};
use gangplank::sources::ReadingContext;
use gangplank::sources::plan::plan;
use gangplank::state::Actor;

use crate::support::dice::Dice;
use crate::support::fake_mail::{FakeMailServer, MailAnswer};
use crate::support::home::{Home, now};
use crate::support::mutations::{assert_clean, everything_said, mutated_text, mutations};

const SECRET: &str = "key_never_to_be_seen";

/// What a server with one mailbox and two messages answers.
fn real(line: &str, tag: &str) -> Vec<u8> {
    let message = |number: u32, head: &str| {
        let head = head.replace('\n', "\r\n") + "\r\n\r\n";
        format!(
            "* {number} FETCH (UID {number} FLAGS (\\Seen) BODY[HEADER]<0> {{{}}}\r\n{head})\r\n",
            head.len()
        )
    };
    let before = match line.split(' ').nth(1) {
        Some("EXAMINE") => "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 3] x\r\n".to_owned(),
        Some("UID") if line.contains("SEARCH") => "* SEARCH 1 2\r\n".to_owned(),
        Some("UID") => {
            message(
                1,
                "From: Dan <dan@team.test>\nTo: billing@acme.test\nDate: Fri, 13 Dec 2024 10:00:00 +0000\n\
                 Message-ID: <one@team.test>\nSubject: Your bill",
            ) + &message(
                2,
                "From: billing@acme.test\nTo: dan@team.test\nDate: Fri, 13 Dec 2024 11:00:00 +0000\n\
                 Message-ID: <two@acme.test>\nIn-Reply-To: <one@team.test>\nSubject: Re: Your bill",
            )
        }
        Some("LOGOUT") => "* BYE x\r\n".to_owned(),
        _ => String::new(),
    };
    format!("{before}{tag} OK x\r\n").into_bytes()
}

/// Has `home` read the mail on `server`.
fn reads(home: &Home, server: &FakeMailServer) {
    home.config(
        "sources.toml",
        &format!(
            "[source.real]\nkind = \"imap\"\naddress = \"{}\"\nuser = \"dan\"\nmailboxes = [\"INBOX\"]\n\
             secret_command = [\"printf\", \"{SECRET}\"]\n",
            server.address
        ),
    );
}

#[test]
fn answers_of_a_mail_server() {
    let mut dice = Dice(0xA076_1D64_78BD_642F);
    let (mut left, mut is_news) = (0, 0_u32);
    let server = FakeMailServer::start(b"* OK hello\r\n", move |line, tag| {
        // Each reading finds something new, so that it reads on.
        is_news += 1;
        let real = String::from_utf8(real(line, tag))
            .expect("UTF-8")
            .replace("UIDNEXT 3", &format!("UIDNEXT {}", is_news + 3));
        if left > 0 {
            left -= 1;
            return MailAnswer::GoOn(real.into_bytes());
        }
        left = dice.roll(6);
        MailAnswer::Last(mutated_text(real.as_bytes(), &mut dice))
    });
    let home = Home::with_acme_and_dan();
    reads(&home, &server);
    let overrides = Overrides {
        data_dir: Some(home.data()),
        config_dir: Some(home.0.path().join("config")),
        ..Overrides::default()
    };
    let config = Config::load(&overrides).expect("a good configuration");
    let source = &config.sources[0];
    let mut session = home.session();
    let (mut read, mut said) = (0, String::new());
    for number in 0..mutations() {
        let (board, now) = (session.board().clone(), now());
        let context = ReadingContext { terms: &config.terms, board: &board, now: &now };
        let cursor = board.source_read(&source.name).and_then(|read| read.cursor.clone());
        let outcome = gangplank::sync::read(source, cursor.as_deref(), &context);
        match outcome {
            Ok(pulled) => {
                read += 1;
                for batch in plan(source, &pulled, &board, now.at).batches {
                    let kept = session.submit(&batch, &Actor::Source(source.name.clone()), now);
                    assert!(kept.is_ok(), "{number}: {kept:?}");
                }
            }
            Err(why) => said.extend([&*gangplank::text::clean(&why.to_string()), "\n"]),
        }
    }
    assert!(read > 2 && said.lines().count() > 10, "{read} read, {said}");
    drop(session);
    for args in [["sync", "--dry-run"], ["sync", "--json"]] {
        let output = home.gangplank(&args).output().expect("it runs");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
        said += &String::from_utf8(output.stdout).expect("UTF-8");
        said += &String::from_utf8(output.stderr).expect("UTF-8");
    }
    assert_clean(&(said + &everything_said(&home)), SECRET);
}

#[test]
fn what_no_parser_survives_ends_the_reading_alone() {
    let nested = || format!("* 1 FETCH (BODYSTRUCTURE {}\r\n", "(".repeat(1_000_000)).into_bytes();
    for (answer, expected) in [
        // Neither is what was asked for, and both end a parser.
        (b"* OK [UIDNEXT 3]\xc3\xbcber\r\n".to_vec(), "and failed at"),
        (b"* 1 FETCH (INTERNALDATE NIL)\r\n".to_vec(), "and failed at"),
        (nested(), "127.0.0.1 does not speak IMAP as it should"),
    ] {
        let server =
            FakeMailServer::start(b"* OK hello\r\n", move |line, tag| match line.split(' ').nth(1) {
                Some("EXAMINE") => MailAnswer::Last(answer.clone()),
                _ => real(line, tag).into(),
            });
        let home = Home::with_acme_and_dan();
        reads(&home, &server);
        let complaint = home.complains(&["sync"], 1);
        assert!(complaint.starts_with("real was not read: ") && complaint.contains(expected), "{complaint}");
        assert_clean(&complaint, SECRET);
    }
}
