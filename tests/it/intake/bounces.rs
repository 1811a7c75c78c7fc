//! Mail that came back, as signals.

use chrono::{DateTime, Utc};
use gangplank::intake::providers::Translation;
use gangplank::state::query::attention::{AttentionRules, reasons_of};
use gangplank::state::{AccountRef, Board, Command, Now, Reason, Signal, SignalData, SignalId};

use super::mail::{accounts, read};
use crate::support::{World, forced, id};

/// A mail, and its report.
pub(super) const MAILBOX: &str = include_str!("../data/mail/bounced.mbox");

const SENT: &str = "Message-ID: <hello-1@example.com>\nDate: Mon, 09 Dec 2024 09:30:00 +0000\n\
    From: Dan <dan@example.com>\nTo: jane@acme.example\nSubject: Welcome\n\nHello.\n";

fn board() -> Board {
    World::of(&accounts()).board().clone()
}

fn read_all(messages: &[&str]) -> Translation {
    let bytes: Vec<&[u8]> = messages.iter().map(|message| message.as_bytes()).collect();
    read(&board(), &bytes)
}

/// The bounces among the signals, and everything that is ignored.
fn bounces(messages: &[&str]) -> Vec<String> {
    let translation = read_all(messages);
    let bounced = translation.signals.iter().filter_map(|told| match &told.signal.data {
        SignalData::EmailBounced { to, outreach } => {
            let of = outreach.as_ref().map_or("-", |id| id.as_str());
            Some(format!("{} | {} | {} of {of}", told.signal.id, told.account, to.join(" ")))
        }
        _ => None,
    });
    let ignored = translation.ignored.counts().into_iter().map(|(why, count)| format!("{why} {count}"));
    bounced.chain(ignored).collect()
}

/// A report as mail servers write it (RFC 3464), with these headers first.
fn report(headers: &str, status: &str, returned: &str) -> String {
    format!(
        "{headers}Date: Mon, 09 Dec 2024 09:30:05 +0000\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\n\n\
         --b1\nContent-Type: text/plain\n\nsecret-body\n\n--b1\nContent-Type: message/delivery-status\n\n{status}\n\
         --b1\nContent-Type: message/rfc822\n\n{returned}\n--b1--\n"
    )
}

const FROM_DAEMON: &str = "Message-ID: <r1@mx.example>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\n\
    To: dan@example.com\nSubject: Undelivered Mail Returned to Sender\n";

const FAILED: &str = "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; Jane@Acme.example\nAction: failed\n\
    Status: 5.1.1\n";

#[test]
fn a_report_tells_whom_mail_could_not_reach() {
    let whole = report(FROM_DAEMON, FAILED, SENT);
    let told = ["mail:r1@mx.example | jane@acme.example | jane@acme.example of mail:hello-1@example.com"];
    assert_eq!(bounces(&[SENT, &whole]), told);
    // What came back may stand after its report, or nowhere.
    assert_eq!(bounces(&[&whole, SENT]), told);
    let alone = "mail:r1@mx.example | jane@acme.example | jane@acme.example of -";
    assert_eq!(bounces(&[&whole]), [alone]);
    let text = format!("{:?}", read_all(&[SENT, &whole]));
    assert!(!text.contains("secret-body"), "{text}");
}

#[test]
fn the_account_of_the_mail_that_came_back_is_known_where_the_address_is_not() {
    let elsewhere = FAILED.replace("Jane@Acme.example", "forwarded@elsewhere.example");
    let whole = report(FROM_DAEMON, &elsewhere, SENT);
    assert_eq!(
        bounces(&[SENT, &whole]),
        ["mail:r1@mx.example | jane@acme.example | forwarded@elsewhere.example of mail:hello-1@example.com"]
    );
    assert_eq!(bounces(&[&whole]), ["bounce of no account 1"]);
}

