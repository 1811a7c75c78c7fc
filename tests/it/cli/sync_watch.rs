//! Mail that is read as it arrives, while a board is open.

use std::fs;
use std::path::Path;

use crate::support::home::Home;
use crate::support::open_sources::{OpenSources, maildir};

/// Delivers a message as mail programs do: written aside, then moved to where it is looked for.
fn deliver(folder: &Path, name: &str, headers: &str) {
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(folder.join(part)).expect("a directory");
    }
    let aside = folder.join("tmp").join(name);
    fs::write(&aside, headers.replace('\n', "\r\n") + "\r\n\r\nHello\r\n").expect("a message");
    fs::rename(aside, folder.join("new").join(name)).expect("it is moved");
}

const OUTREACH: &str = "From: Dan <dan@team.test>\nTo: billing@acme.test\nDate: Fri, 13 Dec 2024 10:00:00 +0000\n\
    Message-ID: <one@team.test>\nSubject: Your bill";
const REPLY: &str = "From: billing@acme.test\nTo: dan@team.test\nDate: Fri, 13 Dec 2024 11:00:00 +0000\n\
    Message-ID: <two@acme.test>\nIn-Reply-To: <one@team.test>\nSubject: Re: Your bill";

fn folders(mail: &Path) {
    for part in ["Sent/cur", "Sent/new", "Sent/tmp", "INBOX/cur", "INBOX/new", "INBOX/tmp"] {
        fs::create_dir_all(mail.join(part)).expect("a directory");
    }
}

#[test]
fn mail_that_arrives_in_a_maildir_is_read_at_once() {
    let home = Home::with_acme_and_dan();
    let mail = home.data().join("Mail");
    folders(&mail);
    let open = OpenSources::start(&home, &maildir(&mail));
    // The first reading is the only one of the day that comes by itself.
    assert_eq!(open.reading().status.error, None);
    deliver(&mail.join("Sent"), "1.sent", OUTREACH);
    open.wait_for_stage("2");
    deliver(&mail.join("INBOX"), "2.reply", REPLY);
    open.wait_for_stage("3a");
    open.close();
}

#[test]
fn a_directory_that_is_not_there_yet_or_another_one_is_watched_once_it_is_read() {
    let home = Home::with_acme_and_dan();
    let mail = home.data().join("Mail");
    let open = OpenSources::start(&home, &maildir(&mail));
    assert!(open.reading().status.error.is_some_and(|why| why.contains("there is no directory")));
    folders(&mail);
    open.workers.read_now("mail");
    assert_eq!(open.reading().status.error, None);
    deliver(&mail.join("Sent"), "1.sent", OUTREACH);
    open.wait_for_stage("2");
    // Whoever fetches the mail made it anew.
    fs::rename(&mail, home.data().join("Old")).expect("it is moved");
    folders(&mail);
    open.workers.read_now("mail");
    open.reading();
    deliver(&mail.join("INBOX"), "2.reply", REPLY);
    open.wait_for_stage("3a");
    open.close();
}
