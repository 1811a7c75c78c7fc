//! The rules of moving by hand and of importing.

use std::sync::Arc;

use chrono::TimeDelta;
use gangplank::state::board::{BoardMeta, UNDO_DEPTH};
use gangplank::state::decide::Via;
use gangplank::state::decide::placement::{stage_after, stage_before};
use gangplank::state::query::import_outcome::{ImportOutcome, StageDifference};
use gangplank::state::values::pipeline::Engagement;
use gangplank::state::values::signal::SignalKind;
use gangplank::state::{
    Account, AccountFacts, AccountRef, Actor, Alert, AlertChange, AlertKey, AlertKind, AlertState, Board,
    Cause, Change, Command, Entry, Event, FactKey, FactValue, Phase, Placement, Refusal, Signal, SignalData,
    SignalId, StageId, Submission, TaskChange, decide,
};
use serde::Deserialize;

use crate::support::{
    World, amount, forced, id, import, morning, moved, note, payment_failed, person, pipeline, row,
};

/// `moves.toml`, which people read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    moves: Vec<[String; 5]>,
    steps: Vec<[String; 4]>,
}

fn table() -> Table {
    toml::from_str(include_str!("moves.toml")).expect("moves.toml is a table of moves and steps")
}

/// A board with one account, Acme, that stands in `stage` (or `off`), and engaged or `never` did.
fn acme(stage: &str, engagement: &str) -> Board {
    let mut account = Account::new(id("acme"));
    account.seen = Some(morning());
    account.placement = (stage != "off").then(|| Placement { stage: StageId::new(stage), since: morning() });
    account.engaged = match engagement {
        "engaged" => Some(morning()),
        "never" => None,
        other => panic!("`{other}` is neither engaged nor never"),
    };
    let name = AccountFacts::new("acme").text(FactKey::Name, "Acme");
    let mut board = Board::restore(pipeline(), [account], BoardMeta::default());
    apply(&mut board, &import(&[name]));
    board
}

fn apply(board: &mut Board, command: &Command) -> Entry {
    let dana = person("dana");
    let decision = decide(board, command, &dana, Via::Request, morning()).expect("it is allowed");
    let entry = Entry {
        seq: board.seq() + 1,
        at: morning(),
        by: dana,
        command: command.words(),
        undoes: decision.undoes,
        redoes: decision.redoes,
        events: decision.events,
    };
    board.apply(Arc::new(entry.clone()));
    entry
}

/// What became of a move, as the table says it.
fn outcome(board: &Board, to: &str, given: &str) -> String {
    let (reason, force) = match given {
        "" => (None, false),
        "reason" => (Some("they asked".into()), false),
        "blank reason" => (Some("  ".into()), false),
        "force" => (None, true),
        "force, blank reason" => (Some("  ".into()), true),
        "force, reason" => (Some("they asked".into()), true),
        other => panic!("`{other}` is nothing one can give"),
    };
    let command =
        Command::Move { account: id("acme"), to: StageId::new(to), reason, force, cause: Cause::Hand };
    let decision = match decide(board, &command, &person("dana"), Via::Request, morning()) {
        Ok(decision) => decision,
        Err(refusal) => return refusal.to_string(),
    };
    let Some(Event::Account { change: Change::Moved { to: Some(place), cause, reason, .. }, .. }) =
        decision.events.first()
    else {
        assert!(decision.events.is_empty());
        return "nothing changes".to_owned();
    };
    let kept = reason.as_deref();
    assert_eq!(kept, given.ends_with("reason").then_some("they asked").filter(|_| !given.contains("blank")));
    let mut said = place.stage.to_string();
    match cause {
        Cause::Hand => {}
        Cause::Forced => said.push_str(", forced"),
        other => panic!("{other}"),
    }
    if decision.events.iter().any(|event| {
        matches!(event, Event::Account { change: Change::EngagementChanged { to: Some(_), .. }, .. })
    }) {
        said.push_str(", now engaged");
    }
    said
}

