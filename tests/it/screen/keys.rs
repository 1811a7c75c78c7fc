//! What keys do, told as people use them: keys in, and what became of the accounts.

use std::sync::{Arc, LazyLock, Mutex};

use chrono::TimeDelta;
use gangplank::query::Sort;
use gangplank::session::Session;
use gangplank::state::values::pipeline::StageDraft;
use gangplank::state::{
    AccountFacts, AccountRef, Board, Command, Currency, FactKey, FactValue, Money, Phase, Pipeline, Signal,
    SignalData, SignalId,
};
use gangplank::store::MemoryStore;
use gangplank::tui::input::action::{Action, ActionGroup};
use gangplank::tui::input::chord::Chord;
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::layout::{self, HitTarget};
use gangplank::tui::model::columns::{BoardColumns, ColumnId};
use gangplank::tui::model::focus::{AlertsPane, Overlay, View};
use gangplank::tui::model::msg::{Effect, Mouse, Msg};
use gangplank::tui::model::picker::PickerPurpose;
use gangplank::tui::model::prompt::{AskedLine, Prompt, Purpose};
use gangplank::tui::model::screens::ScreenId;
use gangplank::tui::model::status::Tone;
use gangplank::tui::theme::{Depth, Role};

use crate::support::desk::{Desk, setup};
use crate::support::{World, amount, id, import, moved, note, row, team_board};

const SIZE: (u16, u16) = (120, 40);

/// A desk over the team's board.
fn desk() -> Desk {
    Desk::new(team_board(), SIZE)
}

/// A desk over accounts in one stage, sorted by name.
fn stack(stage: &str, names: &[&str]) -> Desk {
    let rows: Vec<AccountFacts> = names.iter().map(|name| row(name, name).in_stage(stage)).collect();
    Desk::new(World::of(&rows), SIZE)
}

/// Where on the screen an account's card stands.
pub(super) fn cell_of(desk: &Desk, account: &str) -> (u16, u16) {
    let (width, height) = desk.app.size;
    let is_there = |under: HitTarget| match under {
        HitTarget::Column(column_id, Some(row)) => {
            desk.app.columns.column(column_id).shown().get(row).is_some_and(|row| row.id == id(account))
        }
        HitTarget::ListRow(row) => desk.app.rows().get(row).is_some_and(|row| row.id == id(account)),
        HitTarget::Column(_, None)
        | HitTarget::ColumnHead(_)
        | HitTarget::Stage(_)
        | HitTarget::ListHeading(_)
        | HitTarget::Overlay
        | HitTarget::ScreenRow(_)
        | HitTarget::Alert(_)
        | HitTarget::Tab(_)
        | HitTarget::TodayHeading(_)
        | HitTarget::Notices
        | HitTarget::Nothing => false,
    };
    let mut cells = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    cells.find(|(x, y)| is_there(layout::hit_test(&desk.app, *x, *y))).expect("it is on the screen")
}

#[test]
fn two_steps_on_and_one_back() {
    let mut desk = stack("1", &["acme", "bolt"]);
    desk.keys(">");
    assert_eq!((desk.world.stage("acme"), desk.focused()), ("2", "bolt"));
    assert_eq!(desk.said(), "acme → 2. Onboarding Initiated · next is bolt · u undoes it");
    desk.focus("acme");
    // One key is no leap over the stages of answers.
    desk.keys(">");
    assert_eq!(desk.world.stage("acme"), "2");
    assert_eq!(
        desk.said(),
        "acme never engaged with us, so no stage before 5 fits · . moves it to 5 · r Reply received"
    );
    desk.keys(".");
    assert_eq!(desk.world.stage("acme"), "5", "but a second one is");
    desk.keys("u");
    assert_eq!((desk.world.stage("acme"), desk.focused()), ("2", "acme"));
    assert_eq!(desk.said(), "Undid #3: acme → 2. Onboarding Initiated · ctrl-r redoes it");
    desk.keys("ctrl-r");
    assert_eq!(desk.world.stage("acme"), "5");
    assert_eq!(desk.said(), "Redone: acme → 5. Awaiting Final Outreach · u undoes it");
    desk.keys("u u");
    assert_eq!(desk.world.stage("acme"), "1");
    assert_eq!(desk.world.stage("bolt"), "1");
}

