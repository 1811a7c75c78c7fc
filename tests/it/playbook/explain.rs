//! Playbooks explained: the answers a colleague would give, and a date that is kept.

use std::sync::Arc;

use gangplank::playbook::Ternary;
use gangplank::playbook::{Explanation, Playbooks, Verdict, explain};
use gangplank::prose::explanations;
use gangplank::state::{
    AccountFacts, AccountRef, Command, FactKey, Now, Signal, SignalData, SignalId, Submission,
};
use gangplank::store::MemoryStore;

use crate::support::{World, amount, day, forced, id, import, only, playbooks, row};

/// A board with the account `acme` in `stage`, on which nothing happened by itself; playbooks run from here on.
fn board(stage: Option<&str>, forecast: &str, renewal: &str) -> World {
    let mut acme = row("acme", "Acme").text(FactKey::BillingInterval, "monthly");
    acme.stage = stage.map(Arc::from);
    acme.facts.insert(FactKey::ForecastedMrr, amount(forecast));
    if !renewal.is_empty() {
        acme.facts.insert(FactKey::NextRenewal, day(renewal));
    }
    on(acme, playbooks())
}

fn on(acme: AccountFacts, playbooks: Arc<Playbooks>) -> World {
    let store = MemoryStore::new();
    World::with(&store, Arc::default()).does(&import(&[acme]));
    World::with(&store, playbooks)
}

fn happens(world: &mut World, what: SignalData) {
    let id_text = format!("evt-{}", world.board().seq());
    let signal = Signal {
        template: None,
        id: SignalId::new(&id_text),
        at: world.now.at,
        by: Some("dana".into()),
        source: "test".into(),
        data: what,
    };
    world.does(&Command::RecordSignal { account: AccountRef::Id(id("acme")), signal });
}

fn told<'a>(world: &'a World, playbooks: &'a Playbooks, playbook: &str) -> Explanation<'a> {
    let found = playbooks.all.iter().find(|each| &*each.id.0 == playbook).expect("a playbook by that id");
    explain(world.board(), playbooks, found, world.account("acme"), world.now)
}

/// How each condition stands.
fn conditions(told: &Explanation<'_>) -> Vec<String> {
    explanations::conditions(told).map(|(_, words)| words).collect()
}

fn says(world: &World, playbook: &str) -> String {
    explanations::text(&told(world, &playbooks(), playbook))
}