#[test]
fn moves_by_hand_follow_the_table() {
    let mut wrong = Vec::new();
    for [from, engagement, to, given, expected] in table().moves {
        let said = outcome(&acme(&from, &engagement), &to, &given);
        if said != expected {
            wrong.push(format!(
                "from {from}, {engagement}, to {to}, given {given:?}:\n  it says {said}\n  table:  {expected}"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn steps_forward_and_back_follow_the_table() {
    let said = |stage: Result<StageId, Refusal>| {
        stage.map_or_else(|refusal| refusal.to_string(), |id| id.to_string())
    };
    for [from, engagement, back, on] in table().steps {
        let board = acme(&from, &engagement);
        assert_eq!(said(stage_before(&board, &id("acme"))), back, "back from {from}, {engagement}");
        assert_eq!(said(stage_after(&board, &id("acme"))), on, "on from {from}, {engagement}");
    }
}

/// The rules once more, without the words: every stage, engaged or not, to every stage.
#[test]
fn a_move_is_refused_exactly_when_it_contradicts_what_is_known() {
    let pipeline = pipeline();
    let stages: Vec<_> =
        pipeline.stages().iter().map(|stage| stage.id.as_str()).chain(["off", "Nurture"]).collect();
    for from in &stages {
        for engagement in ["engaged", "never"] {
            let board = acme(from, engagement);
            for stage in pipeline.stages() {
                let at = pipeline.position(&StageId::new(from));
                let closed = at.is_some_and(|at| pipeline.stages()[at].phase == Phase::Closed);
                let fits = match stage.engagement {
                    Engagement::Any => true,
                    Engagement::Required => engagement == "engaged",
                    Engagement::Never => engagement == "never",
                };
                let backwards = at.is_some_and(|at| pipeline.position(&stage.id).expect("a stage") < at);
                let stays = *from == stage.id.as_str();
                // Nobody knows where an unmapped account belongs, so whatever a person says is right.
                let unexplained = stage.entered_by == Some(SignalKind::Handoff);
                let allowed = stays || *from == "Nurture" || (!closed && fits && !backwards && !unexplained);
                let command = moved("acme", stage.id.as_str());
                let decided = decide(&board, &command, &person("dana"), Via::Request, morning());
                assert_eq!(decided.is_ok(), allowed, "{from} to {}, {engagement}", stage.id);
                if let Err(refusal) = &decided {
                    assert!(refusal.can_be_forced(), "{refusal}");
                    if let Some(better) = refusal.better() {
                        let better = moved("acme", better.as_str());
                        assert!(
                            decide(&board, &better, &person("dana"), Via::Request, morning()).is_ok(),
                            "{refusal}"
                        );
                    }
                }
                let force = forced("acme", stage.id.as_str(), "they asked");
                let forced =
                    decide(&board, &force, &person("dana"), Via::Request, morning()).expect("force wins");
                assert_eq!(forced.events.is_empty(), stays);
            }
        }
    }
}

#[test]
fn a_stage_answers_to_all_of_its_names() {
    for name in ["3a", "3A", "3a. Engaged — Email", "engaged email", "3a - engaged (email)"] {
        assert_eq!(outcome(&acme("2", "engaged"), name, ""), "3a", "{name}");
    }
}

#[test]
fn nobody_and_nothing_are_refused() {
    let refused = |command| {
        decide(&acme("1", "never"), &command, &person("dana"), Via::Request, morning())
            .map_err(|no| no.to_string())
    };
    for (command, said) in [
        (moved("nobody", "2"), "no account `nobody` is known: look it up with `list`, or import it"),
        (note("acme", " \n "), "the note is empty: write a few words, or cancel"),
        (Command::Redo, "nothing to redo: the last change by `dana` was not an undo"),
    ] {
        assert_eq!(refused(command), Err(said.to_owned()));
    }
    let nothing = decide(&Board::new(pipeline()), &Command::Undo, &person("dana"), Via::Request, morning());
    assert_eq!(
        nothing.map_err(|no| no.to_string()),
        Err("nothing to undo: no change by `dana` is left to undo".to_owned())
    );
}

#[test]
fn the_first_entry_is_stamped_and_no_other() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("1")]);
    world.minutes_later(10);
    world.does(&moved("acme", "2"));
    let first = world.now.at;
    world.minutes_later(10);
    world.does(&forced("acme", "3a", "they called"));
    world.minutes_later(10);
    world.does(&forced("acme", "2", "a mistake"));
    world.minutes_later(10);
    world.does(&moved("acme", "3b"));
    let stamps = &world.account("acme").stamps;
    assert_eq!(stamps.keys().map(|stamp| &**stamp).collect::<Vec<_>>(), ["1", "2", "3", "3a", "3b"]);
    assert_eq!(stamps["2"], first);
    assert_eq!(stamps["3"], stamps["3a"]);
    assert!(stamps["3b"] > stamps["3a"]);
    assert!(world.account("acme").engaged.is_some());
}

#[test]
fn what_a_person_works_on_is_no_longer_new() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("1"), row("bolt", "Bolt").in_stage("1")]);
    assert!(world.account("acme").is_unseen());
    world.does(&note("acme", "called"));
    assert!(!world.account("acme").is_unseen());
    world.does(&Command::MarkSeen { account: id("bolt") });
    assert_eq!(world.tries(&Command::MarkSeen { account: id("bolt") }), Ok(None));
    world.does(&Command::Undo);
    assert!(world.account("acme").is_unseen(), "what the note brought about goes with it");
    assert!(!world.account("bolt").is_unseen(), "having looked is not undone");
}