#[test]
fn where_no_stage_comes_next_the_key_that_names_one_is_named() {
    let mut desk = Desk::new(World::of(&[row("acme", "Acme").in_stage("Nurture")]), SIZE);
    desk.keys(">");
    assert_eq!(desk.said(), "Acme is in Nurture, which is not a stage: move it by id · m Move to…");
    let mut desk = stack("7", &["acme"]);
    desk.keys(">");
    assert_eq!(desk.said(), "No stage in that direction fits acme (7): name a stage by its id · m Move to…");
}

#[test]
fn a_move_that_does_not_fit_is_bettered_or_forced() {
    let mut desk = stack("4a", &["acme"]);
    desk.keys("m 6 a");
    assert_eq!(desk.world.stage("acme"), "4a");
    assert_eq!(desk.app.status.tone, Tone::Refused);
    assert!(
        desk.said().starts_with("acme engaged with us, so 6a does not fit · . moves it to 6b"),
        "{}",
        desk.said()
    );
    assert!(desk.said().ends_with(" · ! forces it, with a reason"), "{}", desk.said());
    desk.keys(".");
    assert_eq!(desk.world.stage("acme"), "6b");
    desk.keys(".");
    assert_eq!(desk.said(), "There is no suggested move");

    desk.keys("u m 6 a !");
    assert!(matches!(desk.app.prompt, Some(Prompt::Line(AskedLine { purpose: Purpose::Force(_), .. }))));
    desk.keys("enter").types("  ").keys("enter");
    assert!(desk.app.prompt.is_some(), "a blank answer is none");
    desk.types("they asked").keys("enter");
    assert_eq!(desk.world.stage("acme"), "6a");
    let last = desk.world.account("acme").history.last().expect("it moved");
    assert_eq!((last.cause.to_string().as_str(), last.reason.as_deref()), ("forced", Some("they asked")));
    desk.keys("!");
    assert_eq!(desk.said(), "There is no refused move to force");
}

#[test]
fn a_step_back_asks_why() {
    let mut desk = stack("2", &["acme"]);
    desk.keys("<").types("too early");
    assert!(
        matches!(&desk.app.prompt, Some(Prompt::Line(AskedLine { purpose: Purpose::Force(to), .. })) if to.as_str() == "1")
    );
    desk.keys("enter");
    assert_eq!(desk.world.stage("acme"), "1");
    assert_eq!(
        desk.world.account("acme").history.last().and_then(|item| item.reason.as_deref()),
        Some("too early")
    );
    desk.keys("<");
    assert_eq!(desk.said(), "No stage in that direction fits acme (1): name a stage by its id");
    desk.keys("esc > < esc");
    assert_eq!((desk.world.stage("acme"), desk.said()), ("2", "Canceled"));
}

#[test]
fn a_closed_account_is_taken_out_with_a_reason() {
    let mut desk = stack("6a", &["acme"]);
    desk.keys(">");
    assert_eq!(desk.app.status.tone, Tone::Refused);
    desk.keys("m 2");
    assert!(desk.said().starts_with("acme has finished onboarding (6a)"), "{}", desk.said());
    desk.keys("!").types("they are back").keys("enter");
    assert_eq!(desk.world.stage("acme"), "2");
}

#[test]
fn a_stage_is_typed_until_only_one_is_meant() {
    let mut desk = desk();
    desk.keys("3");
    assert!(
        matches!(&desk.app.prompt, Some(Prompt::Pick(picker)) if picker.purpose == PickerPurpose::GoToStage)
    );
    desk.keys("b");
    assert_eq!((desk.app.prompt.is_none(), desk.focused()), (true, "lark"));
    desk.keys("5");
    assert_eq!(desk.focused(), "quay", "one digit is enough where one stage has it");
    desk.keys("3 enter");
    assert_eq!(desk.app.stage(desk.app.focus.column_id).map(|stage| stage.id.as_str()), Some("3a"));
    desk.keys("8");
    assert_eq!(desk.said(), "No stage starts with 8: use 1, 2, 3a, 3b, 4a, 4b, 5, 6a, 6b, 6c, 6d, 7");
    desk.keys("esc 4 backspace backspace");
    assert!(desk.app.prompt.is_none());
    desk.keys("6 C");
    assert_eq!(desk.focused(), "tide");
    desk.keys("m 3 enter");
    assert!(desk.app.prompt.is_some(), "a card is not moved to a bucket");
    desk.keys("esc t 5");
    assert_eq!((desk.app.view, desk.focused()), (View::Board, "quay"), "a stage is a place on the board");
}

