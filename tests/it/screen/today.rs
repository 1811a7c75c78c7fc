//! A morning's work: who needs a person today, what is pressed for it, and the alerts beside it.

use std::sync::{LazyLock, Mutex};

use chrono::TimeDelta;
use gangplank::demo;
use gangplank::prose::reasons;
use gangplank::state::values::signal::SignalKind;
use gangplank::state::{
    AccountFacts, AccountRef, AlertChange, AlertState, Command, FactKey, FactValue, Now, PossibleDuplicate,
    Reason, RiskLevel, Signal, SignalData, SignalId, TaskChange,
};
use gangplank::store::MemoryStore;
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::model::focus::{Overlay, View};
use gangplank::tui::model::msg::{Effect, Mouse, Msg};
use gangplank::tui::model::prompt::{AskedLine, Prompt, Purpose};
use gangplank::tui::model::status::Tone;
use proptest::prelude::*;
use proptest::sample::select;

use super::snapshots::Snapshots;
use crate::support::desk::Desk;
use crate::support::{
    World, id, import, morning, payment_failed, person, pipeline_with_checklists, playbooks, row, rows_of,
};

const SIZE: (u16, u16) = (120, 40);

const ACCOUNTS: &[[&str; 7]] = &[
    ["acme", "Acme Ltd", "300 USD", "2024-12-20", "dana", "1", "EU"],
    ["bolt", "Bolt Robotics", "310 USD", "2024-12-28", "dana", "1", "US"],
    ["cato", "Cato & Daughters", "320 USD", "2025-01-30", "dana", "2", "EU"],
    ["dune", "Dune Analytics", "330 USD", "2025-01-29", "—", "3a", "US"],
    ["echo", "Echo", "340 EUR", "2024-12-22", "eve@example.com", "5", "EU"],
    ["fern", "Fern", "350 USD", "2025-03-01", "dana", "6b", "EU"],
    ["gale", "Gale Force", "1640 USD", "2025-01-02", "dana", "6a", "US"],
    ["hive", "Hive Mind", "180 USD", "2025-01-18", "eve@example.com", "4a", "EU"],
    ["iris", "Iris Optik", "410 USD", "2025-01-20", "dana", "6a", "EU"],
];

pub(super) fn signal(world: &World, name: &str, what: SignalData) -> Command {
    let id = SignalId::new(&format!("{name}-{}-{}", what.kind().word(), world.now.at.timestamp()));
    let signal = Signal {
        template: None,
        id,
        at: world.now.at,
        by: Some("dana".into()),
        source: "test".into(),
        data: what,
    };
    Command::RecordSignal { account: AccountRef::Id(crate::support::id(name)), signal }
}

fn failed(world: &World, name: &str, attempt: u32) -> Command {
    let what = payment_failed(name, attempt);
    signal(world, name, what)
}

/// One account for most reasons to need a person.
fn a_morning() -> World {
    static BUILT: LazyLock<Mutex<World>> = LazyLock::new(|| Mutex::new(built_morning()));
    BUILT.lock().expect("nobody failed").copy(playbooks())
}

fn built_morning() -> World {
    let mut world = World::new();
    world.minutes_later(-2 * 24 * 60);
    world.does(&import(&rows_of(ACCOUNTS)));
    for [name, ..] in ACCOUNTS {
        let _ = world.tries(&Command::MarkSeen { account: id(name) });
    }
    world.does(&signal(&world, "cato", SignalData::OutreachSent));
    world.minutes_later(60);
    world.does(&signal(&world, "cato", SignalData::ReplyReceived { auto: false }));
    let (starts_at, ends_at) = (world.now.at + TimeDelta::hours(5), world.now.at + TimeDelta::hours(6));
    world.does(&signal(
        &world,
        "dune",
        SignalData::CallBooked { call: "c".into(), event: None, starts_at, ends_at },
    ));
    let due = Some(morning().date_naive().into());
    let change = TaskChange::Add { title: "send the survey".into(), due, done_on: Vec::new() };
    world.does(&Command::ChangeTask { account: id("fern"), task: None, change });
    world.does(&failed(&world, "gale", 1));
    world.does(&failed(&world, "iris", 2));
    world.now = Now::utc(morning());
    world
}

pub(super) fn desk(size: (u16, u16)) -> Desk {
    let mut desk = Desk::new(a_morning(), size);
    desk.keys("d g g");
    desk
}

/// The day's rows, top to bottom.
fn rows(desk: &Desk) -> Vec<&str> {
    desk.app.queue.rows().iter().map(|row| row.id.as_str()).collect()
}

fn all_of(desk: &Desk) -> String {
    let each = desk.app.queue.rows().iter().map(|row| {
        let why = desk.app.queue.reasons(&row.id).iter().map(|reason| reasons::text(reason, &desk.app.now));
        let why: Vec<String> = why.collect();
        format!("{}: {}\n", row.id, why.join(" + "))
    });
    each.collect()
}

/// The demonstration's morning.
pub(super) fn demo_desk(size: (u16, u16)) -> Desk {
    static BUILT: LazyLock<Mutex<World>> = LazyLock::new(|| {
        let now = Now::utc("2026-11-23T09:30:00Z".parse().expect("a moment"));
        let session = demo::session(&pipeline_with_checklists(), &playbooks(), now);
        Mutex::new(World { session, store: MemoryStore::new(), now, me: person("magda@example.com") })
    });
    Desk::new(BUILT.lock().expect("nobody failed").copy(playbooks()), size)
}

#[test]
fn it_begins_with_today_when_somebody_needs_a_person() {
    let Desk { world, app, .. } = Desk::new(a_morning(), SIZE);
    let mut desk = Desk { world, app: app.beginning_today(), effects: Vec::new() };
    assert_eq!((desk.app.view, desk.focused()), (View::Today, rows(&desk)[0]));
    desk.keys("d");
    assert_eq!(desk.app.view, View::Board);
    desk.keys("d");
    assert_eq!((desk.app.view, desk.focused()), (View::Today, rows(&desk)[0]));

    for world in [World::new(), World::of(&[row("acme", "Acme").in_stage("6a")])] {
        let desk = Desk::new(world, SIZE);
        assert_eq!(desk.app.beginning_today().view, View::Board, "nothing to do");
    }
}

#[test]
fn everyone_who_needs_a_person_is_there_most_urgent_first() {
    let desk = desk(SIZE);
    assert_eq!(
        all_of(&desk),
        "gale: Failed payment of $340, tried once\n\
         iris: Failed payment of $340, tried twice\n\
         dune: Call ended 2 days ago: held, or a no-show? + Engaged, but no call or task is planned + No owner\n\
         acme: Renews in 5 days, no outreach yet\n\
         bolt: Renews in 13 days, no outreach yet\n\
         echo: Final outreach is due: renews in 7 days\n\
         fern: send the survey\n\
         cato: Reply received 2 days ago, not answered yet + Engaged, but no call or task is planned\n\
         hive: Engaged, but no call or task is planned\n"
    );
}