fn taking_stages(rows: &[AccountFacts]) -> Command {
    Command::Import { source: "import accounts.csv".into(), rows: rows.to_vec().into(), take_stages: true }
}

/// Imports `rows`, and counts what that did.
fn counted(world: &mut World, rows: &[AccountFacts], take_stages: bool) -> ImportOutcome {
    let before = world.board().clone();
    let command = if take_stages { taking_stages(rows) } else { import(rows) };
    let entry = world.tries(&command).expect("an import is never refused");
    ImportOutcome::of(&before, rows, take_stages, entry.as_deref(), &world.now)
}

#[test]
fn a_new_account_starts_where_its_label_says() {
    let mut world = World::without_playbooks();
    let rows = [
        row("acme", "Acme").in_stage("4c. Homework Offered"),
        row("bolt", "Bolt").in_stage("Nurture"),
        row("cato", "Cato"),
    ];
    let outcome = counted(&mut world, &rows, false);
    assert_eq!((outcome.new, outcome.updated, outcome.unchanged, outcome.entered), (3, 0, 0, 2));
    assert_eq!(outcome.unmapped, ["Nurture"]);
    assert_eq!(["acme", "bolt", "cato"].map(|id| world.stage(id)), ["4b", "Nurture", "off"]);
    let acme = world.account("acme");
    assert!(acme.engaged.is_some(), "who had a second call engaged");
    assert_eq!(acme.stamps.keys().map(|stamp| &**stamp).collect::<Vec<_>>(), ["4", "4b"]);
    assert_eq!(acme.history[0].cause, Cause::Import);
    assert_eq!(acme.text(&FactKey::StageLabel), Some("4c. Homework Offered"));
    assert!(world.account("bolt").stamps.is_empty());
}

#[test]
fn a_known_account_stays_where_it_is_and_the_difference_is_told() {
    let mut world = World::of(&[
        row("acme", "Acme").in_stage("2"),
        row("bolt", "Bolt").in_stage("Nurture"),
        row("cato", "Cato"),
        row("dodo", "Dodo").in_stage("4b"),
    ]);
    let rows = [
        row("acme", "Acme").in_stage("6d"),
        row("bolt", "Bolt").in_stage("Somewhere"),
        row("cato", "Cato").in_stage("1. New Account"),
        row("dodo", "Dodo").in_stage("homework offered"),
    ];
    let outcome = counted(&mut world, &rows, false);
    assert_eq!((outcome.new, outcome.updated, outcome.unchanged, outcome.entered), (0, 4, 0, 0));
    let difference = |account: &str, board: Option<&str>, file: &str| StageDifference {
        id: id(account),
        board: board.map(StageId::new),
        file: StageId::new(file),
    };
    assert_eq!(
        outcome.stage_differences,
        [
            difference("acme", Some("2"), "6d"),
            difference("bolt", Some("Nurture"), "Somewhere"),
            difference("cato", None, "1"),
        ]
    );
    assert_eq!(["acme", "bolt", "cato", "dodo"].map(|id| world.stage(id)), ["2", "Nurture", "off", "4b"]);

    let outcome = counted(&mut world, &rows, false);
    assert_eq!((outcome.updated, outcome.unchanged), (0, 4), "told again, changed no more");
    assert_eq!(outcome.stage_differences.len(), 3);

    let outcome = counted(&mut world, &rows, true);
    assert_eq!((outcome.updated, outcome.unchanged, outcome.entered), (3, 1, 1));
    assert_eq!(outcome.stage_differences, []);
    assert_eq!(["acme", "bolt", "cato", "dodo"].map(|id| world.stage(id)), ["6d", "Somewhere", "1", "4b"]);
}