#[test]
fn the_focus_goes_from_card_to_card() {
    let names: Vec<String> = (0..60).map(|at| format!("a{at:02}")).collect();
    let mut desk = stack("2", &names.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(desk.focused(), "a00", "it starts where there is something");
    let page = layout::cards_per_column(&desk.app);
    assert!(page > 5);
    for (keys, at) in [
        ("j", 1),
        ("j down", 3),
        ("k", 2),
        ("up up up", 0),
        ("pgdn", page),
        ("ctrl-d", 2 * page),
        ("pgup", page),
        ("G", 59),
        ("j pgdn", 59),
        ("ctrl-u", 59 - page),
        ("g g", 0),
        ("pgup", 0),
        ("J J K", 1),
    ] {
        desk.keys(keys);
        assert_eq!(desk.focused(), names[at], "{keys}");
        assert_visible(&desk);
    }
}

#[test]
fn the_focus_goes_from_column_to_column() {
    let mut desk = desk();
    let stage = |desk: &Desk| {
        desk.app.stage(desk.app.focus.column_id).map_or("?", |stage| stage.id.as_str()).to_owned()
    };
    desk.keys("home");
    assert_eq!((stage(&desk).as_str(), desk.focused()), ("?", "xeno"), "what nobody knows stands first");
    let mut seen = Vec::new();
    for _ in 0..14 {
        seen.push(stage(&desk));
        desk.keys("l");
        if !desk.app.rows().is_empty() {
            assert_visible(&desk);
        }
    }
    assert_eq!(seen, ["?", "1", "2", "3a", "3b", "4a", "4b", "5", "6a", "6b", "6c", "6d", "7", "7"]);
    desk.keys("0");
    assert_eq!(stage(&desk), "?");
    desk.keys("$ h left");
    assert_eq!(stage(&desk), "6c");
    desk.keys("l l k j");
    assert_eq!(desk.focused(), "nobody");
}

#[test]
fn the_focus_stays_on_its_account_whoever_moves_it() {
    let mut desk = stack("1", &["acme", "bolt", "cato", "dune"]);
    desk.focus("cato");
    desk.elsewhere("eve", &moved("acme", "2"));
    assert_eq!((desk.focused(), desk.app.focus.row), ("cato", 1));
    assert_eq!(desk.said(), "eve: acme → 2. Onboarding Initiated");
    desk.elsewhere("eve", &moved("cato", "5"));
    assert_eq!((desk.focused(), desk.app.focus.column_id), ("cato", ColumnId::Stage(6)));
    desk.elsewhere("eve", &import(&[row("aaaa", "aaaa").in_stage("5")]));
    assert_eq!((desk.focused(), desk.app.focus.row), ("cato", 1));
    desk.elsewhere("eve", &note("cato", "called"));
    assert_eq!(desk.focused(), "cato");
    assert_eq!(desk.said(), "eve: cato: Note added: called");
}

#[test]
fn an_account_that_is_gone_leaves_the_focus_to_its_neighbour() {
    let mut desk = stack("1", &["acme", "cato"]);
    desk.elsewhere("eve", &import(&[row("bolt", "bolt").in_stage("1")]));
    desk.focus("bolt");
    desk.elsewhere("eve", &Command::Undo);
    assert_eq!(desk.focused(), "cato");
}

#[test]
fn a_filter_narrows_counts_and_drops() {
    let mut desk = desk();
    desk.focus("acme").keys("/").types("eve@");
    let eves = ["dune", "echo", "hive", "juno", "nova", "quay"];
    assert_eq!(desk.app.matches(), Some(eves.len()));
    assert!(eves.contains(&desk.focused()));
    desk.keys("backspace backspace backspace backspace").types("kite");
    assert_eq!((desk.app.matches(), desk.focused()), (Some(1), "kite"));
    desk.keys("enter");
    assert!(desk.app.prompt.is_none() && desk.app.filter.is_some());
    desk.keys(">");
    assert_eq!((desk.world.stage("kite"), desk.focused()), ("3b", "kite"), "one works on what was found");
    desk.keys("esc");
    assert_eq!((desk.app.matches(), desk.focused(), desk.said()), (None, "kite", "Filter cleared"));
    desk.keys("/").types("zzzz");
    assert_eq!((desk.app.matches(), desk.focused()), (Some(0), "nobody"));
    desk.keys("> j l G").keys("esc");
    assert_eq!(desk.app.matches(), None);
    assert_ne!(desk.focused(), "nobody");
}

#[test]
fn a_filter_follows_what_others_do() {
    let mut desk = desk();
    desk.keys("/").types("region café").keys("enter");
    desk.keys("esc /").types("umbra").keys("enter");
    assert_eq!(desk.app.matches(), Some(1));
    desk.elsewhere("eve", &import(&[row("umbra2", "Umbra Two").in_stage("1"), row("acme", "Umbracme")]));
    assert_eq!(desk.app.matches(), Some(3));
    desk.elsewhere("eve", &Command::Undo);
    assert_eq!(desk.app.matches(), Some(1));
}

#[test]
fn typing_a_filter_one_can_walk_and_edit() {
    let mut desk = stack("1", &["acme", "acme2", "acme3", "bolt"]);
    desk.keys("/").types("acme").keys("down");
    assert_eq!(desk.focused(), "acme2");
    assert!(desk.app.prompt.is_some());
    desk.keys("ctrl-w").types("blot").keys("left backspace right");
    desk.keys("ctrl-u").types("b");
    assert_eq!(desk.focused(), "bolt");
    desk.keys("esc");
    assert_eq!((desk.app.filter.is_none(), desk.app.prompt.is_none()), (true, true));
}

#[test]
fn pasted_text_is_typed_and_nothing_else() {
    let mut desk = desk();
    desk.notify(Msg::Paste("> u q\n".into()));
    assert_eq!(desk.effects, []);
    desk.keys("/").notify(Msg::Paste("ki\nte".into()));
    assert_eq!(desk.app.filter.as_ref().map(|filter| filter.text.as_str()), Some("ki te"));
    assert_eq!(desk.focused(), "kite");
}

#[test]
fn clicks_choose_and_open() {
    let mut desk = desk();
    let cell = cell_of(&desk, "gale");
    desk.mouse(Mouse::Press, cell);
    assert_eq!(desk.focused(), "gale");
    assert_eq!(desk.app.overlay, None);
    desk.later(TimeDelta::milliseconds(400));
    let cell = cell_of(&desk, "gale");
    desk.mouse(Mouse::Press, cell);
    assert_eq!(desk.app.overlay, Some(Overlay::Detail(0)));
    desk.keys("esc").later(TimeDelta::seconds(5));
    let cell = cell_of(&desk, "gale");
    desk.mouse(Mouse::Press, cell).later(TimeDelta::milliseconds(401)).mouse(Mouse::Press, cell);
    assert_eq!(desk.app.overlay, None, "two clicks that far apart are two clicks");
    desk.later(TimeDelta::seconds(5)).mouse(Mouse::Press, cell);
    let other = cell_of(&desk, "acme");
    desk.mouse(Mouse::Press, other);
    assert_eq!((desk.app.overlay, desk.focused()), (None, "acme"), "two clicks on two cards are two clicks");
}

#[test]
fn the_wheel_scrolls_what_it_is_over() {
    let names: Vec<String> = (0..60).map(|at| format!("a{at:02}")).collect();
    let mut desk = stack("2", &names.iter().map(String::as_str).collect::<Vec<_>>());
    let cell = cell_of(&desk, "a00");
    desk.mouse(Mouse::WheelDown, cell).mouse(Mouse::WheelDown, cell).mouse(Mouse::WheelUp, cell);
    assert_eq!(desk.focused(), "a03");
    desk.keys("?").mouse(Mouse::WheelDown, cell);
    assert!(matches!(desk.app.overlay, Some(Overlay::Help(_))));
    assert_eq!(desk.focused(), "a03");
    desk.keys("esc t g g");
    let cell = cell_of(&desk, "a05");
    desk.mouse(Mouse::Press, cell).mouse(Mouse::WheelDown, cell);
    assert_eq!(desk.focused(), "a08");
    desk.mouse(Mouse::Press, (0, 0)).mouse(Mouse::WheelUp, (u16::MAX, u16::MAX));
    assert_eq!(desk.focused(), "a08");
}

#[test]
fn the_order_is_picked_by_digit_arrow_or_letters() {
    let mut desk = desk();
    let column = |desk: &Desk| -> Vec<String> {
        let rows = desk.app.columns.column(ColumnId::Stage(0)).shown();
        rows.iter().map(|row| row.id.to_string()).collect()
    };
    desk.focus("acme");
    assert_eq!(
        column(&desk),
        ["yarn", "acme", "echo", "zinc", "bolt", "cato", "alba", "brio", "fern", "dune"],
        "the next renewal first, unknown last"
    );
    desk.keys("s");
    assert_eq!(desk.app.mode(), InputMode::Prompt);
    desk.keys("down enter");
    assert_eq!(desk.app.columns.sort(), Sort::Mrr);
    assert_eq!(
        column(&desk),
        ["echo", "bolt", "zinc", "acme", "dune", "fern", "brio", "yarn", "cato", "alba"],
        "currencies apart, the largest first, unknown last"
    );
    assert_eq!((desk.focused(), desk.said()), ("acme", "Sorted by forecast"));
    desk.keys("s 4");
    assert_eq!(column(&desk)[..3], ["acme", "alba", "bolt"]);
    desk.keys("s").types("name").keys("enter s esc s").types("xyz").keys("enter");
    assert_eq!((desk.app.columns.sort(), desk.said()), (Sort::Name, "Nothing is called that"));
    desk.keys("esc");
    desk.keys("s 3");
    assert_eq!(desk.app.columns.sort(), Sort::TimeInStage);
}

#[test]
fn the_list_shows_the_same_accounts_in_one_order() {
    let mut desk = desk();
    desk.focus("kite").keys("t");
    assert_eq!((desk.app.view, desk.focused()), (View::List { all: false }, "kite"));
    assert_eq!(desk.app.rows().len(), 26);
    desk.keys("g g");
    assert_eq!(desk.focused(), "quay", "tomorrow's renewal");
    desk.keys("h l");
    assert_eq!(desk.focused(), "quay");
    desk.keys("i");
    assert_eq!((desk.app.rows().len(), desk.said()), (28, "All accounts"));
    desk.focus("vale").keys(">");
    assert_eq!(desk.world.stage("vale"), "1");
    desk.focus("vale").keys("i");
    assert_eq!((desk.app.rows().len(), desk.focused()), (27, "vale"));
    desk.keys("t");
    assert_eq!((desk.app.view, desk.focused()), (View::Board, "vale"));
}

#[test]
fn an_account_off_the_board_leaves_the_focus_when_the_board_comes_back() {
    let mut desk = desk();
    desk.keys("i").focus("wren").keys("t");
    assert_eq!(desk.app.view, View::Board);
    assert_ne!(desk.focused(), "wren");
    assert_ne!(desk.focused(), "nobody");
    assert_visible(&desk);
}

#[test]
fn opening_an_account_has_seen_it() {
    let mut desk = desk();
    desk.focus("acme");
    assert!(desk.world.account("acme").is_unseen());
    desk.keys("enter");
    assert_eq!(desk.app.overlay, Some(Overlay::Detail(0)));
    assert!(!desk.world.account("acme").is_unseen());
    desk.keys("J");
    assert_eq!((desk.focused(), desk.app.overlay.is_some()), ("echo", true));
    desk.keys("G j pgdn g g k");
    assert_eq!(desk.app.overlay, Some(Overlay::Detail(0)));
    desk.keys(">");
    assert_eq!((desk.world.stage("echo"), desk.app.overlay.is_some()), ("2", true));
    desk.keys("u q");
    assert_eq!((desk.world.stage("echo"), desk.app.overlay), ("1", None));
    assert_eq!(desk.effects, [], "q closes the account before it quits");
}

#[test]
fn a_key_that_means_nothing_says_so() {
    let mut desk = desk();
    desk.keys("Q");
    assert_eq!(desk.said(), "Q does nothing here; ? shows the keys");
    desk.keys("? Q");
    assert!(desk.said().starts_with("Q does nothing here"), "{}", desk.said());
    desk.keys("esc f12");
    assert_eq!(desk.said(), "f12 does nothing here; ? shows the keys");
}

#[test]
fn what_reaches_outside_is_asked_for() {
    let mut desk = desk();
    desk.keys("ctrl-l ctrl-z q");
    assert_eq!(desk.effects, [Effect::Redraw, Effect::Suspend, Effect::Quit]);
    let mut empty = Desk::new(World::new(), SIZE);
    empty.keys("d");
    assert_eq!(empty.effects, [Effect::Demo]);
}

#[test]
fn an_editor_takes_along_what_is_typed_of_a_note_and_of_nothing_else() {
    let mut desk = desk();
    let account = desk.app.focus.account.clone().expect("somebody has the focus");
    desk.keys("n").types("hello").keys("ctrl-e");
    assert_eq!(desk.effects, [Effect::Edit { account, typed: "hello".into() }]);
    desk.keys("O").types("magda").keys("home ctrl-e").types("x").keys("enter");
    assert_eq!(desk.effects.len(), 1);
    assert_eq!(desk.app.focused().and_then(|account| account.owner()), Some("magdax"));
}

#[test]
fn an_account_that_covers_everything_gives_way_to_what_is_asked_for() {
    for (size, stays) in [((80, 24), false), ((160, 48), true)] {
        for key in ["d", "t", "i", "/", "3"] {
            let mut desk = Desk::new(team_board(), size);
            desk.keys("enter").keys(key);
            assert_eq!(desk.app.overlay.is_some(), stays, "{key} at {size:?}");
        }
    }
}

#[test]
fn nothing_breaks_where_there_is_nobody() {
    for view in ["", "t", "a"] {
        for action in Action::all() {
            let mut desk = Desk::new(World::new(), SIZE);
            desk.keys(view);
            let setup = desk.app.setup.clone();
            for keys in setup.keymap.sequences(InputMode::Board, action) {
                desk.press(keys);
                desk.draw();
                desk.keys("esc");
            }
        }
    }
}

/// A desk over one long column, and a short one on either side.
fn crowd() -> Desk {
    static BUILT: LazyLock<Mutex<World>> = LazyLock::new(|| Mutex::new(world_of_a_crowd()));
    Desk::new(BUILT.lock().expect("nobody failed").copy(Arc::default()), SIZE)
}

fn world_of_a_crowd() -> World {
    let mut rows: Vec<AccountFacts> =
        (0..60).map(|at| format!("a{at:02}")).map(|id| row(&id, &id).in_stage("4a")).collect();
    for fact in 0..20 {
        rows[30] = rows[30].clone().text(FactKey::Extra(format!("Fact {fact}").into()), "known");
    }
    let contacts = FactValue::List(vec!["ann@acme.example".into(), "ben@acme.example".into()]);
    rows[30].facts.insert(FactKey::Contacts, contacts);
    rows.extend([row("bolt", "bolt").in_stage("3a"), row("cato", "cato").in_stage("5")]);
    for row in rows.iter_mut().skip(30) {
        row.facts.insert(FactKey::ForecastedMrr, amount("100 USD"));
    }
    let mut world = World::of(&rows);
    for number in 0..30 {
        let (id, named) = (SignalId::new(&format!("evt-{number:02}")), AccountRef::Domain("nowhere".into()));
        let signal = Signal {
            template: None,
            id,
            at: world.now.at,
            by: None,
            source: "s".into(),
            data: SignalData::OutreachSent,
        };
        world.does(&Command::RecordSignal { account: named, signal });
    }
    world
}

/// What one can notice of a screen.
fn noticed(desk: &Desk) -> (String, usize, Option<AlertsPane>) {
    (desk.picture(), desk.effects.len(), desk.app.alerts)
}

#[test]
fn every_key_does_something_or_says_something() {
    let keymap = setup(Depth::Mono).keymap;
    let mut silent = Vec::new();
    // What speaks is tested where it is heard.
    let actions = || Action::all().filter(|action| action.group() != ActionGroup::Aloud);
    for mode in InputMode::all() {
        for action in actions() {
            // Only a question about open points leads to them, see `checklists.rs`.
            if mode == InputMode::Confirm && matches!(action, Action::Checklist | Action::TickAll) {
                continue;
            }
            for keys in keymap.sequences(mode, action) {
                // In the middle of everything, where there is a way in every direction.
                let mut desk = crowd();
                desk.notify(Msg::Resize(120, 16));
                desk.focus("a31").keys("> > u").focus("a30").keys("m 6 a");
                desk.keys(match mode {
                    InputMode::Board => "",
                    InputMode::Detail => "enter pgdn",
                    InputMode::Alerts => "A",
                    InputMode::Screen(ScreenId::Playbooks) => "p j j",
                    InputMode::Screen(ScreenId::Explain) => "E j j",
                    InputMode::Screen(ScreenId::Forecast) => "F j l",
                    InputMode::Prompt if action == Action::NoteInEditor => "n h i",
                    InputMode::Prompt if action == Action::Complete => "O n",
                    InputMode::Screen(ScreenId::Unmatched) => "U j j",
                    InputMode::Screen(ScreenId::Activity) => "H j j",
                    InputMode::Screen(ScreenId::Sources) => "g o j",
                    InputMode::Screen(ScreenId::Insights) => "I 3 j j j j l l",
                    InputMode::Prompt => "/ a down down down down pgdn",
                    InputMode::Menu => "y j",
                    InputMode::Confirm => "P",
                    InputMode::Help => "? pgdn",
                });
                assert_eq!(desk.app.mode(), mode);
                let before = noticed(&desk);
                desk.press(keys);
                if noticed(&desk) == before {
                    silent.push(format!("{} {keys}: {action}", mode.name()));
                }
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn a_new_day_counts_anew() {
    let mut desk = desk();
    desk.focus("acme");
    desk.later(TimeDelta::days(8));
    assert_eq!(desk.app.columns.today(), desk.app.now.today());
    let first = desk.app.columns.column(ColumnId::Stage(0)).shown().first().map(|row| row.id.to_string());
    assert_eq!(first.as_deref(), Some("echo"), "yesterday's renewals come again in a month");
    assert_eq!(desk.focused(), "acme");
}

#[test]
fn money_is_summed_by_currency_and_follows_its_accounts() {
    let mut desk = desk();
    let sums = |desk: &Desk| -> Vec<String> {
        let money = desk.app.columns.column(ColumnId::Stage(0)).money();
        money.iter().map(|money| format!("{} {}", money.minor, money.currency)).collect()
    };
    assert_eq!(sums(&desk), ["436150 USD", "30000 EUR"], "what most accounts pay in stands first");
    desk.elsewhere("eve", &moved("echo", "2"));
    assert_eq!(sums(&desk), ["436150 USD"]);
    desk.elsewhere(
        "eve",
        &import(&[AccountFacts::new("acme").with(FactKey::ForecastedMrr, amount("1000 USD"))]),
    );
    assert_eq!(sums(&desk), ["452550 USD"]);
}

#[test]
fn cards_sorted_by_money_take_the_largest_debt_there_is() {
    let mut rows = Vec::new();
    for (name, minor) in [("a", i64::MIN), ("b", i64::MIN + 1), ("c", 0), ("d", i64::MAX)] {
        let money = FactValue::Money(Money::new(minor, Currency::USD));
        rows.push(row(name, name).in_stage("1").with(FactKey::ForecastedMrr, money));
    }
    let world = World::of(&rows);
    let columns = BoardColumns::new(world.board(), &world.now, Sort::Mrr);
    let names: Vec<_> =
        columns.column(ColumnId::Stage(0)).shown().iter().map(|row| row.id.as_str()).collect();
    assert_eq!(names, ["d", "c", "b", "a"]);
}

/// Whether the focused card has its mark on the screen.
pub(crate) fn assert_visible(desk: &Desk) {
    let name = desk.app.focused().expect("somebody is focused").name();
    let start: String = gangplank::text::clean(name).chars().take(3).collect();
    let lines = desk.lines();
    assert!(
        lines.iter().any(|line| line.contains(&format!("▌{start}"))),
        "{name} is not in view:\n{}",
        lines.join("\n")
    );
}

#[test]
fn a_key_says_so_when_there_is_nobody_to_do_it_to() {
    for key in [">", "<", "m", "enter", "u", "ctrl-r", ".", "!"] {
        let mut desk = desk();
        desk.keys("$");
        assert_eq!(desk.focused(), "nobody");
        let before = noticed(&desk);
        let chord: Chord = key.parse().expect("a key");
        desk.notify(Msg::Key(chord));
        assert_ne!(noticed(&desk), before, "{key} in an empty column");
    }
}

#[test]
fn a_stage_whose_id_begins_anothers_can_be_named() {
    let draft = |id: &str| StageDraft {
        id: id.into(),
        label: format!("{id}. Stage {id}"),
        phase: Phase::Open,
        engagement: None,
        quiet_after_days: None,
        awaits: None,
        entered_by: None,
        checklist: None,
        aliases: Vec::new(),
    };
    let pipeline = Pipeline::new(["1", "10", "2"].map(draft).into(), 8).expect("a pipeline");
    let session =
        Session::new(Box::new(MemoryStore::new()), Board::new(pipeline.into()), std::sync::Arc::default());
    let mut world = World::without_playbooks();
    world.session = session;
    world.does(&import(&[row("acme", "Acme")]));
    let mut desk = Desk::new(world, SIZE);
    desk.keys("i").keys("m 1 enter");
    assert_eq!(desk.world.stage("acme"), "1");
    desk.keys("m 1 0");
    assert_eq!(desk.world.stage("acme"), "10");
}

#[test]
fn a_card_stays_under_the_mouse_that_chose_it() {
    let mut moved_away = Vec::new();
    for size in [(80, 24), (120, 40), (240, 60)] {
        for keys in ["", "0", "$", "5", "3 b"] {
            let there = |keys: &str| {
                let mut desk = Desk::new(team_board(), size);
                desk.keys(keys);
                desk
            };
            let body = layout::areas(&there(keys).app).body;
            for placed in layout::columns(&there(keys).app).placed {
                let mut desk = there(keys);
                let at = (placed.area.x + placed.area.width / 2, body.y + layout::heading(body));
                let before = layout::hit_test(&desk.app, at.0, at.1);
                let HitTarget::Column(_, Some(_)) = before else { continue };
                desk.mouse(Mouse::Press, at).mouse(Mouse::Press, at);
                if desk.app.overlay.is_none() {
                    moved_away.push(format!("{size:?} {keys} {before:?}"));
                }
            }
        }
    }
    assert_eq!(moved_away, Vec::<String>::new(), "a double click opens");
}

/// The ways on from a refusal look like keys, and where they have no room beside it, they stand with the other keys; those stay.
#[test]
fn the_ways_on_from_a_refusal_stand_out_and_hide_no_keys() {
    for size in [(80, 24), (120, 40)] {
        let mut desk = stack("4a", &["acme"]);
        desk.notify(Msg::Resize(size.0, size.1));
        desk.keys("m 6 a");
        let (buffer, _) = desk.draw();
        let lines = desk.lines();
        let foot = lines.last().expect("there are lines");
        assert!(foot.contains("? Help"), "{size:?}: {foot}");
        assert_eq!(foot.contains(". moves it to 6b"), size.0 == 80, "{size:?}: {foot}");
        let (y, line) =
            lines.iter().enumerate().find(|(_, line)| line.contains(". moves it")).expect("it is said");
        let x = line[..line.find(". moves it").expect("it is there")].chars().count();
        let x = u16::try_from(x).expect("it is on the screen");
        let y = u16::try_from(y).expect("it is on the screen");
        let style = |x: u16, y: u16| buffer.cell((x, y)).expect("a cell").style();
        let accent = desk.app.theme.style(Role::Accent);
        assert_eq!(style(x, y).add_modifier, accent.add_modifier, "{size:?}");
        assert_ne!(style(x, y), style(x + 2, y), "{size:?}: the key is not what it does");
        // A press on the key beside them means that key.
        let help = u16::try_from(foot[..foot.find("? Help").expect("it is there")].chars().count());
        desk.mouse(Mouse::Press, (help.expect("it is on the screen"), size.1 - 1));
        assert!(matches!(desk.app.overlay, Some(Overlay::Help(_))), "{size:?}: {foot}");
    }
}