/// What is pressed for each row, and where the account stands then.
#[test]
fn each_row_is_worked_in_three_strokes_and_gives_way_to_the_next() {
    for size in [SIZE, (80, 24)] {
        let mut desk = desk(size);
        let worked = [
            ("gale", "A a esc", "iris", "6a"),
            ("iris", "A a esc", "dune", "6a"),
            ("dune", "c", "acme", "4a"),
            ("acme", "o", "bolt", "2"),
            ("bolt", "o", "echo", "2"),
            ("echo", "f", "fern", "6a"),
            ("fern", "D", "cato", "6b"),
            ("cato", "o", "hive", "3a"),
        ];
        for (account, keys, next, stage) in worked {
            assert_eq!(desk.focused(), account, "{}", all_of(&desk));
            assert!(keys.split(' ').count() <= 3);
            desk.keys(keys);
            assert_eq!((desk.world.stage(account), desk.focused()), (stage, next), "{account}: {keys}");
        }
        desk.keys("T").types("fri: propose a second call").keys("enter");
        assert!(!rows(&desk).contains(&"hive"), "{}", all_of(&desk));
    }
}

#[test]
fn the_demos_morning_can_be_worked_from_the_top() {
    for size in [SIZE, (80, 24)] {
        let mut desk = demo_desk(size);
        desk.keys("d g g");
        let all: Vec<String> = rows(&desk).iter().map(|id| (*id).to_owned()).collect();
        for account in &all {
            if !rows(&desk).contains(&account.as_str()) {
                continue;
            }
            desk.focus(account);
            let at = desk.app.focus.row;
            let following: Option<String> = rows(&desk).get(at + 1).map(|id| (*id).to_owned());
            let rank = desk.app.queue.reasons(&id(account))[0].rank();
            match rank {
                0 => desk.keys("A a esc"),
                2 => desk.keys("c"),
                3 | 6 => desk.keys("f"),
                8 => desk.keys("b").types("tomorrow 15:00").keys("enter"),
                12 => desk.keys("D"),
                15 => desk.keys("enter esc"),
                17 => desk.keys("T").types("fri: ask for a call").keys("enter"),
                18 | 19 => desk.keys("z").types("monday").keys("enter"),
                _ => desk.keys("o"),
            };
            // A stage is left with open points.
            if desk.app.mode() == InputMode::Confirm {
                desk.keys("y");
            }
            assert_ne!(desk.app.status.tone, Tone::Refused, "{account}: {}", desk.said());
            let first = desk.app.queue.reasons(&id(account)).first().map(Reason::rank);
            assert!(first != Some(rank) || rank == 12, "{account} still says {rank}");
            if let Some(following) = following.filter(|_| rank != 15) {
                assert_eq!(desk.focused(), following, "after {account} ({rank})");
            }
        }
    }
}

/// One account that needs a person for that reason first, what its row says to press, and what is pressed.
const REMEDIES: &[(&str, &str, &str, &str)] = &[
    ("gale", "open_alert", "a Acknowledge", "A c paid_by_bank enter esc"),
    ("dune", "call_outcome_missing", "c Call held", "c"),
    ("acme", "outreach_overdue", "o Outreach sent", "o"),
    ("bolt", "outreach_due", "o Outreach sent", "o"),
    ("echo", "final_outreach_due", "f Final outreach", "f"),
    ("quin", "purchased_call", "b Book call", "b tomorrow_15:00 enter"),
    ("vale", "back_again", ". Start again", "."),
    ("ulm", "possible_duplicate", "= Merge", "= enter"),
    ("tern", "left_export", "X Mark churned", "X y"),
    ("zoe", "mail_bounced", "o Outreach sent", "o"),
    ("fern", "task_due", "D Done", "D"),
    ("cato", "reply_waiting", "o Outreach sent", "o"),
    ("jade", "unseen", "enter Open", "enter"),
    ("kiwi", "quiet", "o Outreach sent", "o"),
    ("hive", "no_next_step", "T Add task", "T fri:_ask_for_a_call enter"),
    ("lime", "over_target", "z Snooze", "z monday enter"),
    ("mint", "The stage is 2, but no outreach is recorded", "o Outreach sent", "o"),
    ("nori", "Outreach is recorded, but the stage is 1", "> Next stage", ">"),
    ("olea", "No renewal date", "z Snooze", "z monday enter"),
    ("plum", "No owner", "@ Take", "@"),
    ("sky", "consider a handoff", "S Hand off", "S they_grow_fast enter"),
    ("rosa", "“Nurture” is not a stage", "m Move to…", "m 1"),
];

/// A morning with an account for each reason.
pub(super) fn every_reason() -> Desk {
    static BUILT: LazyLock<Mutex<World>> = LazyLock::new(|| Mutex::new(world_of_every_reason()));
    let world = BUILT.lock().expect("nobody failed").copy(playbooks());
    let mut desk = Desk::new(world, (160, 60));
    desk.keys("d g g |");
    desk
}

fn world_of_every_reason() -> World {
    let mut world = a_morning();
    let rows = rows_of(&[
        ["jade", "Jade", "300 USD", "2025-03-20", "dana", "1", "EU"],
        ["kiwi", "Kiwi", "300 USD", "2025-03-20", "dana", "2", "EU"],
        ["lime", "Lime", "300 USD", "2025-03-20", "dana", "2", "EU"],
        ["mint", "Mint", "300 USD", "2025-03-20", "dana", "2", "EU"],
        ["nori", "Nori", "300 USD", "2025-03-20", "dana", "1", "EU"],
        ["olea", "Olea", "300 USD", "—", "dana", "1", "EU"],
        ["plum", "Plum", "300 USD", "2025-03-20", "—", "1", "EU"],
        ["quin", "Quin", "300 USD", "2025-03-20", "dana", "7", "EU"],
        ["rosa", "Rosa", "300 USD", "2025-03-20", "dana", "Nurture", "EU"],
        ["sky", "Sky", "300 USD", "2025-03-20", "dana", "2", "EU"],
        ["tern", "Tern", "300 USD", "2025-03-20", "dana", "2", "EU"],
        ["ulm", "Ulm", "300 USD", "2025-03-20", "dana", "2", "EU"],
        ["vale", "Vale", "300 USD", "2025-03-20", "dana", "6d", "EU"],
        ["zoe", "Zoe", "300 USD", "2025-03-20", "dana", "2", "EU"],
    ]);
    let on = |days: i64| Now::utc(morning() - TimeDelta::days(days));
    for (days, name) in [
        (8, "kiwi"),
        (60, "lime"),
        (1, "jade"),
        (1, "mint"),
        (1, "nori"),
        (1, "olea"),
        (1, "plum"),
        (1, "quin"),
        (1, "rosa"),
        (1, "sky"),
        (1, "tern"),
        (1, "ulm"),
        (1, "vale"),
        (1, "zoe"),
    ] {
        world.now = on(days);
        let mine: Vec<_> = rows.iter().filter(|row| row.id == id(name)).cloned().collect();
        world.does(&import(&mine));
        if name != "jade" {
            world.does(&Command::MarkSeen { account: id(name) });
        }
        if ["kiwi", "nori", "zoe"].contains(&name) {
            world.does(&signal(&world, name, SignalData::OutreachSent));
        }
        if name == "zoe" {
            let to = vec!["jane@zoe.example".into()];
            world.does(&signal(&world, name, SignalData::EmailBounced { to, outreach: None }));
        }
    }
    world.does(&crate::support::forced("nori", "1", "the first letter went astray"));
    world.now = on(3);
    world.does(&signal(&world, "lime", SignalData::OutreachSent));
    world.now = on(0);
    world.does(&Command::ChangeTask {
        account: id("sky"),
        task: None,
        change: TaskChange::Add {
            title: "consider a handoff".into(),
            due: Some(morning().date_naive().into()),
            done_on: vec![SignalKind::Handoff],
        },
    });
    let same = |name: &str| AccountFacts::new(name).text(FactKey::Domain, "ulm.example");
    world.does(&import(&[same("jade"), same("ulm")]));
    let more = FactValue::Money("400 USD".parse().expect("an amount"));
    world.does(&import(&[AccountFacts::new("vale").with(FactKey::ForecastedMrr, more)]));
    let everybody_else =
        world.board().accounts().map(|account| account.id.clone()).filter(|it| *it != id("tern")).collect();
    world.does(&Command::CompareExport {
        export: "crm.csv".into(),
        ids: everybody_else,
        is_whole: true,
        duplicates: vec![PossibleDuplicate {
            id: id("ulm"),
            known: id("jade"),
            same: AccountRef::Domain("ulm.example".into()),
            by: FactKey::Domain,
        }],
    });
    world
}