#[test]
fn an_import_twice_is_an_import_once() {
    let mut world = World::new();
    let rows = [
        row("acme", "Acme").with(FactKey::ForecastedMrr, amount("836 USD")),
        AccountFacts { segments: vec!["Beta".into()], ..row("bolt", "Bolt").in_stage("3a") },
    ];
    world.does(&import(&rows));
    let seq = world.board().seq();
    assert_eq!(world.tries(&import(&rows)), Ok(None));
    assert_eq!(world.tries(&taking_stages(&rows)).map(|entry| entry.is_some()), Ok(false));
    assert_eq!(world.board().seq(), seq);
}

#[test]
fn silence_takes_nothing_back() {
    let mut world = World::of(&[AccountFacts {
        segments: vec!["Beta".into()],
        ..row("acme", "Acme").with(FactKey::ForecastedMrr, amount("836 USD")).in_stage("2")
    }]);
    let rows = [AccountFacts::new("acme").text(FactKey::Region, "EU")];
    let outcome = counted(&mut world, &rows, true);
    assert_eq!(outcome.updated, 1);
    let acme = world.account("acme");
    assert_eq!(acme.name(), "Acme");
    assert_eq!(acme.fact(&FactKey::ForecastedMrr), Some(&amount("836 USD")));
    assert_eq!(acme.fact(&FactKey::Region), Some(&FactValue::Text("EU".into())));
    assert!(acme.segments.contains("Beta"));
    assert_eq!(world.stage("acme"), "2");
}

#[test]
fn a_fact_says_where_it_came_from_and_when_it_was_learned() {
    let mut world = World::of(&[row("acme", "Acme").text(FactKey::Region, "EU")]);
    let first = world.now.at;
    world.minutes_later(60);
    world.does(&Command::Import {
        source: "import newer.csv".into(),
        rows: vec![row("acme", "Acme").text(FactKey::Region, "US")].into(),
        take_stages: false,
    });
    let facts = &world.account("acme").facts;
    let told = |key| facts.get(key).map(|fact| (&**fact.source, fact.at)).expect("it is known");
    assert_eq!(told(&FactKey::Name), ("import accounts.csv", first));
    assert_eq!(told(&FactKey::Region), ("import newer.csv", world.now.at));
}

#[test]
fn an_import_can_be_undone_and_done_again() {
    let mut world = World::new();
    let rows = [row("acme", "Acme").with(FactKey::ForecastedMrr, amount("836 USD"))];
    world.does(&import(&rows));
    assert_eq!(world.stage("acme"), "1");
    world.does(&Command::Undo);
    assert!(world.board().is_empty());
    world.does(&import(&rows));
    assert_eq!(world.stage("acme"), "1");
    world.does(&Command::Undo);
    world.does(&Command::Redo);
    assert_eq!(world.stage("acme"), "1");
    assert_eq!(world.tries(&import(&rows)), Ok(None));
}

#[test]
fn an_import_can_be_undone_after_a_look_at_it() {
    let mut world = World::new();
    world.does(&import(&[row("acme", "Acme").with(FactKey::ForecastedMrr, amount("836 USD"))]));
    world.does(&Command::MarkSeen { account: id("acme") });
    world.does(&Command::Undo);
    assert!(world.board().is_empty());
    world.does(&Command::Redo);
    assert_eq!(world.stage("acme"), "1");
    assert!(!world.account("acme").is_unseen());
}

#[test]
fn a_signal_that_found_its_account_waits_for_none_by_a_redo() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("2")]);
    let reply = SignalData::ReplyReceived { auto: false };
    let record = |account| Command::RecordSignal {
        account,
        signal: Signal {
            template: None,
            id: SignalId::new("e1"),
            at: morning(),
            by: None,
            source: "intercom".into(),
            data: reply.clone(),
        },
    };
    let stranger = AccountRef::Email("ann@example.com".into());
    world.try_as("eve", &record(stranger)).expect("it waits").expect("it is new");
    world.try_as("eve", &Command::Undo).expect("nobody stands in the way").expect("it is gone");
    world.does(&record(AccountRef::Id(id("acme"))));
    let redo = world.try_as("eve", &Command::Redo);
    assert!(matches!(redo, Err(Refusal::Overtaken { seq: 3, .. })), "{redo:?}");
    assert!(world.board().unmatched().all(|it| it.signal.id != SignalId::new("e1")));
}

#[test]
fn a_look_between_undo_and_redo_is_in_nobodys_way() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("1")]);
    world.does(&moved("acme", "2"));
    world.does(&Command::Undo);
    world.minutes_later(1);
    world.does(&Command::MarkSeen { account: id("acme") });
    let looked = world.account("acme").seen;
    world.does(&Command::Redo);
    assert_eq!(world.stage("acme"), "2");
    assert_eq!(world.account("acme").seen, looked);
    world.does(&Command::Undo);
    assert_eq!(world.stage("acme"), "1");
}

