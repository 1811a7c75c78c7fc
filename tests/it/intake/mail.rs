//! Mail, as signals.

use std::fs;

use gangplank::intake::mail::MailReader;
use gangplank::intake::people::{AddressBook, TeamAddresses};
use gangplank::intake::providers::Translation;
use gangplank::state::{AccountFacts, Board, FactKey, FactValue, Roster};
use proptest::prelude::*;

use crate::support::home::{Home, run_in};
use crate::support::{World, row};

const MAILBOX: &str = include_str!("../data/mail/onboarding.mbox");

pub(super) fn team() -> TeamAddresses {
    TeamAddresses::new(&Roster::default(), &["Dan@example.com".into(), "magda@example.com".into()])
}

/// The accounts that the mailbox is about: two new ones, one that was written to, and another new one.
pub(super) fn accounts() -> Vec<AccountFacts> {
    let account = |id: &str, name: &str, stage: &str, contact: &str, domain: &str| {
        row(id, name)
            .with(FactKey::Contacts, FactValue::List(vec![contact.into()]))
            .with(FactKey::Domain, FactValue::Text(domain.into()))
            .in_stage(stage)
    };
    vec![
        account("A-1", "Acme", "1", "jane@acme.example", "acme.example"),
        account("A-2", "Bolt", "1", "bob@bolt.example", "bolt.example"),
        account("A-3", "Crate", "2", "ann@crate.example", "gmail.com"),
        account("A-4", "Dune", "1", "cai@dune.example", "example.com"),
    ]
}

fn board() -> Board {
    World::of(&accounts()).board().clone()
}

pub(super) fn read(board: &Board, mailboxes: &[&[u8]]) -> Translation {
    let team = team();
    let book = AddressBook::new(board, &team);
    let mut reader = MailReader::new(&book);
    for mailbox in mailboxes {
        reader.read(*mailbox).expect("memory can be read");
    }
    reader.finish()
}

/// What `translation` says, without which message said it.
fn told(translation: &Translation) -> Vec<String> {
    let signals = translation.signals.iter().map(|told| {
        let by = told.signal.by.as_deref().unwrap_or("-");
        let at = told.signal.at.format("%m-%d %H:%M");
        let kind = told.signal.data.kind().word();
        let data = serde_json::to_string(&told.signal.data).expect("a signal is JSON");
        let auto = if data.contains("true") { " (automatic)" } else { "" };
        format!("{at} {kind}{auto} by {by} | {} | {}", told.account, told.signal.id)
    });
    let rejected = translation.rejected.iter().map(|it| format!("! {}", it.reason));
    let ignored = translation.ignored.counts().into_iter().map(|(why, count)| format!("{why} {count}"));
    signals.chain(rejected).chain(ignored).collect()
}

/// The messages of the mailbox, each by itself.
fn messages() -> Vec<String> {
    let mut all: Vec<Vec<&str>> = Vec::new();
    for line in MAILBOX.lines() {
        if line.starts_with("From ") {
            all.push(Vec::new());
        } else {
            all.last_mut().expect("a message begins").push(line);
        }
    }
    all.into_iter().map(|lines| lines.join("\n") + "\n").collect()
}

fn mailbox(messages: &[String]) -> String {
    let begin = "From someone@example.com Mon Dec 09 09:30:00 2024\n";
    let whole: Vec<String> = messages.iter().map(|message| format!("{begin}{message}\n")).collect();
    whole.concat()
}

#[test]
fn a_mailbox_tells_who_wrote_to_whom() {
    let translation = read(&board(), &[MAILBOX.as_bytes()]);
    let expected = [
        "12-09 09:30 outreach.sent by Dan@example.com | jane@acme.example | mail:hello-1@example.com",
        "12-09 10:00 outreach.sent by magda@example.com | bolt.example | mail:hello-2@example.com",
        "12-09 11:00 reply.received (automatic) by - | bob@bolt.example | mail:away-1@bolt.example",
        "12-10 12:00 reply.received by - | jane@acme.example | mail:reply-1@acme.example",
        "12-11 10:00 outreach.sent by Dan@example.com | jane@acme.example, bob@bolt.example | mail:both-1@example.com",
        "12-11 12:00 reply.received by - | eve@elsewhere.example | mail:colleague-1@elsewhere.example",
        "12-11 14:00 reply.received by - | ann@crate.example | mail:without-id-",
        "automatic 1",
        "no reply 1",
        "to no account 1",
    ];
    let told = told(&translation);
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told}\n{expected}");
    }
    assert_eq!(translation.records, 10);
}