#[test]
fn every_reason_names_the_key_that_resolves_it() {
    let mut kinds: Vec<String> = Vec::new();
    for (account, reason, press, keys) in REMEDIES {
        let mut desk = every_reason();
        desk.focus(account);
        let first = |desk: &Desk| desk.app.queue.reasons(&id(account)).first().cloned();
        let now = desk.app.now;
        let is_it =
            |first: &Reason| first.word() == *reason || reasons::text(first, &now).starts_with(reason);
        let why = first(&desk).unwrap_or_else(|| panic!("{account} needs nobody"));
        assert!(is_it(&why), "{account}: {why:?}");
        kinds.push(why.word().to_owned());
        let lines = desk.lines();
        let row = lines
            .iter()
            .find(|line| line.contains(desk.world.account(account).name()) && line.contains(press));
        assert!(row.is_some(), "{account}: {}", desk.picture());
        for key in keys.split(' ') {
            if key.len() > 1 && !["enter", "esc"].contains(&key) {
                desk.types(&key.replace('_', " "));
            } else {
                desk.keys(key);
            }
        }
        assert!(
            !first(&desk).is_some_and(|why| is_it(&why)),
            "{account}: {:?}, {}",
            first(&desk),
            desk.said()
        );
    }
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds.len(), 17, "every kind of reason has a row");
}

/// The keys at the foot begin with what the chosen row asks for, and name nothing twice.
#[test]
fn what_the_row_asks_for_is_the_first_of_the_hints() {
    for (account, _, press, _) in REMEDIES {
        let mut desk = every_reason();
        desk.focus(account);
        let foot = desk.lines()[59].clone();
        assert!(foot.trim_start().starts_with(press), "{account}: {foot}");
        let key = press.split(' ').next().expect("a key");
        let named = foot.split("  ").filter(|hint| hint.trim().split(' ').next() == Some(key)).count();
        assert_eq!(named, 1, "{account}: {foot}");
    }
}

/// Beside open details, no reason runs into their frame.
#[test]
fn a_reason_leaves_the_frame_of_details_alone() {
    for width in [140, 160, 200] {
        let mut desk = desk((width, 24));
        desk.keys("enter");
        let lines = desk.lines();
        let beside = |line: &&String| line.contains('│') || line.contains('╭');
        assert!(lines[4..20].iter().any(|line| beside(&line)), "{}", lines.join("\n"));
        for line in lines[3..20].iter().filter(beside) {
            let before = line.split(['│', '╭']).next().expect("what stands beside");
            assert!(before.ends_with(' '), "{width}: {line}");
        }
    }
}

/// The alert of the row is put off in three keys: tomorrow is what enter takes.
#[test]
fn an_alert_is_snoozed_until_tomorrow_in_three_keys() {
    let mut desk = desk(SIZE);
    desk.focus("gale").keys("A z");
    assert!(desk.lines().join("\n").contains("▌1 tomorrow"));
    desk.keys("enter");
    let alert =
        desk.world.board().alerts().find(|alert| alert.account == id("gale")).expect("raised").clone();
    let AlertState::Snoozed { until } = alert.state else { panic!("{:?}", alert.state) };
    assert_eq!(until.to_rfc3339(), "2024-12-16T00:00:00+00:00");
    assert!(!rows(&desk).contains(&"gale"));
}

/// Whoever acknowledged an alert is on it for the day; what is new about it, or another day, asks again.
#[test]
fn an_acknowledged_alert_asks_again_on_the_next_day_or_after_another_attempt() {
    for (next, asks) in [(None, false), (Some(1), false), (Some(2), true)] {
        let mut desk = desk(SIZE);
        desk.focus("gale").keys("a");
        assert!(!rows(&desk).contains(&"gale"), "{}", all_of(&desk));
        if let Some(attempt) = next {
            let failed = failed(&desk.world, "gale", attempt);
            desk.elsewhere("eve", &failed);
        }
        assert_eq!(rows(&desk).contains(&"gale"), asks, "{next:?}: {}", all_of(&desk));
        desk.later(TimeDelta::days(1));
        assert!(rows(&desk).contains(&"gale"), "{next:?}: {}", all_of(&desk));
    }
}

#[test]
fn an_alert_somebody_is_on_stands_behind_those_nobody_is_on() {
    let mut desk = desk(SIZE);
    assert_eq!(rows(&desk)[..2], ["gale", "iris"]);
    desk.keys("A a esc");
    assert!(!rows(&desk).contains(&"gale"), "it is in somebody's hands for today");
    desk.later(TimeDelta::days(1));
    let why = desk.app.queue.reasons(&id("gale"))[0].clone();
    assert_eq!(
        reasons::text(&why, &desk.app.now),
        "Failed payment of $340, tried once; acknowledged by dana"
    );
    let all = rows(&desk);
    let place = |name| all.iter().position(|row| *row == name).expect("it is still there");
    assert!(place("iris") < place("gale") && place("fern") < place("gale") && place("gale") < place("cato"));
    // Closed and opened again, nobody is on it any more.
    desk.focus("gale").keys("A c").types("they paid").keys("enter");
    assert!(!rows(&desk).contains(&"gale"));
    desk.keys("u");
    assert_eq!(desk.app.queue.reasons(&id("gale"))[0], why);
}