#[test]
fn a_daemon_may_have_no_address_and_a_report_no_parts() {
    let nameless =
        FROM_DAEMON.replace("From: Mail Delivery System <MAILER-DAEMON@mx.example>", "From: MAILER-DAEMON");
    assert_eq!(
        bounces(&[SENT, &report(&nameless, FAILED, SENT)]),
        ["mail:r1@mx.example | jane@acme.example | jane@acme.example of mail:hello-1@example.com"]
    );
    let of_google = format!(
        "{FROM_DAEMON}Date: Mon, 09 Dec 2024 09:30:05 +0000\nX-Failed-Recipients: jane@acme.example\n\
         References: <hello-1@example.com>\n\nsecret-body\n"
    );
    assert_eq!(
        bounces(&[SENT, &of_google]),
        ["mail:r1@mx.example | jane@acme.example | jane@acme.example of mail:hello-1@example.com"]
    );
}

#[test]
fn mail_that_is_only_late_did_not_bounce() {
    let late = FAILED.replace("Action: failed", "Action: delayed");
    assert_eq!(bounces(&[SENT, &report(FROM_DAEMON, &late, SENT)]), ["automatic 1"]);
    let delivered = FAILED.replace("Action: failed", "Action: delivered");
    assert_eq!(bounces(&[SENT, &report(FROM_DAEMON, &delivered, SENT)]), ["automatic 1"]);
    for subject in [
        "Warning: message 1abc-000 delayed 24 hours",
        "Delivery Status Notification (Delay)",
        "Warning: could not send message for past 4 hours",
    ] {
        let words = format!(
            "Message-ID: <r2@mx.example>\nFrom: MAILER-DAEMON@mx.example\nTo: dan@example.com\nSubject: {subject}\n\
             References: <hello-1@example.com>\nDate: Mon, 09 Dec 2024 13:30:05 +0000\n\nsecret-body\n"
        );
        assert_eq!(bounces(&[SENT, &words]), ["automatic 1"], "{subject}");
    }
}

#[test]
fn a_report_that_a_person_forwards_is_no_report() {
    let forwarded = "Message-ID: <f1@example.com>\nFrom: dan@example.com\nTo: magda@example.com\nSubject: Undeliverable: Welcome\n\
         Date: Mon, 09 Dec 2024 10:30:05 +0000\nReferences: <hello-1@example.com>\n\nLook.\n";
    assert_eq!(bounces(&[SENT, forwarded]), ["automatic 1"]);
}

fn at(time: &str) -> DateTime<Utc> {
    format!("2024-12-16T{time}:00Z").parse().expect("a time")
}

/// Whether Today says that mail to Acme came back, once these have happened: at that time, from that source.
fn asks(world: &mut World, happened: &[(&str, &str, SignalData)]) -> bool {
    for (time, source, data) in happened {
        let signal = Signal {
            id: SignalId::new(&format!("{source} {time}")),
            at: at(time),
            by: None,
            source: (*source).into(),
            template: None,
            data: data.clone(),
        };
        world.does(&Command::RecordSignal { account: AccountRef::Id(id("A-1")), signal });
    }
    let reasons =
        reasons_of(world.board(), world.account("A-1"), &Now::utc(at("20:00")), &AttentionRules::new(14, 10));
    reasons.iter().any(|reason| matches!(reason, Reason::MailBounced { .. }))
}

#[test]
fn a_mail_that_is_recorded_a_moment_later_by_hand_is_the_one_that_came_back() {
    let sent = SignalData::OutreachSent;
    let outreach = Some(SignalId::new("mail 09:30"));
    let back = SignalData::EmailBounced { to: vec!["jane@acme.example".into()], outreach };
    for (time, source, is_asked) in [
        ("09:45", "key", true),
        ("10:31", "key", false),
        // Another mail is another one, however soon.
        ("09:45", "mail", false),
    ] {
        let mut world = World::of(&accounts());
        let happened =
            [("09:30", "mail", sent.clone()), ("09:31", "mail", back.clone()), (time, source, sent.clone())];
        assert_eq!(asks(&mut world, &happened), is_asked, "{time} {source}");
    }
}

#[test]
fn mail_that_came_back_before_a_card_was_finished_is_over() {
    let back = SignalData::EmailBounced { to: vec!["jane@acme.example".into()], outreach: None };
    let mut world = World::of(&accounts());
    assert!(asks(&mut world, &[("09:31", "mail", back.clone())]));
    world.now.at = at("12:00");
    world.does(&forced("A-1", "6a", "they are up and running"));
    assert!(!asks(&mut world, &[]));
    assert!(asks(&mut world, &[("13:00", "mail", back)]), "the last mail to them came back");
}