#[test]
fn a_retired_label_on_the_board_counts_as_its_stage() {
    let board = acme("4c. Homework Offered", "engaged");
    assert_eq!(outcome(&board, "4b", ""), "nothing changes");
    assert_eq!(outcome(&board, "5", ""), "5");
    assert_eq!(stage_after(&board, &id("acme")), Ok(StageId::new("5")));
}

#[test]
fn one_account_twice_in_a_file_is_one_account() {
    let rows = [
        row("acme", "Acme").text(FactKey::Region, "EU").in_stage("1"),
        AccountFacts { segments: vec!["Beta".into()], ..row("acme", "Acme Ltd").in_stage("2") },
    ];
    let mut world = World::without_playbooks();
    let outcome = counted(&mut world, &rows, false);
    assert_eq!((outcome.new, outcome.entered), (1, 1));
    let acme = world.account("acme");
    assert_eq!((acme.name(), acme.text(&FactKey::Region)), ("Acme Ltd", Some("EU")));
    assert!(acme.segments.contains("Beta"));
    assert_eq!(world.stage("acme"), "2", "the last row is the newest");
    world.does(&Command::Undo);
    assert!(world.board().is_empty());
}

#[test]
fn a_note_that_comes_back_stands_where_it_stood() {
    let mut world = World::of(&[row("acme", "Acme")]);
    world.does(&note("acme", "first"));
    world.minutes_later(1);
    world.try_as("eve", &note("acme", "second")).expect("a note is never refused");
    world.minutes_later(1);
    world.does(&Command::Undo);
    world.does(&Command::Redo);
    let texts: Vec<_> = world.account("acme").notes.iter().map(|note| &*note.text).collect();
    assert_eq!(texts, ["first", "second"]);
}

fn happened(world: &World, signal_id: &str, source: &str, minutes_ago: i64, what: SignalData) -> Command {
    let at = world.now.at - TimeDelta::minutes(minutes_ago);
    let signal = Signal {
        template: None,
        id: SignalId::new(signal_id),
        at,
        by: None,
        source: source.into(),
        data: what,
    };
    Command::RecordSignal { account: AccountRef::Id(id("acme")), signal }
}

#[test]
fn who_works_on_an_account_has_seen_it_and_a_webhook_has_not() {
    let new = || {
        let mut world = World::new();
        world.does(&import(&[row("acme", "Acme").in_stage("1")]));
        world
    };
    let failed = payment_failed("in_1", 1);
    let task = TaskChange::Add { title: "write to them".into(), due: None, done_on: Vec::new() };
    for (command, sees) in [
        (happened(&new(), "e1", "key", 0, SignalData::OutreachSent), true),
        (happened(&new(), "e1", "key", 0, SignalData::CallHeld { call: None }), true),
        // Whoever wrote to them has worked on it, wherever they did.
        (happened(&new(), "e1", "intercom", 0, SignalData::OutreachSent), true),
        (happened(&new(), "e1", "intercom", 0, SignalData::FinalOutreachSent), true),
        (happened(&new(), "e1", "intercom", 0, SignalData::ReplyReceived { auto: false }), false),
        // A playbook that acts in the wake of a webhook is nobody's look either.
        (happened(&new(), "e1", "stripe", 0, failed), false),
        (Command::ChangeTask { account: id("acme"), task: None, change: task }, true),
        (Command::Snooze { account: id("acme"), until: Some(morning()) }, true),
    ] {
        let mut world = new();
        let _ = world.tries(&command);
        assert_eq!(!world.account("acme").is_unseen(), sees, "{}", command.words());
        if sees {
            world.does(&Command::Undo);
            assert!(world.account("acme").is_unseen(), "{}, taken back", command.words());
        }
    }
    let mut world = new();
    let _ = world.tries(Submission::Sweep);
    assert!(world.account("acme").is_unseen(), "whoever lets the clock work looks at nobody");
    let mut world = new();
    let key = AlertKey::new(AlertKind::FailedPayment, "acme:in_1");
    let failed = payment_failed("in_1", 1);
    world.does(&happened(&world, "e1", "stripe", 0, failed));
    world.does(&Command::ChangeAlert { key, change: AlertChange::Acknowledge });
    assert!(!world.account("acme").is_unseen(), "whoever is on its alert has seen it");
}