#[test]
fn every_verb_that_does_what_was_asked_moves_on_and_undo_comes_back() {
    let before = rows(&desk(SIZE)).iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let table: [(&str, &str, &str); 14] = [
        ("acme", "o", ""),
        ("cato", "r", ""),
        ("dune", "c", ""),
        ("dune", "x", ""),
        ("echo", "f", ""),
        ("acme", "b", "tomorrow 15:00"),
        ("cato", "S", "asks for a contract"),
        ("acme", "X y", ""),
        ("acme", "P y", ""),
        ("acme", "R", "h invoice bounced"),
        ("acme", "O", "eve@example.com"),
        ("acme", "n", "they are away until Monday"),
        ("acme", "T", "fri: send the guide"),
        ("acme", "z", "monday"),
    ];
    for (account, key, words) in table {
        let mut desk = desk(SIZE);
        desk.focus(account);
        let was = desk.world.account(account).clone();
        let next = before[before.iter().position(|id| id == account).expect("it is there") + 1].clone();
        desk.keys(key);
        if !words.is_empty() {
            desk.types(words).keys("enter");
        }
        assert!(desk.app.prompt.is_none(), "{key}: {}", desk.said());
        assert_eq!(desk.app.status.tone, Tone::Done, "{key}: {}", desk.said());
        // What is only noted beside is not what the row asks for.
        let stays = ["R", "O", "n", "T"].contains(&key);
        assert_eq!(desk.focused(), if stays { account } else { &next }, "{key} on {account}");
        desk.keys("u");
        assert_eq!(
            (rows(&desk), desk.focused()),
            (before.iter().map(String::as_str).collect(), account),
            "{key}"
        );
        let after = desk.keys("ctrl-r").focused().to_owned();
        assert!(after == account || !rows(&desk).contains(&account), "{key}: redone, and on {after}");
        desk.keys("u");
        let is = desk.world.account(account);
        assert_eq!(
            (&is.placement, &is.tasks, &is.calls, &is.risk, &is.snooze, is.owner(), is.engaged),
            (&was.placement, &was.tasks, &was.calls, &was.risk, &was.snooze, was.owner(), was.engaged),
            "{key}"
        );
    }
}

#[test]
fn what_was_typed_is_what_is_known() {
    let mut desk = desk(SIZE);
    desk.focus("acme").keys("b").types("tomorrow 15:00").keys("enter");
    let call = desk.world.account("acme").calls.values().next().expect("it is booked").clone();
    assert_eq!(call.starts_at.to_rfc3339(), "2024-12-16T15:00:00+00:00");
    assert_eq!(desk.world.stage("acme"), "3b");
    desk.focus("bolt").keys("R").types("h invoice bounced").keys("enter");
    let risk = desk.world.account("bolt").risk.clone();
    assert_eq!((risk.level, risk.reason.as_deref()), (RiskLevel::High, Some("invoice bounced")));
    desk.focus("bolt").keys("T").types("fri: send the guide").keys("enter");
    assert!(desk.said().contains("Task added: send the guide, due Fri 20 Dec"), "{}", desk.said());
    let task = desk.world.account("bolt").tasks.values().next().expect("it is set").clone();
    assert_eq!(
        (&*task.title, task.due.map(|due| due.to_string())),
        ("send the guide", Some("2024-12-20".into()))
    );
    desk.focus("bolt").keys("z").types("monday").keys("enter");
    assert!(!rows(&desk).contains(&"bolt"));
    desk.focus("cato").keys("S").types("asks for a contract").keys("enter");
    assert_eq!(desk.world.stage("cato"), "6c");
    desk.later(TimeDelta::days(1));
    assert!(rows(&desk).contains(&"bolt"), "it is Monday");
}

/// What is wrong is said where it was typed, and nothing typed is lost.
#[test]
fn bad_answers_are_objected_to_in_place() {
    for size in [SIZE, (80, 24)] {
        let table = [
            ("b", "tomorow 15:00", "tomorow"),
            ("b", "tomorrow", "add a time, such as tomorrow 15:00"),
            ("S", "", "A handoff needs a reason"),
            ("R", "x bad", "`x` is not a risk: use none, low, medium or high"),
            ("T", "31 feb send it", "`31 feb` is not a calendar day"),
            ("z", "whenever", "whenever"),
        ];
        for (key, typed, objection) in table {
            let mut desk = desk(size);
            let seq = desk.world.board().seq();
            desk.focus("acme").keys(key).types(typed).keys("enter");
            let Some(Prompt::Line(AskedLine { input, .. })) = &desk.app.prompt else {
                panic!("{key} is still asked")
            };
            assert_eq!((input.value(), desk.app.status.tone), (typed, Tone::Refused));
            assert!(desk.said().contains(objection), "{key}: {}", desk.said());
            let shown = desk.remarked();
            assert!(shown.contains(objection), "{size:?} {key}: {objection}\n{shown}");
            desk.keys("esc");
            assert_eq!((desk.world.board().seq(), desk.said()), (seq, "Canceled"));
        }
    }
}

#[test]
fn a_refusal_of_before_is_no_objection() {
    let mut desk = desk((80, 24));
    desk.focus("gale").keys("m 2");
    assert_eq!(desk.app.status.tone, Tone::Refused);
    desk.keys("n");
    assert!(matches!(desk.app.prompt, Some(Prompt::Line(AskedLine { purpose: Purpose::Note, .. }))));
    assert!(!desk.lines().join("\n").contains("onboarding is over"));
}

/// A move is what some rows ask for; on others it puts a card right, and the row has still to be worked.
#[test]
fn a_plain_move_goes_on_where_it_does_what_was_asked() {
    for (account, keys, stage, next) in [
        ("cato", ">", "3b", "cato"),
        ("nori", ">", "2", ""),
        ("rosa", "m 1", "1", ""),
        ("bolt", "m 2", "2", ""),
        ("bolt", ">", "2", ""),
    ] {
        let mut desk = every_reason();
        desk.focus(account);
        let following = rows(&desk)[desk.app.focus.row + 1].to_owned();
        desk.keys(keys);
        assert_eq!(desk.world.stage(account), stage, "{}", desk.said());
        assert_eq!(desk.focused(), if next.is_empty() { &following } else { next }, "{account} {keys}");
        desk.keys("u");
        assert_eq!(desk.focused(), account);
    }
}

#[test]
fn a_row_that_goes_up_for_something_else_is_followed() {
    let mut desk = desk(SIZE);
    desk.focus("cato").keys("T").types("today: answer them").keys("enter");
    assert_eq!(reasons::text(&desk.app.queue.reasons(&id("cato"))[0], &desk.app.now), "answer them");
    assert_eq!(desk.focused(), "cato", "they still wait for an answer");
    desk.keys("o");
    assert_eq!(desk.focused(), "cato", "and there is still the task, which now stands first");
    desk.keys("D");
    assert_eq!(desk.focused(), "fern", "{}", all_of(&desk));
}

/// Nobody finishes a task that is not to be seen: it is named, and asked about.
#[test]
fn a_task_that_the_screen_does_not_show_is_named_before_it_is_done() {
    let asked = |desk: &Desk| match &desk.app.prompt {
        Some(Prompt::Confirm(asked)) => Some(asked.question.clone()),
        _ => None,
    };
    let mut desk = desk(SIZE);
    desk.focus("fern").keys("D");
    assert_eq!(asked(&desk), None, "the row says which task it is");
    assert!(desk.said().contains("Task done: "), "{}", desk.said());
    desk.focus("acme").keys("T").types("call Anna fri").keys("enter").focus("acme").keys("D");
    assert_eq!(asked(&desk).as_deref(), Some("Acme Ltd: is the task “call Anna”, due Fri 20 Dec done?"));
    desk.keys("esc T").types("send it").keys("enter").focus("acme").keys("D");
    let two = "Acme Ltd: is the task “call Anna”, due Fri 20 Dec done? 1 task stays open besides.";
    assert_eq!(asked(&desk).as_deref(), Some(two));
    desk.keys("y");
    assert!(desk.said().contains("Task done: call Anna"), "{}", desk.said());
    // The open account shows the one that is left.
    desk.focus("acme").keys("enter D");
    assert_eq!(asked(&desk), None);
    assert!(desk.said().contains("Task done: send it"), "{}", desk.said());
}

