//! Mail as a live source, and `gangplank sources add`.

use std::fs;

use gangplank::state::values::source_read::SourceRead;
use gangplank::state::{Command, FactKey, FactValue};
use serde_json::{Value, json};

use crate::support::home::{Home, account, now};
use crate::support::provider::{FakeProvider, ok};

fn deliver(home: &Home, folder: &str, name: &str, headers: &str) {
    let dir = home.data().join(folder);
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(dir.join(part)).expect("a directory");
    }
    fs::write(dir.join("new").join(name), headers.replace('\n', "\r\n") + "\r\n\r\nHello\r\n")
        .expect("a message");
}

fn stage(home: &Home) -> Value {
    home.json(&["show", "A-1", "--json"])["stage"].clone()
}

const OUTREACH: &str = "From: Dan <dan@team.test>\nTo: billing@acme.test\nDate: Fri, 13 Dec 2024 10:00:00 +0000\n\
    Message-ID: <one@team.test>\nSubject: Your bill";
const AUTO_REPLY: &str = "From: billing@acme.test\nTo: dan@team.test\nDate: Fri, 13 Dec 2024 10:01:00 +0000\n\
    Message-ID: <away@acme.test>\nIn-Reply-To: <one@team.test>\nAuto-Submitted: auto-replied\nSubject: Away";
const REPLY: &str = "From: billing@acme.test\nTo: dan@team.test\nDate: Fri, 13 Dec 2024 11:00:00 +0000\n\
    Message-ID: <two@acme.test>\nIn-Reply-To: <one@team.test>\nSubject: Re: Your bill";

#[test]
fn mail_that_arrives_moves_the_card() {
    let home = Home::with_acme_and_dan();
    let mail = home.data().join("Mail");
    home.config(
        "sources.toml",
        &format!("[source.mail]\nkind = \"maildir\"\npath = \"{}\"\n", mail.display()),
    );
    let complaint = home.complains(&["sync"], 1);
    assert!(
        complaint.contains("there is no directory") && complaint.contains("correct `path`"),
        "{complaint}"
    );

    deliver(&home, "Mail/Sent", "1.sent", OUTREACH);
    assert!(home.says(&["sync"]).starts_with("mail: 1 message read · 1 recorded"));
    assert_eq!(stage(&home), json!("2"));
    deliver(&home, "Mail/INBOX", "2.away", AUTO_REPLY);
    home.says(&["sync"]);
    assert_eq!(stage(&home), json!("2"), "an automatic reply is no reply");
    deliver(&home, "Mail/INBOX", "3.reply", REPLY);
    home.says(&["sync"]);
    assert_eq!(stage(&home), json!("3a"));

    let log = home.json(&["log", "--json"]);
    let told = home.says(&["sync"]);
    assert!(told.starts_with("mail: 3 messages read · 3 known already"), "{told}");
    assert_eq!(home.json(&["log", "--json"]), log, "reading the mailbox again changes nothing");
    assert_eq!(home.json(&["sources", "--json"])[0]["taken"], json!(3));
}

#[test]
fn a_reply_that_arrives_alone_is_known_by_the_outreach_on_the_board() {
    let home = Home::with_acme_and_dan();
    let mail = home.data().join("Mail");
    home.config(
        "sources.toml",
        &format!("[source.mail]\nkind = \"maildir\"\npath = \"{}\"\n", mail.display()),
    );
    deliver(&home, "Mail/Sent", "1.sent", OUTREACH);
    home.says(&["sync"]);
    // What was sent is cleared away.
    fs::remove_dir_all(mail.join("Sent")).expect("it was there");
    deliver(&home, "Mail/INBOX", "3.reply", &REPLY.replace("billing@", "somebody.else@"));
    home.says(&["sync"]);
    let waiting = home.json(&["unmatched", "--json"]);
    assert_eq!(
        waiting.as_array().map(Vec::len),
        Some(1),
        "an answer to our mail from a stranger waits: {waiting}"
    );
}