#[test]
fn they_engaged_when_they_first_did_in_whatever_order_we_hear_of_it() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("2")]);
    world.minutes_later(600);
    let ago = |world: &World, minutes| Some(world.now.at - TimeDelta::minutes(minutes));
    world.does(&happened(&world, "e1", "key", 60, SignalData::ReplyReceived { auto: false }));
    let first = ago(&world, 60);
    assert_eq!(world.account("acme").engaged, first);
    world.does(&happened(&world, "e2", "key", 10, SignalData::CallHeld { call: None }));
    assert_eq!(world.account("acme").engaged, first, "they had engaged before");
    world.does(&happened(&world, "e3", "intercom", 300, SignalData::ReplyReceived { auto: true }));
    assert_eq!(world.account("acme").engaged, first, "a machine does not engage");
    world.does(&happened(&world, "e4", "intercom", 300, SignalData::ReplyReceived { auto: false }));
    let earlier = ago(&world, 300);
    assert_eq!(world.account("acme").engaged, earlier);
    world.does(&Command::Undo);
    assert_eq!(world.account("acme").engaged, first);
    world.does(&Command::Redo);
    assert_eq!(world.account("acme").engaged, earlier);
}

#[test]
fn the_same_words_twice_in_one_moment_are_two_notes_to_take_back_and_do_again() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("1")]);
    for _ in 0..2 {
        world.does(&note("acme", "called"));
    }
    for (command, notes) in [(Command::Undo, 1), (Command::Redo, 2), (Command::Undo, 1), (Command::Undo, 0)] {
        world.does(&command);
        assert_eq!(world.account("acme").notes.len(), notes, "{}", command.words());
    }
}

#[test]
fn an_import_that_is_taken_back_and_done_again_keeps_what_playbooks_did() {
    let mut world = World::new();
    let mut acme = row("acme", "Acme");
    acme.facts.insert(FactKey::ForecastedMrr, amount("836 USD"));
    acme.facts.insert(FactKey::PaidInvoices, FactValue::Number(1.0));
    world.does(&import(&[acme.clone()]));
    let causes = |world: &World| {
        let history = &world.account("acme").history;
        history.iter().map(|item| item.cause.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(causes(&world), ["playbook:new-non-startup"]);
    world.does(&Command::Undo);
    assert!(world.board().is_empty());
    world.does(&Command::Redo);
    assert_eq!(world.stage("acme"), "1");
    assert_eq!(causes(&world), ["playbook:new-non-startup", "undo:1", "redo:2"]);
    // What a snapshot keeps of it in between is enough.
    world.does(&Command::Undo);
    let board = world.board();
    let text = serde_json::to_string(&board.meta()).expect("it can be written");
    let tail: BoardMeta = serde_json::from_str(&text).expect("it can be read");
    let tail = BoardMeta { kept: board.meta().kept, ..tail };
    let mut restored = Board::restore(pipeline(), [], tail);
    restored.apply(world.does(&Command::Redo));
    assert_eq!(restored.account(&id("acme")).map(|account| account.history.len()), Ok(5));
    // An import that says the same is another one.
    world.does(&Command::Undo);
    world.does(&import(&[acme]));
    assert_eq!(causes(&world), ["playbook:new-non-startup"]);
}

#[test]
fn nothing_points_at_an_account_that_is_forgotten() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("1")]);
    let key = AlertKey::new(AlertKind::Playbook, "mine:acme");
    let alert = Alert {
        key: key.clone(),
        kind: AlertKind::Playbook,
        account: id("acme"),
        state: AlertState::Open,
        assignee: None,
        handed: false,
        opened: morning(),
        amount: None,
        due: None,
        attempts: 0,
        next_attempt: None,
        acknowledged: None,
        acknowledged_at: None,
        text: None,
    };
    // The clock raised it, and did more since than is kept.
    world.me = Actor::Clock;
    world.does(&Command::ChangeAlert { key: key.clone(), change: AlertChange::Raise(Box::new(alert)) });
    world.does(&Command::SwitchPlaybook { playbook: "mine".into(), on: false });
    for on in (0..UNDO_DEPTH).map(|n| n % 2 == 0) {
        world.does(&Command::SwitchPlaybook { playbook: "mine".into(), on });
    }
    world.me = person("dana");
    world.does(&Command::Undo);
    assert_eq!((world.board().len(), world.board().alerts().count()), (0, 0));
    world.does(&Command::Redo);
    assert!(world.board().alert(&key).is_some_and(|alert| alert.is_open(morning())));
}