/// Whoever reads goes on reading, as soon as nothing is left to do about the open account.
#[test]
fn an_open_account_that_needs_nobody_any_more_gives_way_to_the_next() {
    for size in [SIZE, (80, 24)] {
        let mut desk = desk(size);
        desk.focus("acme").keys("enter o");
        assert_eq!((desk.focused(), desk.app.overlay), ("bolt", Some(Overlay::Detail(0))));
        assert!(desk.lines().iter().any(|line| line.contains(" Bolt")), "{}", desk.lines().join("\n"));
        // Its call is seen to, but nobody owns it.
        desk.keys("esc").focus("dune").keys("enter c");
        assert_eq!(desk.focused(), "dune", "{} {}", all_of(&desk), desk.said());
        desk.keys("O").types("eve").keys("enter");
        assert_eq!((desk.focused(), desk.app.overlay), ("bolt", Some(Overlay::Detail(0))));
        desk.keys("u");
        assert_eq!(desk.focused(), "dune", "what was taken back is looked at");
        // On the board, the account that is open stays so.
        desk.keys("esc d").focus("bolt").keys("enter o");
        assert_eq!(desk.focused(), "bolt");
    }
}

/// Reading is not finishing: whoever closes an account is where they read, and goes on from there.
/// It keeps its row where a range of marks began, too; gone from there, it would draw the range after it.
#[test]
fn a_range_reaches_from_an_account_that_was_open_to_the_row_one_sees() {
    let mut desk = desk(SIZE);
    let before: Vec<String> = rows(&desk).iter().map(|id| (*id).to_owned()).collect();
    let at = before.iter().position(|id| id == "dune").expect("it is there");
    desk.focus("dune").keys("enter c esc v j");
    let mut marked: Vec<String> = desk.app.marks.accounts().iter().map(ToString::to_string).collect();
    let mut expected = before[at..=at + 1].to_vec();
    marked.sort();
    expected.sort();
    assert_eq!(marked, expected);
    desk.keys("v j");
    assert_eq!(desk.app.marks.len(), 2, "the range has ended");
    assert_ne!(rows(&desk), before, "now it went where it belongs");
}

/// What is read while a range holds the row where it began does not let that row go.
#[test]
fn reading_on_leaves_a_range_where_it_began() {
    let mut desk = desk(SIZE);
    let before: Vec<String> = rows(&desk).iter().map(|id| (*id).to_owned()).collect();
    let at = before.iter().position(|id| id == "dune").expect("it is there");
    desk.focus("dune").keys("enter c esc v");
    for (keys, last) in [("j enter", at + 1), ("J", at + 2), ("esc", at + 2), ("k", at + 1)] {
        desk.keys(keys).later(TimeDelta::minutes(1));
        let mut marked: Vec<String> = desk.app.marks.accounts().iter().map(ToString::to_string).collect();
        let mut expected = before[at..=last].to_vec();
        marked.sort();
        expected.sort();
        assert_eq!(marked, expected, "{keys}");
    }
}

#[test]
fn an_account_that_was_open_keeps_its_row_until_one_goes_on() {
    for size in [SIZE, (80, 24)] {
        let mut desk = desk(size);
        let before: Vec<String> = rows(&desk).iter().map(|id| (*id).to_owned()).collect();
        let beside = |account: &str, by: isize| {
            let at = before.iter().position(|id| id == account).expect("it is there");
            before[at.saturating_add_signed(by)].clone()
        };
        // It sinks.
        for (account, keys) in [("dune", "enter c esc"), ("dune", "enter c q")] {
            for (on, by) in [("j", 1), ("k", -1)] {
                desk.focus(account).keys(keys);
                assert_eq!((desk.focused(), desk.app.overlay), (account, None), "{keys}");
                assert_eq!(rows(&desk), before, "{keys}: everybody stands where they stood");
                desk.later(TimeDelta::minutes(1));
                assert_eq!(rows(&desk), before, "{keys}: also a minute later");
                desk.keys(on);
                assert_eq!(desk.focused(), beside(account, by), "{keys} {on}");
                assert_ne!(rows(&desk), before, "{keys} {on}: it went where it belongs");
                desk.keys("u g g");
                assert_eq!(rows(&desk), before);
            }
        }
        // A word beside leaves one there; something done about it in the list is what goes on.
        desk.focus("dune").keys("enter c esc n").types("went well").keys("enter");
        assert_eq!(desk.focused(), "dune");
        desk.keys("u u");
        desk.focus("dune").keys("enter c esc O").types("eve").keys("enter");
        assert_eq!(desk.focused(), "acme");
        desk.keys("u u");
        // Reading on goes to those that followed, whether it still needs somebody or not.
        for (on, by) in [("J", 1), ("K", -1)] {
            desk.focus("dune").keys("enter c").keys(on);
            assert_eq!(desk.focused(), beside("dune", by));
            desk.keys("esc");
            assert_eq!(desk.focused(), beside("dune", by), "esc stays with whom was read");
            desk.keys("g g u");
        }
        assert_eq!(rows(&desk), before);
        // Who leaves today leaves no row behind.
        desk.focus("fern").keys("enter D esc d d");
        assert!(!rows(&desk).contains(&"fern"));
    }
}

#[test]
fn reading_on_skips_nobody_and_counts_as_looked_at() {
    let mut desk = every_reason();
    let new = |name: &str, day: &str| {
        let row = row(name, name).text(gangplank::state::FactKey::Specialist, "dana");
        row.in_stage("1").with(gangplank::state::FactKey::NextRenewal, crate::support::day(day))
    };
    desk.elsewhere(
        "eve",
        &import(&[new("vega", "2025-03-21"), new("wren", "2025-03-22"), new("yarn", "2025-03-23")]),
    );
    desk.focus("jade").keys("enter J");
    assert_eq!(desk.focused(), "vega");
    desk.keys("J");
    assert_eq!(desk.focused(), "wren");
    desk.keys("K");
    assert_ne!(desk.focused(), "vega", "it was looked at, and needs nobody any more");
    desk.keys("J");
    assert_eq!((desk.focused(), desk.app.overlay.is_some()), ("yarn", true));
    desk.keys("esc g g");
    for account in ["jade", "vega", "wren", "yarn"] {
        assert!(!desk.world.account(account).is_unseen(), "{account}");
        assert!(!rows(&desk).contains(&account), "{account}");
    }
    // On the board, too.
    let mut desk = Desk::new(World::of(&["acme", "bolt"].map(|name| row(name, name).in_stage("2"))), SIZE);
    desk.keys("enter J");
    assert_eq!((desk.focused(), desk.world.account("bolt").is_unseen()), ("bolt", false));
}