#[test]
fn playbooks_answer_like_a_colleague() {
    let new = board(Some("1"), "836 USD", "2025-01-20");
    for (playbook, sentence) in [
        ("contacted", "Will move it to 2 when outreach is sent"),
        ("replied", "Will not move it to 3a: it is in 1, not in 2"),
        ("call-booked", "Will move it to 3b when a call is booked"),
        (
            "final-outreach-due",
            "Will not move it to 5: it is in 1, not in 2, 3a, 3b, 4a or 4b; otherwise it would on Fri 10 Jan 2025",
        ),
        ("new-non-startup", "Will not move it to 1 and add it to Onboarding Lead: it is on the board"),
        ("boost-lead", "Will not move it to 1 and add it to Onboarding Lead: it is on the board"),
        ("sales-lead", "Will not add it to Sales Lead: it is on the board"),
        (
            "second-call-held",
            "Will not move it to 4b: no call took place before; when a call is held, it goes to 4a",
        ),
        ("onboarded-engaged", "Will not move it to 6b: it is in 1, not in 5"),
        ("failed-payment-paid", "Nothing to close: no failed payment is open"),
        (
            "suggest-handoff-steady",
            "Will not add the task “Consider a handoff to sales: more than 1,000 USD a month, and steady”: the MRR is unknown",
        ),
    ] {
        assert_eq!(says(&new, playbook), sentence, "{playbook}");
    }

    let shipped = playbooks();
    let mut contacted = board(Some("2"), "836 USD", "2025-01-20");
    assert_eq!(
        says(&contacted, "final-outreach-due"),
        "Will move it to 5 on Fri 10 Jan 2025, when 10 days or fewer are left before its next renewal"
    );
    assert_eq!(
        says(&contacted, "replied"),
        "Will move it to 3a when they reply; an automatic reply does not count"
    );
    happens(&mut contacted, SignalData::ReplyReceived { auto: false });
    assert_eq!(
        says(&contacted, "replied"),
        "Moved it to 3a on Sun 15 Dec (reply received: Sun 15 Dec, 09:00, from test)"
    );
    let gone = told(&contacted, &playbooks(), "replied").moved.map(|(_, to)| to.to_string());
    assert_eq!(gone.as_deref(), Some("3a"), "what it did is remembered");
    let engaged = told(&contacted, &shipped, "onboarded-no-engagement");
    assert_eq!(conditions(&engaged)[1], "they have been engaged since Sun 15 Dec");

    let unknown = board(Some("3a"), "836 USD", "");
    assert_eq!(
        says(&unknown, "final-outreach-due"),
        "Would move it to 5 when 10 days or fewer are left before its next renewal, but the next renewal is unknown"
    );
    assert_eq!(conditions(&told(&unknown, &playbooks(), "boost-lead"))[1], "the plan is unknown");

    let off = board(None, "100 USD", "2025-01-20");
    assert!(
        says(&off, "new-non-startup").ends_with("forecasted MRR is $100, not above $100"),
        "{}",
        says(&off, "new-non-startup")
    );
    let euros = board(None, "300 EUR", "2025-01-20");
    assert!(
        says(&euros, "new-non-startup")
            .ends_with("its forecasted MRR is in EUR (€300); this playbook compares USD")
    );
}

#[test]
fn what_is_so_already_is_said_as_that() {
    let mut world = board(Some("3b"), "300 USD", "2025-01-20");
    let held = || SignalData::CallHeld { call: None };
    happens(&mut world, held());
    assert_eq!(
        says(&world, "intro-call-held"),
        "Moved it to 4a on Sun 15 Dec (call held: Sun 15 Dec, 09:00, from test); when a call is held, it goes to 4b"
    );
    world.now.at += chrono::TimeDelta::days(1);
    happens(&mut world, held());
    assert_eq!(
        says(&world, "second-call-held"),
        "Moved it to 4b on Mon 16 Dec (call held: Mon 16 Dec, 09:00, from test)"
    );
    let handed = board(Some("6c"), "300 USD", "2025-01-20");
    assert_eq!(says(&handed, "sales-handoff"), "It is already in 6c");
    let mut acme = row("acme", "Acme");
    acme.facts.insert(FactKey::ForecastedMrr, amount("300 USD"));
    let store = MemoryStore::new();
    let mut entered = World::with(&store, playbooks());
    entered.does(&import(&[acme]));
    assert_eq!(
        says(&entered, "segment-100-500"),
        "It is already in 100-500 Onboarding (forecasted MRR: Sun 15 Dec, 09:00, from import accounts.csv)"
    );
    assert_eq!(
        says(&entered, "new-non-startup"),
        "Moved it to 1 on Sun 15 Dec (forecasted MRR: Sun 15 Dec, 09:00, from import accounts.csv)"
    );
    let weird = board(Some("9. Weird"), "300 USD", "2025-01-20");
    assert_eq!(says(&weird, "replied"), "Will not move it to 3a: “9. Weird” is not a stage");
}