#[test]
fn mail_that_came_before_its_account_is_counted_and_read_again_on_request() {
    let home = Home::empty();
    home.config("config.toml", "specialists = [\"dan@team.test\"]\n");
    home.import(&[account("A-2", "Beta", None, None)]);
    let mail = home.data().join("Mail");
    home.config(
        "sources.toml",
        &format!("[source.mail]\nkind = \"maildir\"\npath = \"{}\"\n", mail.display()),
    );
    deliver(&home, "Mail/Sent", "1.sent", OUTREACH);
    let told = home.says(&["sync"]);
    assert!(told.contains("to no account"), "{told}");
    assert_eq!(home.json(&["unmatched", "--json"]), json!([]), "most mail is nobody's, and waits for nobody");
    let sources = home.json(&["sources", "--json"]);
    assert_eq!(sources[0]["ignored"]["to no account"], json!(1), "{sources}");

    // Its account comes, and what was read last arrived days later.
    let read = SourceRead { at: now().at, cursor: Some("4000000000".into()), taken: 0 };
    home.submit(&Command::NoteSourceRead { source: "mail".into(), read });
    home.import(&[account("A-1", "Acme", Some("83600"), Some("2025-01-22"))
        .with(FactKey::AdminEmails, FactValue::List(vec!["billing@acme.test".into()]))]);
    let told = home.says(&["sync"]);
    assert!(told.starts_with("mail: 0 messages read"), "it is passed over: {told}");
    let told = home.says(&["sync", "mail", "--again", "--dry-run"]);
    assert!(told.contains("1 message read") && stage(&home) == json!("1"), "{told}");
    home.says(&["sync", "mail", "--again"]);
    assert_eq!(stage(&home), json!("2"));
    let log = home.json(&["log", "--json"]);
    let told = home.says(&["sync", "--again"]);
    assert!(told.contains("1 known already"), "{told}");
    assert_eq!(home.json(&["log", "--json"]), log, "what is known already changes nothing");
}

#[test]
fn without_a_team_one_is_told_what_to_write() {
    let home = Home::with_acme_and_dan();
    home.config("config.toml", "");
    deliver(&home, "Mail", "1.sent", OUTREACH);
    let mail = home.data().join("Mail");
    home.config(
        "sources.toml",
        &format!("[source.mail]\nkind = \"maildir\"\npath = \"{}\"\n", mail.display()),
    );
    let complaint = home.complains(&["sync"], 1);
    assert!(complaint.contains("write specialists = [\"dan@example.com\"]"), "{complaint}");
}

fn args(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}

fn file(home: &Home) -> String {
    fs::read_to_string(home.data().with_file_name("config").join("sources.toml")).unwrap_or_default()
}

#[test]
fn a_source_is_added_once_it_can_be_read() {
    let provider = FakeProvider::start(|_| ok(&json!({"object": "list", "has_more": false, "data": []})));
    let home = Home::with_acme_and_dan();
    home.config("sources.toml", "# mine\n[source.other]\nkind = \"stripe\"\nsecret_env = \"X\"");
    let address = provider.address.clone();
    let add = |more: &[&str]| {
        let mut args = vec!["sources", "add", "stripe", "--address", &address];
        args.extend(more);
        args.iter().map(|&arg| arg.to_owned()).collect::<Vec<_>>()
    };
    let before = file(&home);
    let quoted = "printf '%s' 'rk secret'";
    let told = home.says(&args(&add(&["--secret-command", quoted])));
    assert!(told.contains("It would bring: 0 events read"), "{told}");
    assert_eq!(file(&home), before, "only --yes writes");

    let told = home.says(&args(&add(&["--secret-command", quoted, "--yes"])));
    assert!(told.contains("`gangplank sync stripe` reads it now"), "{told}");
    assert_eq!(
        file(&home),
        format!(
            "{before}\n\n[source.stripe]\nkind = \"stripe\"\nsecret_command = [\"printf\", \"%s\", \"rk secret\"]\n\
             address = \"{address}\"\n"
        )
    );
    let asked = provider.asked();
    assert!(asked.iter().all(|asked| asked.header("authorization") == Some("Bearer rk secret")), "{asked:?}");

    // The next one gets a name of its own.
    home.says(&args(&add(&["--secret-command", quoted, "--yes"])));
    assert!(file(&home).contains("[source.stripe-2]"), "{}", file(&home));
    let complaint = home.complains(&args(&add(&["--name", "other", "--yes"])), 2);
    assert!(complaint.contains("there is a source `other` already"), "{complaint}");
}

#[test]
fn a_source_that_cannot_be_read_is_not_added() {
    let provider = FakeProvider::start(|_| (401, Vec::new(), "{}".to_owned()));
    let home = Home::with_acme_and_dan();
    let secret = ["--secret-command", "printf rk_secret", "--yes"];
    let mut args = vec!["sources", "add", "stripe", "--address", &provider.address];
    args.extend(secret);
    let complaint = home.complains(&args, 1);
    assert!(
        complaint.contains("it cannot be read, so nothing was written: the provider refuses"),
        "{complaint}"
    );
    assert_eq!(file(&home), "");
    for (args, expected) in [
        (&["sources", "add"][..], "say what is read, `gangplank sources add KIND`: stripe, calendly"),
        (&["sources", "add", "stripe"], "`source.stripe.secret_command`: a source of kind `stripe` needs it"),
        (&["sources", "add", "stripe", "--secret-command", "pass 'x"], "a quote or a backslash too many"),
        (&["sources", "add", "maildir", "--name", "My mail", "--path", "/tmp"], "lower-case letters"),
        (&["sources", "add", "stripe", "--secret-env", "X", "--path", "/x"], "does not have it: remove it"),
    ] {
        let complaint = home.complains(args, 2);
        assert!(complaint.contains(expected), "{complaint}");
    }
    assert_eq!(file(&home), "");
}