/// What was said is about what was done; whoever goes on reads why the next one stands there.
#[test]
fn what_was_said_gives_way_to_the_reasons() {
    let mut desk = desk((80, 24));
    desk.focus("dune").keys("c");
    assert!(desk.lines()[22].contains("✓ Dune Analytics"));
    assert!(desk.lines()[21].contains("Renews in 5 days, no outreach yet"), "{}", desk.lines()[21]);
    desk.keys("j");
    assert!(desk.lines()[21].contains("Renews in 13 days, no outreach yet"), "{}", desk.lines()[21]);
    for screen in ["p", "F", "U", "d", "t", "A"] {
        desk.keys("Z");
        assert_ne!(desk.said(), "");
        desk.keys(screen);
        assert_eq!(desk.said(), "", "{screen}");
        desk.keys("ctrl-r esc");
        desk.app.alerts = None;
    }
    // A move that was refused for one is not offered for another.
    desk.keys("d d g g").focus("gale").keys("m 2");
    assert!(desk.app.status.refused.is_some());
    desk.keys("j .");
    assert_eq!((desk.world.stage("gale"), desk.said()), ("6a", "There is no suggested move"));
}

#[test]
fn opening_a_new_account_shows_that_account() {
    let mut world = a_morning();
    let new = row("zest", "Zest").text(gangplank::state::FactKey::Specialist, "dana");
    let new = new.with(gangplank::state::FactKey::ForecastedMrr, crate::support::amount("400 USD"));
    let new = new.with(gangplank::state::FactKey::NextRenewal, crate::support::day("2025-01-31"));
    world.does(&import(&[new]));
    let mut desk = Desk::new(world, SIZE);
    desk.keys("d").focus("zest").keys("enter");
    assert_eq!((desk.app.overlay, desk.focused()), (Some(Overlay::Detail(0)), "zest"));
    assert!(!desk.world.account("zest").is_unseen());
    desk.keys("esc");
    assert_eq!(desk.focused(), "zest", "it is still at hand");
    desk.keys("g g");
    assert!(!rows(&desk).contains(&"zest"), "{}", all_of(&desk));
}

#[test]
fn the_alerts_are_worked_in_their_pane() {
    let mut desk = desk((80, 24));
    assert!(desk.lines()[21..].join("").contains("2 alerts · A"), "{}", desk.lines().join("\n"));
    desk.focus("iris").keys("A");
    assert_eq!(desk.app.mode(), InputMode::Alerts);
    let chosen = |desk: &Desk| desk.app.chosen_alert().map(|alert| alert.account.to_string());
    assert_eq!(chosen(&desk).as_deref(), Some("iris"), "the focused account's alert comes first to hand");
    desk.keys("k");
    assert_eq!(chosen(&desk).as_deref(), Some("gale"));
    desk.keys("k");
    assert_eq!(desk.said(), "No more alerts in that direction");
    desk.keys("j a");
    let alert = |desk: &Desk, name: &str| {
        desk.world.board().alerts().find(|alert| alert.account == id(name)).expect("raised").clone()
    };
    assert_eq!(alert(&desk, "iris").acknowledged.as_deref(), Some("dana"));
    desk.keys("u");
    assert_eq!(alert(&desk, "iris").acknowledged, None);

    desk.keys("g g z").types("someday").keys("enter");
    assert!(desk.app.prompt.is_some(), "no such day");
    desk.keys("ctrl-u esc z").types("monday").keys("enter");
    assert!(matches!(alert(&desk, "gale").state, AlertState::Snoozed { .. }));
    assert!(!rows(&desk).contains(&"gale"));
    desk.keys("u");
    assert_eq!(alert(&desk, "gale").state, AlertState::Open);

    desk.keys("g g O").types("eve@example.com").keys("enter");
    assert_eq!(alert(&desk, "gale").assignee.as_deref(), Some("eve@example.com"));
    desk.keys("u");
    assert_eq!(alert(&desk, "gale").assignee.as_deref(), Some("dana"));

    desk.keys("g g R").types("m paid late").keys("enter");
    assert_eq!(desk.world.account("gale").risk.level, RiskLevel::Medium);
    desk.keys("u");
    assert_eq!(desk.world.account("gale").risk.level, RiskLevel::None);

    desk.keys("g g c enter");
    assert!(desk.lines().join("\n").contains("Closing an alert needs an outcome"));
    desk.types("paid by card").keys("enter");
    assert!(alert(&desk, "gale").is_closed());
    assert_eq!(chosen(&desk).as_deref(), Some("iris"), "closed ones are out of the way");
    desk.keys("t G");
    assert_eq!(chosen(&desk).as_deref(), Some("gale"));
    desk.keys("o");
    assert_eq!(alert(&desk, "gale").state, AlertState::Open);
    desk.keys("u");
    assert!(alert(&desk, "gale").is_closed());
    desk.keys("u");
    assert!(!alert(&desk, "gale").is_closed());

    desk.keys("G enter");
    assert_eq!((desk.app.mode(), desk.focused()), (InputMode::Board, "iris"));
    desk.keys("A esc");
    assert_eq!((desk.app.mode(), desk.app.alerts.is_some()), (InputMode::Board, true));
    desk.keys("A A");
    assert_eq!((desk.app.mode(), desk.app.alerts.is_none()), (InputMode::Board, true));
}

#[test]
fn only_the_chosen_alert_looks_chosen_and_today_follows_it() {
    for view in ["", "d", "t"] {
        let mut desk = desk(SIZE);
        desk.focus("dune").keys(view).focus("dune").keys("A g g");
        for account in ["gale", "iris"] {
            assert_eq!(desk.focused(), account);
            let picture = desk.picture();
            let reversed = picture.lines().find(|line| line.starts_with("reverse: ")).expect("one is chosen");
            assert_eq!(reversed.matches(['G', 'I']).count(), 1, "{reversed}");
            desk.keys("j");
        }
        desk.keys("esc");
        assert_eq!(desk.focused(), "dune", "where one came from");
    }
}

#[test]
fn a_verb_goes_on_to_the_next_alert_and_undo_comes_back() {
    for keys in ["a", "z 2 enter", "c p a i d enter"] {
        let mut desk = desk(SIZE);
        desk.keys("A g g");
        let chosen = |desk: &Desk| desk.app.chosen_alert().expect("one").account.to_string();
        let (first, next) = (chosen(&desk), desk.app.shown_alerts()[1].account.to_string());
        desk.keys(keys);
        assert_eq!((chosen(&desk), desk.focused()), (next.clone(), &*next), "{keys}");
        desk.keys("u");
        assert_eq!((chosen(&desk), desk.focused()), (first.clone(), &*first), "{keys}");
        desk.keys("ctrl-r").keys("g g").keys(keys);
        assert_eq!(
            desk.app
                .shown_alerts()
                .iter()
                .filter(|it| it.acknowledged.is_none() && it.is_open(desk.app.now.at))
                .count(),
            0,
            "{keys}: nobody has to look at one any more"
        );
    }
    let mut desk = desk(SIZE);
    desk.keys("A g g");
    let first = desk.app.chosen_alert().expect("one").account.clone();
    desk.keys("n").types("called").keys("enter");
    assert_eq!(desk.app.chosen_alert().expect("one").account, first, "a note is beside it");
    desk.keys("z esc n").types("again").keys("enter");
    assert_eq!(desk.app.chosen_alert().expect("one").account, first, "so is what was canceled");
}