#[test]
fn what_the_signal_must_be_like_is_said_as_it_is_wanted() {
    let world = board(Some("2"), "300 USD", "2025-01-20");
    let large = "amount = { at_least = \"1000 USD\", or_times_last = 2 }";
    for (signal, condition, sentence) in [
        (
            "invoice.upcoming",
            large.to_owned(),
            "an upcoming invoice is announced; the invoice must be $1,000 or more, or twice the last one, which is unknown",
        ),
        (
            "invoice.upcoming",
            format!("not = {{ {large} }}"),
            "an upcoming invoice is announced; the invoice must be less than $1,000 and less than twice the last one, which is unknown",
        ),
        (
            "invoice.upcoming",
            "not = { amount = { at_least = \"1000 USD\" } }".to_owned(),
            "an upcoming invoice is announced; the invoice must be less than $1,000",
        ),
        (
            "reply.received",
            "not = { automatic = true }".to_owned(),
            "they reply; an automatic reply does not count",
        ),
        (
            "reply.received",
            "not = { any = [{ automatic = true }, { by_specialist = true }] }".to_owned(),
            "they reply; an automatic reply does not count and the sender must not be a specialist",
        ),
        ("outreach.sent", "by_specialist = true".to_owned(), "dan or magda sends outreach"),
        (
            "outreach.sent",
            "not = { by_specialist = true }".to_owned(),
            "outreach is sent; the sender must not be a specialist",
        ),
    ] {
        let toml = format!(
            "[[playbook]]\nid = \"a\"\ntitle = \"A\"\non = {{ signal = [\"{signal}\"] }}\n\
             when = [{{ {condition} }}]\nthen = [{{ move = \"3a\" }}]"
        );
        let mut playbooks = (*only(&toml)).clone();
        playbooks.team.specialists = vec!["dan".into(), "magda".into()];
        let told = told(&world, &playbooks, "a");
        assert_eq!(explanations::text(&told), format!("Will move it to 3a when {sentence}"), "{condition}");
    }
}

#[test]
fn what_cannot_come_from_where_it_stands_is_left_aside() {
    let shipped = playbooks();
    for (stage, shown) in [
        (Some("1"), "contacted call-booked intro-call-held final-outreach-due"),
        (Some("4a"), "second-call-held final-outreach-due"),
        (Some("5"), "onboarded-no-engagement"),
        (Some("6c"), ""),
        (Some("9. Weird"), ""),
        (None, "sales-lead new-non-startup new-startup boost-lead"),
    ] {
        let world = board(stage, "836 USD", "2025-01-20");
        let told = shipped.all.iter().map(|each| told(&world, &shipped, &each.id.0));
        let shown: Vec<&str> = shown.split_whitespace().collect();
        let others = [
            "sales-handoff",
            "churned",
            "cancellation-scheduled",
            "paid-call",
            "segment-100-500",
            "satisfaction-survey",
        ];
        let left: Vec<&str> = told
            .filter(|told| !told.aside && !others.contains(&&*told.playbook.id.0))
            .map(|told| &*told.playbook.id.0)
            .filter(|id| !id.starts_with("stamp-") && !id.starts_with("suggest-"))
            .filter(|id| !["failed-payment", "large-invoice"].contains(id))
            .collect();
        assert_eq!(left, shown, "{stage:?}");
    }
}

#[test]
fn what_a_signal_decides_is_no_obstacle() {
    let world = board(Some("2"), "836 USD", "2025-01-20");
    let shipped = playbooks();
    let told = told(&world, &shipped, "replied");
    assert_eq!(told.verdict, Verdict::Waits);
    let later: Vec<String> =
        explanations::conditions(&told).filter(|(report, _)| report.later).map(|(_, words)| words).collect();
    assert_eq!(later, ["an automatic reply does not count"]);
}

