//! The week in numbers: an example that was reckoned by hand, and what must hold whatever happened.

mod clocks;
mod days;
mod headlines;
mod outputs;
mod page;
mod scope;
#[cfg(all(unix, feature = "team"))]
mod team;
mod trust;

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use gangplank::config::{pipeline, playbooks};
use gangplank::insights::forecast::MonthBoards;
use gangplank::insights::report::{Section, SectionCell};
use gangplank::insights::window::{CountedDays, WindowStep};
use gangplank::insights::{Insights, InsightsQuestion};
use gangplank::playbook::Playbooks;
use gangplank::session::Session;
use gangplank::state::query::forecast::RiskWeights;
use gangplank::state::values::time::moment;
use gangplank::state::{
    AccountFacts, AccountId, AccountRef, Actor, AlertChange, AlertKey, Board, Cause, Command, FactKey,
    FactValue, Now, Pipeline, Roster, Signal, SignalData, SignalId, StageId,
};
use gangplank::store::StoreAddress;

use crate::support::dice::Dice;

const EXAMPLE: &str = include_str!("data/insights/accounts.txt");

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

/// Nine in the morning in Berlin.
fn nine(date: NaiveDate) -> Now {
    let zone = "Europe/Berlin".parse().expect("a zone");
    let nine = NaiveTime::from_hms_opt(9, 0, 0).expect("a time");
    Now { at: moment(date, nine, zone), zone }
}

/// What happened to one account on one day.
struct Step {
    date: NaiveDate,
    account: AccountId,
    what: String,
}

/// The steps of the example in the order of their days, and everybody's facts.
fn example() -> (Vec<AccountFacts>, Vec<Step>) {
    let (mut rows, mut steps) = (Vec::new(), Vec::new());
    for line in EXAMPLE.lines().filter(|line| !line.starts_with('#')) {
        let (head, days) = line.split_once('|').expect("days");
        let [count, name, renewal] = head.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        for number in 1..=count.parse().expect("a number") {
            let id = format!("{name}{number:02}");
            let mut row =
                AccountFacts::new(&id).text(FactKey::Name, &id).text(FactKey::BillingInterval, "monthly");
            if renewal != "-" {
                row = row.with(FactKey::NextRenewal, FactValue::Date(day(renewal)));
            }
            rows.push(row);
            for (date, what) in days.split('|').filter_map(|day| day.trim().split_once(' ')) {
                let step = |what: &str| Step {
                    date: day(date),
                    account: AccountId::new(&id),
                    what: what.to_owned(),
                };
                steps.extend(what.split(' ').map(step));
            }
        }
    }
    steps.sort_by_key(|step| step.date);
    (rows, steps)
}

fn shipped_pipeline() -> Arc<Pipeline> {
    Arc::new(pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("ours"))
}

/// A session in memory, in which these playbooks react.
fn nothing_happened(playbooks: Playbooks) -> Session {
    let opened = StoreAddress::Memory.open(shipped_pipeline()).expect("memory opens");
    Session::new(opened.store, opened.board, Arc::new(playbooks))
}