/// What was asked and not done leaves nothing behind that another change would go on from.
#[test]
fn an_alert_that_was_asked_about_in_vain_is_no_longer_worked_on() {
    let chosen = |desk: &Desk| desk.app.chosen_alert().expect("one").account.to_string();
    for asked in ["z esc", "c esc", "c enter esc"] {
        let mut desk = desk(SIZE);
        desk.keys("A g g").keys(asked).keys("j");
        let second = chosen(&desk);
        desk.keys("space a enter");
        assert_eq!(chosen(&desk), second, "{asked}: {}", desk.said());
        let acknowledged = |alert: &&&std::sync::Arc<gangplank::state::Alert>| alert.acknowledged.is_some();
        assert_eq!(desk.app.shown_alerts().iter().filter(acknowledged).count(), 1);
    }
}

#[test]
fn the_day_goes_on_where_it_was_left_for_the_alerts() {
    let mut desk = desk(SIZE);
    desk.keys("g g");
    let below = rows(&desk).len();
    let second = rows(&desk)[1].to_owned();
    desk.keys("A a a esc");
    assert_eq!(desk.app.focus.row, 0, "where the work was left: {}", all_of(&desk));
    assert!(rows(&desk).len() <= below);
    assert_ne!(desk.focused(), second, "both were worked on");
}