#[test]
fn switched_off_served_and_done_are_said() {
    let mut world = board(Some("2"), "836 USD", "2024-12-20");
    assert_eq!(
        says(&world, "final-outreach-due"),
        "Will move it to 5 now: 10 days or fewer are left before its next renewal"
    );
    world.does(&Command::SwitchPlaybook { playbook: "final-outreach-due".into(), on: false });
    assert!(says(&world, "final-outreach-due").starts_with("Switched off"));
    assert_eq!(world.tries(Submission::Sweep), Ok(None));
    world.does(&Command::SwitchPlaybook { playbook: "final-outreach-due".into(), on: true });
    world.does(Submission::Sweep);
    assert_eq!(world.stage("acme"), "5");
    assert_eq!(
        says(&world, "final-outreach-due"),
        "Moved it to 5 on Sun 15 Dec, for the renewal on Fri 20 Dec; next run on Fri 10 Jan 2025"
    );
    // Taken back by hand: not for the same renewal, but for the next one.
    world.does(&forced("acme", "2", "they asked for more time"));
    assert_eq!(told(&world, &playbooks(), "final-outreach-due").verdict, Verdict::Served);
    let next = told(&world, &playbooks(), "final-outreach-due").next.expect("a next renewal");
    assert_eq!(next.date_naive().to_string(), "2025-01-10");
    assert_eq!(
        says(&world, "final-outreach-due"),
        "Moved back from 5 by dana on Sun 15 Dec; will not act again for the renewal on Fri 20 Dec; next run on Fri 10 Jan 2025"
    );
    assert_eq!(says(&world, "stamp-2"), "It entered 2 on Sun 15 Dec");
}

#[test]
fn what_it_did_is_told_of_the_renewal_it_did_it_for() {
    let mut world = board(Some("2"), "836 USD", "2024-12-20");
    world.does(Submission::Sweep);
    world.now.at += chrono::TimeDelta::days(28);
    happens(&mut world, SignalData::FinalOutreachSent);
    assert_eq!(
        says(&world, "final-outreach-due"),
        "Will not move it to 5: it is in 6a, not in 2, 3a, 3b, 4a or 4b; otherwise it would now"
    );
    let shipped = playbooks();
    assert!(told(&world, &shipped, "final-outreach-due").aside, "onboarding is over");
    assert!(!told(&world, &shipped, "onboarded-no-engagement").aside, "it brought it here");
}

#[test]
fn a_date_that_is_told_is_kept() {
    let toml = r#"
[[playbook]]
id = "renewal"
title = "t"
on = { days_before_renewal = 10 }
then = [{ join = "s" }]
[[playbook]]
id = "stay"
title = "t"
on = { days_in_stage = 5 }
then = [{ join = "s" }]
[[playbook]]
id = "silence"
title = "t"
on = { days_since_touch = 7 }
then = [{ join = "s" }]
[[playbook]]
id = "monday"
title = "t"
on = { clock = { at = "09:30", day = "monday" } }
then = [{ join = "s" }]
"#;
    let toml = format!("segments = [\"s\"]\n{toml}");
    let playbooks = only(&toml);
    for zone in [chrono_tz::Tz::UTC, chrono_tz::Tz::Europe__Berlin, chrono_tz::Tz::America__New_York] {
        for renewal in ["2025-01-20", "2025-04-09", "2024-02-29"] {
            for (playbook, date) in [
                ("renewal", None),
                ("stay", Some("2024-12-20")),
                ("silence", Some("2024-12-22")),
                ("monday", Some("2024-12-16")),
            ] {
                let mut acme = row("acme", "Acme").text(FactKey::BillingInterval, "monthly");
                acme.stage = Some("2".into());
                acme.facts.insert(FactKey::NextRenewal, day(renewal));
                let mut world = on(acme, playbooks.clone());
                world.now.zone = zone;
                let next = told(&world, &playbooks, playbook).next.expect("a date");
                if let Some(date) = date {
                    assert_eq!(Now { at: next, zone }.today().to_string(), date, "{playbook} in {zone}");
                }
                let others: Vec<_> = playbooks
                    .all
                    .iter()
                    .filter(|each| &*each.id.0 != playbook)
                    .map(|each| each.id.0.clone())
                    .collect();
                for other in others {
                    world.does(&Command::SwitchPlaybook { playbook: other, on: false });
                }
                let segments = |world: &World| world.account("acme").segments.len();
                if next > world.now.at {
                    world.now.at = next - chrono::TimeDelta::seconds(1);
                    assert_eq!(world.tries(Submission::Sweep), Ok(None), "{playbook} in {zone}: too early");
                }
                world.now.at = next;
                world.does(Submission::Sweep);
                assert_eq!(segments(&world), 1, "{playbook} in {zone} does it on the day it said");
                let again = told(&world, &playbooks, playbook);
                assert!(again.next.is_none_or(|at| at > next), "{playbook} in {zone}: once");
            }
        }
    }
}