/// A session in which the example has happened.
fn happened() -> Session {
    let mut session = nothing_happened(Playbooks::default());
    let ana = Actor::Person("ana@example.com".into());
    let (rows, steps) = example();
    let import = |rows: Vec<AccountFacts>| Command::Import {
        source: "import".into(),
        rows: rows.into(),
        take_stages: true,
    };
    session.submit(&import(rows), &ana, nine(day("2023-12-01"))).expect("they are known");
    for (at, Step { date, account, what }) in steps.into_iter().enumerate() {
        let now = nine(date);
        let record = |data: SignalData, template: Option<&str>| {
            let template = template.filter(|name| !name.is_empty()).map(Arc::from);
            let signal = Signal {
                id: SignalId::new(&format!("s{at}")),
                at: now.at,
                by: None,
                source: "test".into(),
                template,
                data,
            };
            Command::RecordSignal { account: AccountRef::Id(account.clone()), signal }
        };
        let call = || Arc::<str>::from(format!("call {account}"));
        let command = match &*what {
            "undo" => Command::UndoEntry(session.board().seq()),
            "reply" => record(SignalData::ReplyReceived { auto: false }, None),
            "booked" => {
                let (starts_at, ends_at) = (now.at, now.at);
                record(SignalData::CallBooked { call: call(), event: None, starts_at, ends_at }, None)
            }
            "held" => record(SignalData::CallHeld { call: Some(call()) }, None),
            "final" => record(SignalData::FinalOutreachSent, None),
            what => match (what.strip_prefix("out:"), what.strip_prefix('=')) {
                (Some(template), _) => record(SignalData::OutreachSent, Some(template)),
                (_, Some(label)) => {
                    let mut row = AccountFacts::new(account.as_str());
                    row.stage = Some(label.into());
                    import(vec![row])
                }
                (None, None) => Command::Move {
                    account: account.clone(),
                    to: StageId::new(what),
                    reason: Some("as it was".into()),
                    force: true,
                    cause: Cause::Hand,
                },
            },
        };
        // Of the three that are taken back, each is its own latest move.
        let command = match command {
            Command::UndoEntry(_) => {
                let known = session.board().get(&account).expect("it is there");
                Command::UndoEntry(known.history.last().expect("it moved").seq)
            }
            command => command,
        };
        session.submit(&command, &ana, now).unwrap_or_else(|error| panic!("{account} {what}: {error:?}"));
    }
    for account in (1..=6).map(|number| AccountId::new(&format!("C{number:02}"))) {
        let owner = Some("dan@example.com".into());
        session
            .submit(&Command::AssignOwner { account, owner }, &ana, nine(day("2024-05-02")))
            .expect("dan has it");
    }
    session
}

/// Asked on 6 May about February to April, by month.
fn answers(board: &Board) -> Vec<Section> {
    answers_with(board, None)
}

fn answers_with(board: &Board, month: Option<&MonthBoards>) -> Vec<Section> {
    let now = nine(day("2024-05-06"));
    let window = CountedDays::new(day("2024-02-01"), day("2024-04-30"), WindowStep::Month).expect("a window");
    let question = InsightsQuestion { board, now, window, month, weights: RiskWeights::default() };
    let accounts = board.accounts().map(|account| &**account);
    Insights::of(&question, accounts).sections(board, &Roster::default(), &now)
}

/// The cells of a section as one line a row: counts as numbers, durations in minutes.
fn table(sections: &[Section], id: &str) -> Vec<String> {
    let section = sections.iter().find(|section| section.id == id).expect("it is one of them");
    let cell = |cell: &SectionCell| match cell {
        SectionCell::Date(day) => day.to_string(),
        SectionCell::Period(period) => period.short(),
        SectionCell::Minutes(Some(minutes)) => minutes.to_string(),
        SectionCell::Share(part, of) | SectionCell::Reached(part, of) => format!("{part}/{of}"),
        cell => cell.words(),
    };
    section.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" ")).collect()
}

/// How many moves by hand there were, and how many of them were taken back.
fn by_hand(sections: &[Section]) -> (usize, usize) {
    let (mut moved, mut taken_back) = (0, 0);
    for row in table(sections, "moves").iter().filter(|row| row.starts_with("by hand")) {
        let numbers: Vec<&str> = row.split(' ').rev().skip(1).take(3).collect();
        moved += numbers[2].parse::<usize>().expect("a number");
        taken_back += numbers[1].parse::<usize>().expect("a number");
    }
    (moved, taken_back)
}