#[test]
fn the_alerts_say_how_many_there_are_what_they_are_about_and_whose() {
    let mut world = a_morning();
    for name in ["acme", "bolt", "cato", "dune"] {
        world.does(&failed(&world, name, 1));
    }
    let mut desk = Desk::new(world, (80, 24));
    let line = |desk: &Desk, words: &str| {
        let lines = desk.lines();
        let line = lines.iter().rev().find(|line| line.contains(words)).expect("it is in view");
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    desk.keys("A g g");
    assert!(line(&desk, "Alerts").starts_with("━ Alerts · 6 open · 1 more ↓ ━"), "{}", line(&desk, "Alerts"));
    desk.keys("G");
    assert!(line(&desk, "Alerts").contains("· 6 open · 1 more ↑ ━"), "{}", line(&desk, "Alerts"));
    desk.keys("c").types("paid").keys("enter G a g g z").types("monday").keys("enter t g g");
    assert!(
        line(&desk, "Alerts").contains("· 4 open · 1 snoozed · 1 closed · 1 more ↓ ━"),
        "{}",
        line(&desk, "Alerts")
    );
    let screen = desk.keys("G").lines().join("\n");
    for words in ["acknowledged by dana", "snoozed until Mon 16 Dec", "closed: paid", "  dana"] {
        let is_told = |line: &str| line.contains("Failed payment of $3") && line.contains(words);
        assert!(screen.lines().any(is_told), "{words}: {screen}");
    }
}

#[test]
fn what_is_done_to_an_account_is_done_from_its_alert_too() {
    let mut desk = desk(SIZE);
    desk.focus("dune").keys("A G");
    desk.keys("n").types("they pay on monday").keys("enter");
    assert_eq!(desk.world.account("iris").notes.len(), 1);
    desk.keys("T").types("mon: look at it").keys("enter");
    assert_eq!(desk.world.account("iris").tasks.len(), 1);
    desk.keys("D");
    let asked = desk.lines().join("\n");
    assert!(
        asked.contains("is the task “look at it”, due Mon 16 Dec done?"),
        "the alert does not show it: {asked}"
    );
    desk.keys("y");
    assert!(desk.said().contains("Task done"), "{}", desk.said());
    desk.keys("m").types("7");
    assert!(desk.world.account("iris").tasks.values().all(|task| task.done.is_some()));
    assert_eq!((desk.focused(), desk.app.mode()), ("iris", InputMode::Alerts));
    desk.keys("N");
    assert!(matches!(desk.effects.pop(), Some(Effect::Edit { account, .. }) if account == id("iris")));
    desk.keys("q");
    assert_eq!((desk.app.mode(), desk.app.alerts.is_some()), (InputMode::Board, true), "q leads back");
    assert!(desk.effects.is_empty(), "{:?}", desk.effects);
}

#[test]
fn the_mouse_takes_the_keys_where_it_is_pressed() {
    let mut desk = desk(SIZE);
    let line = |desk: &Desk, words: &str| {
        let at = desk.lines().iter().position(|line| line.contains(words)).expect("it is in view");
        u16::try_from(at).expect("a line of the screen")
    };
    desk.keys("A esc");
    let first = line(&desk, "Alerts · ") + 1;
    desk.mouse(Mouse::Press, (4, first + 1));
    assert_eq!(desk.app.mode(), InputMode::Alerts);
    let about = desk.app.chosen_alert().expect("pressed").account.clone();
    desk.mouse(Mouse::Press, (4, first + 1));
    assert_eq!(
        (desk.app.mode(), desk.focused()),
        (InputMode::Board, about.as_str()),
        "twice leads to its account"
    );
    desk.keys("A").mouse(Mouse::Press, (4, 5));
    assert_eq!(desk.app.mode(), InputMode::Board);
    desk.later(TimeDelta::seconds(1)).keys("enter A").mouse(Mouse::Press, (100, 5));
    assert_eq!(desk.app.mode(), InputMode::Detail);
    desk.keys("A").mouse(Mouse::WheelDown, (4, first)).mouse(Mouse::WheelUp, (100, 5));
    assert_eq!(desk.app.mode(), InputMode::Alerts, "the wheel only looks");
}

#[test]
fn the_chosen_alert_stays_the_same_while_others_work() {
    let mut desk = desk(SIZE);
    desk.keys("A G");
    let chosen = |desk: &Desk| desk.app.chosen_alert().expect("one").key.clone();
    let (last, first) = (chosen(&desk), desk.app.shown_alerts()[0].key.clone());
    assert_ne!(last, first);
    desk.elsewhere(
        "eve",
        &Command::ChangeAlert { key: first, change: AlertChange::Close { outcome: "paid".into() } },
    );
    assert_eq!(chosen(&desk), last);
    desk.elsewhere("eve", &Command::Undo);
    assert_eq!(chosen(&desk), last);
}

#[test]
fn an_alert_leads_to_its_account_wherever_it_is() {
    let mut desk = desk(SIZE);
    desk.keys("d A g g enter");
    assert_eq!((desk.app.view, desk.focused()), (View::Board, "gale"));
    desk.keys("A g g z").types("monday").keys("enter");
    desk.keys("esc d A G enter");
    assert_eq!((desk.app.view, desk.focused()), (View::Board, "gale"), "it is not among today's rows");
}

#[test]
fn the_last_alert_closed_leaves_another_chosen() {
    let mut desk = desk(SIZE);
    desk.keys("A G c").types("paid").keys("enter");
    assert!(desk.app.chosen_alert().is_some(), "there is one left");
}

#[test]
fn an_empty_day_says_what_comes_next_and_when() {
    let mut desk = Desk::new(World::of(&rows_of(&ACCOUNTS[5..6])), (80, 24));
    desk.keys("d");
    assert!(desk.lines().join("\n").contains("no account needs you now, and nothing is coming up"));
    desk.world.does(&Command::MarkSeen { account: id("fern") });
    let change = TaskChange::Add {
        title: "send the survey".into(),
        due: morning().date_naive().succ_opt().map(Into::into),
        done_on: Vec::new(),
    };
    desk.elsewhere("eve", &Command::ChangeTask { account: id("fern"), task: None, change });
    let shown = desk.lines().join("\n");
    assert!(shown.contains("next is Fern, tomorrow, Mon 16 Dec: send the survey"), "{shown}");
}

/// Where the row is too narrow for it, the line under the rows has it whole.
#[test]
fn the_reason_of_the_focused_row_can_be_read_in_full() {
    let mut desk = desk((80, 24));
    desk.focus("acme");
    assert!(desk.lines()[21].contains("o Outreach sent  Renews in 5 days, no outreach yet"));
    // Each reason has its key; on a lower screen, all share a line.
    desk.focus("dune");
    assert!(desk.lines()[21].contains("c Call held  Call ended 2 days ago"), "{}", desk.lines()[21]);
    assert!(desk.lines()[22].contains("T Add task   Engaged, but no call"), "{}", desk.lines()[22]);
    desk.notify(Msg::Resize(80, 18));
    assert!(desk.lines()[16].contains("  Call ended 2 days ago"), "{}", desk.lines().join("\n"));
}

/// On a day on which something was done about an account, nobody is asked what comes next.
#[test]
fn what_comes_next_is_asked_on_the_day_after() {
    for (account, keys) in [("cato", "o"), ("dune", "c"), ("hive", "T")] {
        let mut desk = desk(SIZE);
        desk.focus(account).keys(keys);
        if keys == "T" {
            desk.types("today: ask").keys("enter").focus(account).keys("D");
        }
        let asks = |desk: &Desk| {
            let reasons = desk.app.queue.reasons(&id(account)).iter();
            reasons.clone().any(|reason| matches!(reason, Reason::NoNextStep { .. }))
        };
        assert!(!asks(&desk), "{account} {keys}: {}", all_of(&desk));
        desk.later(TimeDelta::days(1));
        assert!(asks(&desk), "{account} {keys}: {}", all_of(&desk));
    }
}

/// Everything that is to be looked at.
pub(super) fn snapshots() -> Snapshots {
    let mut snapshots = Snapshots::default();
    for size in [(80, 24), (120, 40), (240, 60), (20, 5), (1, 1)] {
        snapshots.take("today", &desk(size));
        snapshots.take("alerts", desk(size).keys("d A"));
        snapshots.take("today_alerts", desk(size).keys("A j"));
    }
    for size in [(80, 24), (120, 40)] {
        snapshots.take("today_demo", demo_desk(size).keys("d g g"));
        snapshots.take("today_objection", desk(size).keys("b").types("tomorow").keys("enter"));
        snapshots.take(
            "today_nobody",
            Desk::new(World::of(&[row("acme", "Acme").in_stage("6a")]), size).keys("d"),
        );
    }
    snapshots
}

#[test]
fn the_screens_look_like_this() {
    snapshots().check();
}

const PRESSED: [&str; 28] = [
    "d", "A", "A", "j", "k", "g", "G", "J", "h", "l", "pgdn", "pgup", "t", "a", "o", "r", "c", "x", "D", "u",
    "z", "enter", "esc", ">", "R", "m", "M", "/",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever the size and whatever was pressed: it can be drawn, and the pane hides no focused card.
    #[test]
    fn the_focus_stays_in_view_over_the_alerts(
        size in select(&[(80, 24), (120, 40), (240, 60), (60, 15), (20, 5)][..]),
        keys in prop::collection::vec(select(&PRESSED[..]), 0..24),
    ) {
        let mut desk = desk(size);
        for key in keys {
            desk.keys(key);
            let lines = desk.lines();
            let app = &desk.app;
            let covered = app.overlay.is_some() || app.screen.is_some() || app.prompt.is_some();
            let covered = covered || !app.begun_keys.is_empty();
            // The chosen alert may be about somebody who has no row: the filter hides them, or the alert is closed and
            // they need nobody any more. Enter finds them.
            let by_alert = desk.app.alerts.is_some_and(|pane| pane.has_keys);
            let has_row = desk.app.rows().iter().any(|row| Some(&row.id) == desk.app.focus.account.as_ref());
            if let Some(account) = desk.app.focused().filter(|_| !covered && (has_row || !by_alert)) {
                let start: String = account.name().chars().take(2).collect();
                let seen = lines.iter().any(|line| line.contains(&format!("▌{start}")));
                prop_assert!(seen, "{} after {key} at {size:?}:\n{}", account.name(), lines.join("\n"));
            }
        }
    }

    #[test]
    fn any_size_is_safe(
        size in (0..=300_u16, 0..=100_u16),
        small in (0..=24_u16, 0..=12_u16),
        keys in select(&["", "A", "d A", "A z", "A c enter", "b x enter", "A t j", "enter", "?", "A ?"][..]),
    ) {
        for size in [size, small] {
            let mut desk = desk(size);
            desk.keys(keys);
            desk.draw();
            desk.notify(Msg::Resize(small.0, size.1));
            desk.draw();
        }
    }
}

#[test]
fn the_keys_go_where_the_mark_is() {
    for size in [(80, 24), (160, 48)] {
        let mut desk = desk(size);
        desk.focus("gale").keys("|");
        // Where the keys go, and what is marked for it.
        let seen = |desk: &Desk| {
            let screen = desk.lines().join("\n");
            (
                desk.app.mode(),
                screen.contains("━ Alerts"),
                screen.contains("╭ ▸ Gale"),
                screen.contains("╭ Gale"),
            )
        };
        let closed = (InputMode::Board, false, false, false);
        let in_details = (InputMode::Detail, false, true, false);
        let in_alerts = (InputMode::Alerts, true, false, false);
        let over_details = (InputMode::Alerts, true, false, true);
        for (keys, is) in [
            ("", closed),
            ("A", in_alerts),
            ("esc", closed),
            ("enter", in_details),
            ("A", over_details),
            ("esc", in_details),
            ("A", over_details),
            ("A", in_details),
            ("A enter", in_details),
            ("esc", closed),
            ("A A", closed),
        ] {
            desk.keys(keys);
            assert_eq!(seen(&desk), is, "{keys} at {size:?}:\n{}", desk.lines().join("\n"));
        }
    }
}

#[test]
fn an_alert_leads_to_its_account_wherever_that_is() {
    let mut desk = desk(SIZE);
    desk.keys("A g g");
    let about = desk.app.chosen_alert().expect("there are two").account.clone();
    desk.keys("esc d /").types("echo").keys("enter A g g enter");
    assert_eq!(desk.focused(), about.as_str());
    assert!(desk.app.filter.is_none() && desk.said().contains("Filter cleared"), "{}", desk.said());
    desk.keys("d M A g g enter");
    assert_eq!(desk.focused(), about.as_str());
}
#[test]
fn a_key_that_moves_nothing_says_why() {
    for (size, keys, why) in [
        (SIZE, "f y", "Final outreach sent; it stays in 3b, because this signal moves a card only from 5"),
        (
            (80, 24),
            "f y",
            "Final outreach sent; it stays in 3b, because this signal moves a card only from 5",
        ),
        (SIZE, "r", "Reply received · u undoes"),
    ] {
        let mut desk = desk(size);
        desk.focus("dune").keys(keys);
        assert!(desk.said().contains(why), "{}", desk.said());
        let shown = desk.lines().join(" ");
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains(why), "{size:?}: {shown}");
    }
}