#[test]
fn every_shipped_playbook_has_words_for_everybody() {
    let accounts = [
        board(Some("1"), "836 USD", "2025-01-20"),
        board(Some("3a"), "2000 USD", ""),
        board(Some("6d"), "50 USD", "2024-12-16"),
        board(Some("Somewhere"), "300 EUR", "2024-12-16"),
        board(None, "100 USD", "2023-01-31"),
    ];
    for world in &accounts {
        for playbook in &playbooks().all {
            let shipped = playbooks();
            let told = told(world, &shipped, &playbook.id.0);
            let sentence = explanations::text(&told);
            let held = told.conditions.iter().all(|said| said.truth == Ternary::Yes || said.later);
            assert_eq!(told.verdict == Verdict::Holds, !held, "{sentence}");
            let words = conditions(&told).into_iter().chain([sentence.clone()]);
            for words in words {
                assert!(
                    !words.trim().is_empty() && !words.contains("  ") && !words.ends_with([' ', ',', '.']),
                    "{words:?}"
                );
            }
        }
    }
}

#[test]
fn conditions_about_time_hold_on_the_days_they_say() {
    // The morning is 2024-12-15; Acme entered 2 at that moment.
    for (condition, renewal, on, truth, words) in [
        (
            "days_since_touch = 3",
            "",
            "2024-12-17",
            Ternary::No,
            "there has been no contact for 2 days, not 3",
        ),
        ("days_since_touch = 3", "", "2024-12-18", Ternary::Yes, "there has been no contact for 3 days"),
        (
            "days_before_renewal = 7",
            "2024-12-25",
            "2024-12-18",
            Ternary::Yes,
            "it is 7 days before its next renewal",
        ),
        (
            "days_before_renewal = 7",
            "2024-12-25",
            "2024-12-17",
            Ternary::No,
            "it is 8 days before its next renewal, not 7 or fewer",
        ),
        (
            "fact = \"next_renewal\", known = true",
            "2025-01-25",
            "2024-12-18",
            Ternary::Yes,
            "next renewal is Sat 25 Jan 2025",
        ),
        ("days_before_renewal = 7", "", "2024-12-17", Ternary::Unknown, "the next renewal is unknown"),
        (
            "renewed_since = \"2\"",
            "2024-12-15",
            "2025-01-14",
            Ternary::No,
            "no renewal has passed since it entered 2 on Sun 15 Dec 2024",
        ),
        (
            "renewed_since = \"2\"",
            "2024-12-15",
            "2025-01-15",
            Ternary::Yes,
            "a renewal has passed since it entered 2 on Sun 15 Dec 2024",
        ),
        ("renewed_since = \"4\"", "2024-12-15", "2025-01-15", Ternary::No, "it was never in 4"),
        ("renewed_since = \"2\"", "", "2025-01-15", Ternary::Unknown, "its last renewal is unknown"),
    ] {
        let toml = format!(
            "[[playbook]]\nid = \"a\"\ntitle = \"A\"\non = {{ days_in_stage = 0 }}\n\
             when = [{{ {condition} }}]\nthen = [{{ attention = \"look\" }}]"
        );
        let playbooks = only(&toml);
        let mut world = board(Some("2"), "836 USD", renewal);
        world = World::with(&world.store, playbooks.clone());
        world.now.at = format!("{on}T12:00:00Z").parse().expect("a time");
        let told = told(&world, &playbooks, "a");
        let said = told.conditions[0];
        assert_eq!((said.truth, &*conditions(&told)[0]), (truth, words), "{condition} on {on}");
        let acted = world.tries(Submission::Sweep).expect("nobody refuses a task").is_some();
        assert_eq!(acted, truth == Ternary::Yes, "{condition} on {on}");
    }
}