#[test]
fn the_example_gives_what_was_reckoned_by_hand() {
    let session = happened();
    let sections = answers(session.board());
    let heads = |id: &str| {
        let section = sections.iter().find(|section| section.id == id).expect("it is one of them");
        section.columns.iter().map(|column| column.id.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        heads("outcomes"),
        "stage entries moved_on moved_back closed.6a closed.6b taken_off unmapped still_there went_on"
    );
    // A 10, B 8, C 6, D 3, E once more, G: 29 entries into 1. What was moved to 2 and taken back is still there.
    let entered = |id: &str| {
        let rows = table(&sections, "outcomes");
        rows.into_iter()
            .find(|row| row.starts_with(id))
            .expect("a stage")
            .rsplit_once(|c: char| c.is_alphabetic())
            .expect("numbers")
            .1
            .trim()
            .to_owned()
    };
    assert_eq!(entered("1."), "29 24 0 0 0 0 1 4 24/25");
    assert_eq!(entered("2."), "24 24 0 0 0 0 0 0 24/24");
    assert_eq!(entered("3a."), "8 8 0 0 0 0 0 0 8/8");
    assert_eq!(entered("3b."), "6 6 0 0 0 0 0 0 6/6");
    assert_eq!(entered("4a."), "6 0 0 0 0 0 0 6 0/0");
    assert_eq!(entered("4b."), "0 0 0 0 0 0 0 0 0/0");
    assert_eq!(entered("5."), "18 0 0 10 8 0 0 0 18/18");
    assert_eq!(entered("6a."), "10 0 0 0 0 0 0 10 0/0");
    assert_eq!(entered("6d."), "2 0 1 0 0 0 0 1 0/0", "one of them came back to 1");
    // E and F came in December, and had their eight weeks in February: only they and those of February have had eight weeks by the end of April.
    assert_eq!(
        table(&sections, "cohorts"),
        [
            "Dec 2023 2 2 0 0 0 0 0 2 yes",
            "Feb 2024 19 18 8 0 18 10 8 0 yes",
            "Mar 2024 6 6 6 6 0 0 0 0 no",
            "Apr 2024 3 0 0 0 0 0 0 0 no"
        ]
    );
    // In 1: ten of 3 days, eight of 4 (over the leap day), six of 5 less the hour of the clock, one of 8.
    let stays = table(&sections, "stays");
    let stay = |id: &str| stays.iter().find(|row| row.starts_with(id)).expect("a stage").clone();
    assert!(stay("1.").ends_with(" 25 5760 7140 4"), "{}", stay("1."));
    // In 2: six of a day, eight of 2, ten of 25, two of 63.
    assert!(stay("2.").ends_with(" 26 2880 36000 0"), "{}", stay("2."));
    assert!(stay("3a.").ends_with(" 8 47460 47460 0"), "33 days less an hour: {}", stay("3a."));
    assert!(stay("5.").ends_with(" 18 10080 10080 0"), "{}", stay("5."));
    assert!(stay("3b.").ends_with(" 6 10080 10080 0"), "{}", stay("3b."));
    assert!(stay("4a.").ends_with(" 0 – – 6"), "no visit says nothing: {}", stay("4a."));
    assert!(!stays.iter().any(|row| row.starts_with('6')), "time after the end is no work: {stays:?}");
    assert_eq!(
        table(&sections, "ageing"),
        [
            "D01 D01 1 3.2 × 22500 7140 no owner – –",
            "D02 D02 1 3.2 × 22500 7140 no owner – –",
            "D03 D03 1 3.2 × 22500 7140 no owner – –",
            "E01 E01 1 1.7 × 12420 7140 no owner – –"
        ],
        "until midnight after 30 April"
    );
    assert_eq!(
        table(&sections, "flow"),
        ["Feb 2024 19 2 0 2 0", "Mar 2024 6 10 10 0 0", "Apr 2024 4 8 8 0 0"]
    );
    assert_eq!(
        table(&sections, "standing"),
        ["2024-02-29 8 10 0 0 0 2 0", "2024-03-31 6 0 8 0 0 12 0", "2024-04-30 4 0 0 6 0 19 0"]
    );
    assert_eq!(
        table(&sections, "replies"),
        ["all 24 8 8/24 2880", "first-outreach 18 8 8/18 2880", "no template 6 0 0/6 –"]
    );
    // A was written to six days before a renewal, B fourteen days.
    assert_eq!(
        table(&sections, "calls"),
        [
            "calls booked 6 0/0",
            "calls held 6 6/6",
            "no-shows 0 0/6",
            "outreach in time 8 8/24",
            "outreach too late 10 10/24",
            "renewal unknown 6 6/24"
        ]
    );
    // A took 32 days, B 42: weeks 5 and 7. E and F took 63: week 10.
    assert_eq!(
        table(&sections, "target"),
        ["within 8 weeks 18 18/20 –", "2 weeks over 2 2/20 –", "first to final outreach 18 0/0 46080"]
    );
    // E and F came in December and churned in February; of the others nobody has, but not all have had three months.
    assert_eq!(
        table(&sections, "retention"),
        [
            "Dec 2023 2 0 0/2 – yes",
            "Feb 2024 19 19 19/19 – no",
            "Mar 2024 6 6 6/6 – no",
            "Apr 2024 3 3 3/3 – no"
        ]
    );
    // A 4 moves each, B 5, C 4, D 2, E 2, F 1, G 1, and one by a file. The second of D were taken back.
    assert_eq!(by_hand(&sections), (40 + 40 + 24 + 6 + 2 + 1 + 1, 3));
    assert!(table(&sections, "moves").contains(&"import 1 0 0/1 0".to_owned()));
    // Three of D, E, which starts anew with the next outreach, and G.
    assert_eq!(table(&sections, "people"), ["dan@example.com 6 0 0", "no owner 5 0 19"]);
}

/// A session in which people moved a few accounts about for two months, took much of that back and did some of it again.
fn lived(seed: u64) -> Session {
    let stages: Vec<StageId> = shipped_pipeline().stages().iter().map(|stage| stage.id.clone()).collect();
    let mut session = nothing_happened(Playbooks::default());
    let ana = Actor::Person("ana@example.com".into());
    let ids: Vec<AccountId> = (1..=9).map(|number| AccountId::new(&format!("A{number}"))).collect();
    let rows = |rows: Vec<AccountFacts>| Command::Import {
        source: "import".into(),
        rows: rows.into(),
        take_stages: true,
    };
    let known = ids.iter().map(|id| AccountFacts::new(id.as_str())).collect();
    session.submit(&rows(known), &ana, nine(day("2024-02-01"))).expect("they are known");
    let mut dice = Dice(seed + 1);
    for date in day("2024-02-02").iter_days().take(60) {
        for _ in 0..dice.roll(4) {
            let (account, to) = (dice.pick(&ids).clone(), dice.pick(&stages).clone());
            let command = match dice.roll(8) {
                0 | 1 => Command::Undo,
                2 => Command::Redo,
                3 => {
                    let mut row = AccountFacts::new(account.as_str());
                    row.stage = Some("Paused".into());
                    rows(vec![row])
                }
                _ => Command::Move {
                    account,
                    to,
                    reason: Some("so it goes".into()),
                    force: true,
                    cause: Cause::Hand,
                },
            };
            // The board may refuse, as there may be nothing to undo.
            let _ = session.submit(&command, &ana, nine(date));
        }
    }
    session
}

#[test]
fn every_entry_is_in_exactly_one_part_whatever_happened() {
    let mut entries = 0;
    for seed in 0..40 {
        let session = lived(seed);
        let board = session.board();
        let (first, last) = (day("2024-02-01"), day("2024-04-01"));
        for (from, to) in [(first, last), (first, day("2024-02-20")), (day("2024-03-30"), last)] {
            let window = CountedDays::new(from, to, WindowStep::Week).expect("a window");
            let question = InsightsQuestion {
                board,
                now: nine(day("2024-04-02")),
                window,
                month: None,
                weights: RiskWeights::default(),
            };
            let insights = Insights::of(&question, board.accounts().map(|account| &**account));
            for it in &insights.outcomes {
                let parts = [&it.moved_on, &it.moved_back, &it.taken_off, &it.unmapped, &it.still_there];
                let parts: usize = parts.iter().map(|part| part.len()).sum();
                assert_eq!(parts + it.all_closed(), it.entries.len(), "{seed}: {it:?}");
                entries += it.entries.len();
            }
            // Whoever is counted in a bucket on the last day stands there.
            if to == last {
                let standing =
                    insights.flow.buckets.iter().map(|(_, counts)| counts.last().copied().unwrap_or(0));
                let on_stages = board.accounts().filter(|account| {
                    account
                        .placement
                        .as_ref()
                        .is_some_and(|place| board.pipeline().stage(&place.stage).is_some())
                });
                assert_eq!(standing.sum::<usize>(), on_stages.count(), "{seed}");
            }
        }
    }
    assert!(entries > 1_000, "much has happened: {entries}");
}

/// Payments fail, somebody is on each two hours later, and they are paid the day after the next; another one is still open.
/// Of how long half of them took, nothing is said of four.
#[test]
fn alerts_are_timed_and_what_was_paid_after_all_is_summed() {
    for (paid, row) in
        [(4, "failed payment 5 4 – 4 – paid 4 €846"), (5, "failed payment 6 5 120 5 2820 paid 5 €1,058")]
    {
        let shipped = playbooks::overlaid("", "playbooks.toml", &shipped_pipeline()).expect("ours");
        let mut session = nothing_happened(shipped.into());
        let ana = Actor::Person("ana@example.com".into());
        let ids: Vec<String> = (0..=paid).map(|number| format!("A-{number}")).collect();
        let rows = ids.iter().map(|id| AccountFacts::new(id)).collect::<Vec<_>>();
        let import = Command::Import { source: "import".into(), rows: rows.into(), take_stages: false };
        session.submit(&import, &ana, nine(day("2024-02-01"))).expect("they are known");
        let signal = |account: &str, at: Now, data: SignalData| {
            let id = SignalId::new(&format!("{account} {}", at.at));
            let signal = Signal { id, at: at.at, by: None, source: "stripe".into(), template: None, data };
            Command::RecordSignal { account: AccountRef::Id(AccountId::new(account)), signal }
        };
        let failed = |account: &str| SignalData::InvoicePaymentFailed {
            invoice: format!("in_{account}").into(),
            amount: "211.50 EUR".parse().expect("an amount"),
            attempt: 1,
            next_attempt: None,
            subscription: None,
        };
        let first = nine(day("2024-03-30"));
        for account in &ids {
            session.submit(&signal(account, first, failed(account)), &ana, first).expect("it is told");
        }
        let soon = Now { at: first.at + TimeDelta::hours(2), zone: first.zone };
        let later = nine(day("2024-04-01"));
        for account in &ids[..paid] {
            let key = AlertKey::of_invoice(&AccountId::new(account), &format!("in_{account}"));
            let acknowledge = Command::ChangeAlert { key, change: AlertChange::Acknowledge };
            session.submit(&acknowledge, &ana, soon).expect("somebody is on it");
        }
        for account in &ids[..paid] {
            let paid =
                SignalData::InvoicePaid { invoice: format!("in_{account}").into(), subscription: None };
            session.submit(&signal(account, later, paid), &ana, later).expect("it is paid");
        }
        // Two days less the hour of the clock.
        assert_eq!(table(&answers(session.board()), "alerts"), [row]);
    }
}

#[test]
fn nothing_is_divided_by_nothing() {
    let session = nothing_happened(Playbooks::default());
    let sections = answers(session.board());
    for section in &sections {
        assert!(!section.meaning.is_empty() && !section.columns.is_empty(), "{}", section.id);
        for row in &section.rows {
            assert_eq!(row.len(), section.columns.len(), "{}", section.id);
            assert!(row.iter().all(|cell| !cell.words().is_empty() || !cell.is_number()), "{}", section.id);
        }
    }
}