#[test]
fn what_people_wrote_is_nowhere() {
    let text = format!("{:?}", read(&board(), &[MAILBOX.as_bytes()]));
    assert!(!text.contains("secret-body") && !text.contains("Nobody reads"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_of_messages_says_the_same(messages in Just(messages()).prop_shuffle(), cut in 0..11_usize) {
        let board = board();
        let whole = told(&read(&board, &[MAILBOX.as_bytes()]));
        let (first, second) = messages.split_at(cut.min(messages.len()));
        let [first, second] = [first, second].map(mailbox);
        prop_assert_eq!(&told(&read(&board, &[first.as_bytes(), second.as_bytes()])), &whole);
        let windows = mailbox(&messages).replace('\n', "\r\n");
        prop_assert_eq!(&told(&read(&board, &[windows.as_bytes()])), &whole);
        let single: Vec<&[u8]> = messages.iter().map(String::as_bytes).collect();
        prop_assert_eq!(&told(&read(&board, &single)), &whole);
    }
}

#[test]
fn a_mailbox_may_count_its_bytes_instead_of_quoting_lines() {
    let body = "Hello.\n\nFrom jane@acme.example Tue Dec 10 12:00:00 2024\nFrom: jane@acme.example\nTo: dan@example.com\n\
                References: <x@example.com>\nDate: Tue, 10 Dec 2024 12:00:00 +0000\n\nQuoted.\n";
    let from = "From dan@example.com Mon Dec 09 09:30:00 2024";
    let head = "From: dan@example.com\nTo: jane@acme.example\nDate: Mon, 9 Dec 2024 09:30:00 +0000\n";
    let counted = |id: &str, length: usize| {
        format!("{from}\nMessage-ID: <{id}@example.com>\n{head}Content-Length: {length}\n\n{body}\n")
    };
    let board = board();
    let read = |text: &str| read(&board, &[text.as_bytes()]).records;
    assert_eq!(read(&(counted("a", body.len()) + &counted("b", body.len()))), 2);
    // A wrong count is not believed.
    for wrong in [0, 5, body.len() - 9, body.len() + 40, 1 << 40] {
        assert_eq!(read(&(counted("a", wrong) + &counted("b", body.len()))), 3, "{wrong}");
    }
}

/// A home whose team is Dan and Magda, with the accounts of the mailbox.
fn home() -> Home {
    let home = Home::empty();
    let config =
        "time_zone = \"Europe/Berlin\"\nspecialists = [\"dan@example.com\", \"magda@example.com\"]\n";
    home.config("config.toml", config);
    home.import(&accounts());
    home
}

/// Where the accounts of `home` stand.
fn stages(home: &Home) -> Vec<String> {
    let session = home.session();
    let stage = |account: &AccountFacts| {
        let known = session.board().get(&account.id).expect("it is on the board");
        known.placement.as_ref().map_or_else(String::new, |place| place.stage.to_string())
    };
    accounts().iter().map(stage).collect()
}

#[test]
fn outreach_and_replies_move_cards() {
    let home = home();
    let path = home.0.path().join("mail.mbox");
    fs::write(&path, MAILBOX).expect("it can be written");
    let args = ["ingest", "--from", "mail", path.to_str().expect("a plain path")];
    let dry = home.says(&[&args[..], &["--dry-run"]].concat());
    assert_eq!(stages(&home), ["1", "1", "2", "1"]);
    let said = home.says(&args);
    assert!(said.starts_with(dry.lines().next().expect("a line")), "{dry}\n{said}");
    insta::assert_snapshot!(said, @"
    10 messages read · 5 recorded · 2 without an account · 3 ignored (automatic 1, no reply 1, to no account 1) · 4 cards moved
      2 → 2. Onboarding Initiated
      2 → 3a. Engaged — Email
    Assign them: gangplank unmatched
    To undo: gangplank undo 2
    ");
    assert_eq!(stages(&home), ["3a", "2", "3a", "1"]);
    let again = home.says(&args);
    insta::assert_snapshot!(again, @"
    10 messages read · 7 known already · 3 ignored (automatic 1, no reply 1, to no account 1)
    Nothing changed.
    ");
    assert_eq!(stages(&home), ["3a", "2", "3a", "1"]);
}

#[test]
fn a_mailbox_may_come_through_the_standard_input() {
    let home = home();
    let ended = run_in(home.0.path(), &["ingest", "--from", "mail", "-", "--json"], MAILBOX);
    insta::assert_snapshot!(ended.1, @r#"{"read":7,"recorded":5,"duplicate":0,"unmatched":2,"rejected":[],"moved":4,"alerts_opened":0,"events":10,"ignored":{"automatic":1,"no reply":1,"to no account":1}}"#);
}

#[test]
fn folders_of_mail_are_read_without_drafts() {
    let home = home();
    let root = home.0.path().join("Mail");
    let all = messages();
    let put = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    };
    for folder in ["INBOX", "Sent", "Drafts", "INBOX/.Archive"] {
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(root.join(folder).join(part)).expect("it can be made");
        }
    }
    put("INBOX/new/1.host", &all[0]);
    put("INBOX/cur/2.host:2,S", &all[2]);
    put("INBOX/tmp/3.host", "half a mess");
    put("INBOX/.uidvalidity", "5");
    put("INBOX/.Archive/cur/4.host:2,S", &all[8]);
    put("Sent/cur/5.host:2,S", &all[1]);
    put("Sent/cur/6.host:2,DS", &all[3]);
    put("Drafts/cur/7.host:2,S", &all[5]);
    put("loose.eml", &all[3].replace("hello-2", "hello-3"));
    put("notes.txt", "From dan@example.com");
    let said = home.says(&["ingest", "--from", "mail", root.to_str().expect("a plain path")]);
    insta::assert_snapshot!(said, @"
    7 messages read · 5 recorded · 2 ignored (draft 2) · 4 cards moved
      2 → 2. Onboarding Initiated
      2 → 3a. Engaged — Email
    To undo: gangplank undo 2
    ");
    assert_eq!(stages(&home), ["3a", "2", "3a", "1"]);
}

#[test]
fn what_is_missing_is_said_in_one_sentence() {
    let home = home();
    let text = home.0.path().join("notes.txt");
    fs::write(&text, "Some notes.\n\nAnd more.\n").expect("it can be written");
    let text = text.to_str().expect("a plain path");
    insta::assert_snapshot!(home.complains(&["ingest", "--from", "mail", text], 2), @"error: notes.txt holds no mail: name an .eml file, a mailbox file or a Maildir");
    insta::assert_snapshot!(home.complains(&["ingest", "--from", "mail", "nowhere"], 1), @"error: there is no file nowhere: check its name and directory");
    home.config("config.toml", "");
    let said = home.complains(&["ingest", "--from", "mail", text], 1);
    insta::assert_snapshot!(said.replace(home.0.path().to_str().expect("a plain path"), "HOME"), @"error: --from mail must know the addresses of the specialists: write specialists = [\"dan@example.com\"] with your own into HOME/config/config.toml");
}

/// Changes to some bytes, as a bad line or a bad person makes them.
#[derive(Clone, Debug)]
pub(super) struct Mutation(Vec<(MutationKind, f64, f64, Vec<u8>)>);

#[derive(Clone, Copy, Debug)]
enum MutationKind {
    Overwrite,
    Insert,
    Remove,
    Repeat,
    Cut,
}

impl Mutation {
    pub(super) fn apply(&self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for (kind, place, length, new) in &self.0 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "any place will do"
            )]
            let part = |of: usize, part: f64| (of as f64 * part) as usize;
            let from = part(bytes.len(), *place);
            let to = (from + part(200.min(bytes.len() - from), *length)).min(bytes.len());
            match kind {
                MutationKind::Overwrite => {
                    let to = (from + new.len()).min(bytes.len());
                    bytes[from..to].copy_from_slice(&new[..to - from]);
                }
                MutationKind::Insert => drop(bytes.splice(from..from, new.iter().copied())),
                MutationKind::Remove => drop(bytes.drain(from..to)),
                MutationKind::Repeat => {
                    let again = bytes[from..to].to_vec();
                    drop(bytes.splice(to..to, again));
                }
                MutationKind::Cut => bytes.truncate(to),
            }
        }
        bytes
    }
}

/// A mutation for each of `count` samples.
pub(super) fn mutated(count: usize) -> impl Strategy<Value = Vec<Mutation>> {
    let kind = prop_oneof![
        6 => Just(MutationKind::Overwrite),
        3 => Just(MutationKind::Insert),
        3 => Just(MutationKind::Remove),
        2 => Just(MutationKind::Repeat),
        1 => Just(MutationKind::Cut),
    ];
    let new = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..8),
        prop::sample::select(
            &[
                "\n",
                "\r\n",
                ":",
                ";",
                "=",
                "99999999999999999999",
                "-1",
                "\u{202e}",
                "\x1b[2J",
                "\0",
                "BEGIN:",
                "--b1\n"
            ][..]
        )
        .prop_map(|text: &str| text.as_bytes().to_vec()),
    ];
    let change = (kind, 0.0..1.0_f64, 0.0..1.0_f64, new);
    prop::collection::vec(prop::collection::vec(change, 1..6).prop_map(Mutation), count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_mutated_mailbox_panics(changes in mutated(2)) {
        let board = board();
        for (sample, change) in [MAILBOX, super::bounces::MAILBOX].iter().zip(&changes) {
            let bytes = change.apply(sample.as_bytes());
            let translation = read(&board, &[&bytes]);
            let ignored = translation.ignored.total();
            prop_assert_eq!(translation.records, translation.signals.len() + ignored + translation.rejected.len());
        }
    }
}
