//! What happens elsewhere, end to end: a source's own bytes come in, the card stands where it should, and `explain` says
//! because of what, from where, and when. One row for each that `docs/playbooks.md` has and a source can tell of.

use gangplank::state::{FactKey, FactValue};

use crate::support::home::{Home, account};

/// Something that a source tells of Acme, and what becomes of it.
struct Row {
    /// The stage in which Acme stands before; nothing where nobody knows it yet.
    stage: Option<&'static str>,
    /// The provider, and what it says.
    from: &'static str,
    bytes: String,
    /// Where Acme stands after it.
    leads_to: &'static str,
    /// What `gangplank explain` and `gangplank show` say then.
    says: &'static [&'static str],
}

impl Row {
    fn new(stage: &'static str, from: &'static str, bytes: impl Into<String>) -> Self {
        let bytes = bytes.into();
        Self { stage: Some(stage), from, bytes, leads_to: stage, says: &[] }
    }

    fn unknown(from: &'static str, bytes: String) -> Self {
        Self { stage: None, ..Self::new("off the board", from, bytes) }
    }

    fn leads_to(self, leads_to: &'static str, says: &'static [&'static str]) -> Self {
        Self { leads_to, says, ..self }
    }

    /// It stays where it is.
    fn only(self, says: &'static [&'static str]) -> Self {
        Self { says, ..self }
    }

    /// The home in which it has happened.
    fn happened(&self) -> Home {
        let home = Home::empty();
        home.config("config.toml", "time_zone = \"Europe/Berlin\"\nspecialists = [\"dan@team.test\"]\n");
        if let Some(stage) = self.stage {
            let emails = FactValue::List(vec!["ana@acme.test".into()]);
            let acme = account("A-1", "Acme", Some("30000"), Some("2025-01-22")).in_stage(stage);
            let acme =
                acme.with(FactKey::AdminEmails, emails).text(FactKey::OtherId("stripe".into()), "cus_1");
            home.import_at(&[acme], "2024-12-10T09:00:00Z");
        }
        let mut command = home.gangplank(&["ingest", "--from", self.from, "-"]);
        let output = command.write_stdin(self.bytes.as_str()).output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        home
    }
}

/// An account as Vitally tells of it.
fn vitally(traits: &str) -> String {
    format!(
        r#"{{"id":"v-1","updatedAt":"2024-12-14T09:00:00.000Z","externalId":"A-1","name":"Acme","traits":{{{traits}}}}}"#
    )
}

/// A message between Ana of Acme and Dan of the team.
fn mail(from: &str, to: &str, headers: &str) -> String {
    format!(
        "From: {from}\r\nTo: {to}\r\nDate: Sat, 14 Dec 2024 09:30:00 +0000\r\nMessage-ID: <1@x.test>\r\n{headers}\r\n"
    )
}

/// An event of Calendly about Ana's call on Tuesday.
fn calendly(event: &str, more: &str) -> String {
    format!(
        r#"{{"event":"{event}","created_at":"2024-12-14T09:30:00Z","payload":{{"uri":"https://api.calendly.com/scheduled_events/E1/invitees/I1","email":"ana@acme.test","name":"Ana",{more}"scheduled_event":{{"uri":"https://api.calendly.com/scheduled_events/E1","start_time":"2024-12-17T15:00:00Z","end_time":"2024-12-17T15:30:00Z"}}}}}}"#
    )
}

/// A booking as Cal.com tells of it.
fn calcom(event: &str) -> String {
    format!(
        r#"{{"triggerEvent":"{event}","createdAt":"2024-12-14T09:30:00Z","payload":{{"uid":"u1","startTime":"2024-12-17T15:00:00Z","endTime":"2024-12-17T15:30:00Z","organizer":{{"email":"dan@team.test"}},"attendees":[{{"email":"ana@acme.test"}}]}}}}"#
    )
}

