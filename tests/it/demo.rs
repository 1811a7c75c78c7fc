//! The demonstration: a board worth looking at, whatever the day.

use std::collections::BTreeSet;
use std::sync::Arc;

use gangplank::config::{pipeline, playbooks};
use gangplank::demo;
use gangplank::prose::reasons;
use gangplank::state::query::attention::{AttentionRules, today};
use gangplank::state::{Account, Board, FactKey, Now, Phase, Pipeline, Position, Reason, StageId};

use crate::support::sample_entries as entries;

fn shipped() -> Arc<Pipeline> {
    Arc::new(pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("ours"))
}

fn board(now: Now) -> Board {
    let pipeline = shipped();
    let playbooks = playbooks::overlaid("", "playbooks.toml", &pipeline).expect("ours");
    demo::session(&pipeline, &Arc::new(playbooks.into()), now).board().clone()
}

fn at(moment: &str, zone: &str) -> Now {
    Now { at: moment.parse().expect("a moment"), zone: zone.parse().expect("a zone") }
}

/// Month ends, leap days, clock changes, midnight, far years.
fn moments() -> Vec<Now> {
    [
        ("2026-11-23T09:30:00Z", "UTC"),
        ("2024-02-29T23:59:59.999Z", "Europe/Berlin"),
        ("2024-03-31T01:00:00Z", "Europe/Berlin"),
        ("2024-03-01T00:00:00Z", "UTC"),
        ("2026-10-25T00:30:00Z", "Europe/London"),
        ("2025-01-31T04:00:00Z", "America/New_York"),
        ("2031-12-31T23:00:00Z", "Asia/Tokyo"),
        ("2012-01-01T10:00:00Z", "Pacific/Apia"),
        ("2026-08-31T05:00:00Z", "America/Santiago"),
        ("0001-01-01T00:00:00Z", "UTC"),
        ("9999-12-31T23:59:59Z", "UTC"),
    ]
    .map(|(moment, zone)| at(moment, zone))
    .to_vec()
}

#[test]
fn every_stage_is_peopled_whatever_the_day() {
    for now in moments() {
        let board = board(now);
        assert!((75..=90).contains(&board.len()), "{now:?}: {}", board.len());
        let count = |wanted: &dyn Fn(Position<'_>) -> bool| {
            board.accounts().filter(|account| wanted(board.position_of(account))).count()
        };
        for (position, stage) in board.pipeline().stages().iter().enumerate() {
            let here = count(&|standing| matches!(standing, Position::InStage(p, _) if p == position));
            assert!((2..=15).contains(&here), "{now:?}: {here} in {}", stage.label);
        }
        assert_eq!(count(&|standing| matches!(standing, Position::Unmapped(_))), 2, "{now:?}");
        assert_eq!(count(&|standing| standing == Position::OffBoard), 5, "{now:?}");
        let unseen = board.accounts().filter(|account| account.is_unseen()).count();
        assert!((3..=8).contains(&unseen), "{now:?}: {unseen} unseen");
        let sales = board.accounts().filter(|account| account.segments.contains("Sales Lead")).count();
        assert_eq!(sales, 3, "{now:?}");
    }
}

#[test]
fn the_accounts_keep_the_handbooks_rules() {
    for now in moments() {
        let board = board(now);
        for account in board.accounts() {
            plausible(&board, account, &now);
        }
        let over = board.accounts().filter(|account| {
            account.week(board.pipeline(), &now).is_some_and(|week| week > board.pipeline().target_weeks)
                && !matches!(board.position_of(account), Position::InStage(_, stage) if stage.is_closed())
        });
        assert!(over.count() >= 3, "some are past eight weeks");
    }
}

fn plausible(board: &Board, account: &Account, now: &Now) {
    let name = account.name();
    let renewal = account.next_renewal(now.today()).expect("everyone renews");
    let days = now.days_until(renewal);
    assert!((0..=366).contains(&days), "{name}: renews in {days} days");
    let domain = account.text(&FactKey::Domain).expect("everyone has one");
    assert!(domain.ends_with(".example"), "{name}: nobody real");
    assert!(account.facts.values().all(|fact| fact.at <= now.at), "{name}: known from the future");
    assert!(account.history.is_sorted_by_key(|step| (step.at, step.seq)), "{name}: out of order");
    assert!(account.history.iter().all(|step| step.at <= now.at), "{name}: moved in the future");
    let Position::InStage(_, stage) = board.position_of(account) else { return };
    assert_eq!(account.history[0].to.as_ref().map(StageId::as_str), Some("1"), "{name}");
    match stage.id.as_str() {
        "1" => {}
        "5" => assert!(days <= 10, "{name}: awaits the final outreach, yet renews in {days} days"),
        _ if stage.phase == Phase::Closed => {}
        id => assert!(days > 10, "{name}: in {id}, yet renews in {days} days"),
    }
    match stage.id.as_str() {
        "6a" => assert_eq!(account.engaged, None, "{name}"),
        "6b" => assert!(account.engaged.is_some(), "{name}"),
        _ => {}
    }
}

#[test]
fn the_same_moment_gives_the_same_board() {
    let now = at("2026-11-23T09:30:00Z", "Europe/Berlin");
    assert_eq!(entries::picture(&board(now)), entries::picture(&board(now)));
}