/// The same call in a calendar.
fn calendar(more: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:20241214T093000Z\r\nCREATED:20241214T093000Z\r\n\
         LAST-MODIFIED:20241214T093000Z\r\nDTSTART:20241217T150000Z\r\nDTEND:20241217T153000Z\r\nORGANIZER:mailto:dan@team.test\r\n\
         ATTENDEE:mailto:ana@acme.test\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// An event of Stripe, of 14 December, 09:30.
fn stripe(kind: &str, object: &str) -> String {
    format!(
        r#"{{"id":"evt_1","object":"event","created":1734168600,"type":"{kind}","data":{{"object":{{"customer":"cus_1","currency":"usd",{object}}}}}}}"#
    )
}

/// Somebody buys a consultation in the shop.
const PURCHASE: &str = r#"{"event":{"uuid":"p-1","event":"merch store purchase","distinct_id":"ana","timestamp":"2024-12-14T09:30:00Z","properties":{"product":"Onboarding consultation","$groups":{"organization":"A-1"}}},"person":{"properties":{"email":"ana@acme.test"}}}"#;

fn rows() -> Vec<Row> {
    let answer = mail("ana@acme.test", "dan@team.test", "In-Reply-To: <0@team.test>\r\n");
    let away = mail("ana@acme.test", "dan@team.test", "Auto-Submitted: auto-replied\r\n");
    let booked = |then: &str| calendly("invitee.created", "") + "\n" + then;
    let no_show = calendly("invitee_no_show.created", r#""no_show":{"created_at":"2024-12-14T09:30:00Z"},"#);
    let failed = r#""object":"invoice","id":"in_1","subscription":"sub_1","amount_due":34000,"amount_remaining":34000,"attempt_count":1"#;
    let paid = r#""object":"invoice","id":"in_1","subscription":"sub_1","amount_paid":34000"#;
    let upcoming = r#""object":"invoice","subscription":"sub_1","amount_due":410000,"period_end":1736000000"#;
    let ended = r#""object":"subscription","id":"sub_1","status":"canceled""#;
    let paid_later =
        stripe("invoice.paid", paid).replace("evt_1", "evt_2").replace("1734168600", "1734169600");
    vec![
        Row::unknown(
            "vitally",
            vitally(r#""vitally.custom.forecastedMrr":836,"vitally.custom.plan":"payg""#),
        )
        .leads_to(
            "1",
            &["Moved it to 1 on Sun 15 Dec (forecasted MRR: Sat 14 Dec, 10:00, from import Vitally)"],
        ),
        Row::unknown(
            "vitally",
            vitally(r#""vitally.custom.forecastedMrr":836,"vitally.custom.plan":"startup""#),
        )
        .leads_to("1", &["new-startup", "(forecasted MRR: Sat 14 Dec, 10:00, from import Vitally)"]),
        Row::unknown("vitally", vitally(r#""vitally.custom.forecastedMrr":100"#)).only(&[
            "It is already in 100-500 Onboarding (forecasted MRR: Sat 14 Dec, 10:00, from import Vitally)",
        ]),
        Row::unknown("vitally", vitally(r#""vitally.custom.plan":"Boost""#))
            .leads_to("1", &["Moved it to 1 on Sun 15 Dec (plan: Sat 14 Dec, 10:00, from import Vitally)"]),
        Row::unknown("vitally", vitally(r#""vitally.custom.forecastedMrr":2500"#))
            .only(&["It is already in Sales Lead (forecasted MRR: Sat 14 Dec, 10:00, from import Vitally)"]),
        Row::new("1", "mail", mail("dan@team.test", "ana@acme.test", ""))
            .leads_to("2", &["Moved it to 2 on Sun 15 Dec (outreach sent: Sat 14 Dec, 10:30, from mail)"]),
        Row::new("1", "mail", mail("sam@other.test", "ana@acme.test", ""))
            .only(&["Will move it to 2 when dan@team.test sends outreach"]),
        Row::new("2", "mail", mail("ana@acme.test", "dan@team.test", ""))
            .leads_to("3a", &["Moved it to 3a on Sun 15 Dec (reply received: Sat 14 Dec, 10:30, from mail)"]),
        Row::new("2", "mail", away).only(&["last automatic reply received: Sat 14 Dec, 10:30, from mail"]),
        Row::new("5", "mail", answer).only(&["Reply received yesterday, not answered yet", "Engaged"]),
        Row::new("3a", "calendly", booked("")).leads_to(
            "3b",
            &["Moved it to 3b on Sun 15 Dec (call booked: Sat 14 Dec, 10:30, from calendly)"],
        ),
        Row::new("2", "calcom", calcom("BOOKING_CREATED"))
            .leads_to("3b", &["(call booked: Sat 14 Dec, 10:30, from calcom)"]),
        Row::new("2", "ics", calendar(""))
            .leads_to("3b", &["(call booked: Sat 14 Dec, 10:30, from calendar)"]),
        Row::new("4a", "calendly", booked("")).only(&["Call booked for"]),
        Row::new("3b", "calendly", booked(&calendly("invitee.canceled", ""))).only(&["Call canceled"]),
        Row::new("3b", "calendly", booked(&no_show)).only(&["No-show"]),
        Row::new("2", "stripe", stripe("customer.subscription.deleted", ended)).leads_to(
            "6d",
            &["Moved it to 6d on Sun 15 Dec (subscription canceled: Sat 14 Dec, 10:30, from stripe)"],
        ),
        Row::new("6b", "posthog", PURCHASE).leads_to(
            "7",
            &[
                "Moved it to 7 on Sun 15 Dec (paid call purchased: Sat 14 Dec, 10:30, from posthog)",
                "Paid call purchased yesterday",
            ],
        ),
        Row::new("2", "stripe", stripe("invoice.payment_failed", failed)).only(&[
            "Failed payment of $340, tried once",
            "last payment failed: Sat 14 Dec, 10:30, from stripe",
        ]),
        Row::new("2", "stripe", stripe("invoice.payment_failed", failed) + "\n" + &paid_later)
            .only(&["Invoice paid"]),
        Row::new("2", "stripe", stripe("invoice.upcoming", upcoming)).only(&[
            "Upcoming large invoice of $4,100",
            "last upcoming invoice: Sat 14 Dec, 10:30, from stripe",
        ]),
    ]
}

#[test]
fn what_a_source_tells_moves_the_card_and_is_explained() {
    for row in rows() {
        let home = row.happened();
        let said = home.says(&["explain", "A-1"]) + &home.says(&["show", "A-1"]);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let Row { stage, from, bytes, leads_to, says } = row;
        let stands = home.json(&["show", "A-1", "--json"])["stage"].clone();
        assert_eq!(stands.as_str().unwrap_or("off the board"), leads_to, "{from} at {stage:?}: {bytes}");
        for words in says {
            assert!(said.contains(words), "{words}\nafter {from} at {stage:?}: {bytes}\nsaid {said}");
        }
    }
}