#[test]
fn days_count_as_the_file_says() {
    let now = at("2026-11-23T15:30:00Z", "Europe/Berlin");
    let board = board(now);
    let find = |name: &str| {
        let mut found = board.accounts().filter(|account| account.name() == name);
        found.next().expect("in the file").clone()
    };
    let saltbox = find("Saltbox Robotics");
    let since = saltbox.placement.as_ref().expect("on the board").since;
    assert_eq!(now.days_since(since), 5);
    assert_eq!(saltbox.week(board.pipeline(), &now), Some(1));
    assert_eq!(saltbox.owner(), Some("magda@example.com"));
    let thistle = find("Thistledown Travel");
    let steps: Vec<&str> =
        thistle.history.iter().filter_map(|step| Some(step.to.as_ref()?.as_str())).collect();
    assert_eq!(steps, ["1", "2", "3b", "5", "4a"]);
    assert!(thistle.history[4].reason.as_deref().expect("forced").starts_with("Asked for another"));
    let causes: BTreeSet<String> = board
        .accounts()
        .flat_map(|account| account.history.iter().map(|step| step.cause.to_string()))
        .collect();
    for cause in [
        "forced",
        "hand",
        "import",
        "playbook:boost-lead",
        "playbook:call-booked",
        "playbook:churned",
        "playbook:contacted",
        "playbook:final-outreach-due",
        "playbook:intro-call-held",
        "playbook:new-non-startup",
        "playbook:new-startup",
        "playbook:onboarded-engaged",
        "playbook:onboarded-no-engagement",
        "playbook:paid-call",
        "playbook:replied",
        "playbook:sales-handoff",
        "playbook:second-call-held",
    ] {
        assert!(causes.contains(cause), "{cause} is not among {causes:?}");
    }
    let forced = board
        .accounts()
        .filter(|account| account.history.iter().any(|step| step.cause.to_string() == "forced"));
    let forced: Vec<&str> = forced.map(|account| account.name()).collect();
    assert_eq!(forced, ["Thistledown Travel"], "the rest went by the rules");
}

/// Enough of everything to show what *Today* is for, and no more than a morning's work.
#[test]
fn the_morning_is_a_believable_one() {
    for now in moments() {
        let board = board(now);
        let rows = today(&board, &now, &AttentionRules::new(14, 10));
        let told: Vec<String> = rows
            .iter()
            .map(|row| {
                let account = board.get(&row.account).expect("it is there");
                let reasons: Vec<String> =
                    row.reasons.iter().map(|reason| reasons::text(reason, &now)).collect();
                format!("{}: {}", account.name(), reasons.join(" + "))
            })
            .collect();
        assert!((20..=34).contains(&rows.len()), "{now:?}: {}\n{}", rows.len(), told.join("\n"));
        let kinds: BTreeSet<u8> = rows.iter().flat_map(|row| &row.reasons).map(Reason::rank).collect();
        // But for what an import, a renewal that passed in 5, one that was moved away, or an alert whose payment is not
        // tried again would bring.
        let wanted = (0..=19).filter(|rank| ![1, 3, 7, 9, 10, 11, 13].contains(rank)).collect();
        assert_eq!(kinds, wanted, "{now:?}: of every kind\n{}", told.join("\n"));
        assert_eq!(board.unmatched().count(), 2, "{now:?}: and somebody has to say whose these are");
    }
}

#[test]
fn a_teams_own_pipeline_is_peopled_too() {
    let pipeline = entries::pipeline();
    let session = demo::session(&pipeline, &Arc::default(), moments()[0]);
    let board = session.board();
    for position in 0..pipeline.stages().len() {
        let here = board
            .accounts()
            .filter(|account| matches!(board.position_of(account), Position::InStage(p, _) if p == position));
        assert!(here.count() > 3, "stage {position}");
    }
}

/// Where `assets/demo.toml` says that each account stands, by its name.
fn ends_of_paths() -> Vec<(String, String)> {
    let text = include_str!("../../assets/demo.toml");
    let file: toml::Table = text.parse().expect("TOML");
    let accounts = file["account"].as_array().expect("accounts").iter();
    let word = |account: &toml::Value, key: &str| account[key].as_str().expect("a string").to_owned();
    accounts
        .map(|account| {
            let path = word(account, "path");
            let last = path.split(' ').next_back().expect("a stay");
            (word(account, "name"), last.rsplit_once(':').map_or("", |(stage, _)| stage).to_owned())
        })
        .collect()
}

#[test]
fn everybody_stands_where_their_path_ends_though_the_clock_sets_playbooks_off() {
    for now in moments() {
        let board = board(now);
        let mut wrong = Vec::new();
        for (name, stage) in ends_of_paths().iter().filter(|(_, stage)| !stage.is_empty()) {
            let account = board.accounts().find(|account| account.name() == *name).expect("in the file");
            let stands = account.placement.as_ref().map_or("nowhere", |place| place.stage.as_str());
            if stands != stage {
                wrong.push(format!("{name}: in {stands} instead of {stage}"));
            }
        }
        assert!(wrong.is_empty(), "{now:?}\n{}", wrong.join("\n"));
    }
}

#[test]
fn what_a_playbook_moved_is_a_run_of_it() {
    let board = board(at("2026-11-23T09:30:00Z", "Europe/Berlin"));
    let moved = |id: &str| {
        let by = format!("playbook:{id}");
        let history = board.accounts().flat_map(|account| &account.history);
        history.filter(|step| step.cause.to_string() == by).count()
    };
    assert!(moved("final-outreach-due") >= 8, "the clock moves cards in the demonstration, too");
    for id in ["final-outreach-due", "contacted", "onboarded-engaged"] {
        let runs = board.playbook_runs().times(id);
        assert!(runs >= moved(id), "{id} ran {runs} times and moved {} cards", moved(id));
    }
}
