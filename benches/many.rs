//! Much at once on a grown board: marks by the thousand, every pane open, a view with a query, and letters typed into the
//! filter.

use std::sync::Arc;

use gangplank::config::views;
use gangplank::parallel;
use gangplank::playbook::bulk::preview;
use gangplank::playbook::transact;
use gangplank::query::words::{Described, words};
use gangplank::state::{Account, AccountId, Actor, Batch, Board, Command, Roster};
use gangplank::tui::model::app::App;
use gangplank::tui::model::focus::View;
use gangplank::tui::model::msg::Msg;
use gangplank::tui::model::prompt::Prompt;
use gangplank::tui::update::update;
use gangplank::tui::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::screen::{app, press, thousands};
use crate::table::{Table, Times};
use crate::world::World;

/// How many accounts are marked, where there are so many.
const MARKED: usize = 10_000;

/// How many keys are pressed, each with a frame.
const KEYS: usize = 200;

const SIZE: (u16, u16) = (200, 60);

pub(crate) fn many(world: &World, board: &Board, table: &mut Table) {
    let all = format!("{} accounts", thousands(board.len()));
    panes(world, board, &all, table);
    bulk(world, board, table);
    tabs(world, board, &all, table);
    letters(board, &all, world, table);
}

/// A key and its frame, as [`KEYS`] times.
fn key(app: &mut App, name: &str, times: &mut Times) {
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
    times.note(|| {
        press(app, name);
        buffer.reset();
        view::draw(app, &mut buffer);
    });
}

/// Keys with all panes open and many marks, beside the same without.
fn panes(world: &World, board: &Board, all: &str, table: &mut Table) {
    let mut plain = app(&world.config, board.clone(), SIZE);
    let mut full = app(&world.config, board.clone(), SIZE);
    let ids: Vec<AccountId> = board.accounts().take(MARKED).map(|account| account.id.clone()).collect();
    for app in [&mut plain, &mut full] {
        app.view = View::List { all: true };
        app.filter_by("renews<=40d");
        app.focus_row(0);
    }
    full.marks.mark(ids.iter().cloned());
    for name in ["A", "esc", "enter"] {
        press(&mut full, name);
    }
    let what = format!("{all}, {} marks, a query, alerts and an account open", thousands(ids.len()));
    let (mut with, mut without) = (Times::default(), Times::default());
    for _ in 0..KEYS {
        key(&mut full, "J", &mut with);
        key(&mut plain, "j", &mut without);
    }
    for (percent, aim) in [(50, ""), (99, "< 2 ms")] {
        let floor = Some(("nothing open or marked", without.percentile(percent)));
        table.time(format!("key and frame, {what}, p{percent}"), with.percentile(percent), floor, aim);
    }
    let (mut with, mut without) = (Times::default(), Times::default());
    let by = Actor::from(Arc::from("ben"));
    let mut next = board.clone();
    for id in ids.iter().take(KEYS) {
        let note = Command::AddNote { account: id.clone(), text: "called".into() };
        let entry = transact(&next, &world.config.playbooks, &note, &by, world.now());
        next.apply(Arc::new(entry.expect("not refused").expect("a change")));
        let (one, other) = (next.clone(), next.clone());
        with.note(|| update(&mut full, Msg::Board(one)));
        without.note(|| update(&mut plain, Msg::Board(other)));
    }
    let floor = Some(("nothing open or marked", without.median()));
    table.time(format!("a colleague's change, {what}, p50"), with.median(), floor, "≤ 1.5");
}

/// The panel over many marks, and the entry behind it, beside deciding the same with nothing to show.
fn bulk(world: &World, board: &Board, table: &mut Table) {
    let mut app = app(&world.config, board.clone(), SIZE);
    let ids: Vec<AccountId> = board.accounts().take(MARKED).map(|account| account.id.clone()).collect();
    app.view = View::List { all: true };
    app.settle();
    app.marks.mark(ids.iter().cloned());
    let me = Actor::from(Arc::from("ann"));
    let (mut panel, mut decide, mut entry) = (Times::default(), Times::default(), Times::default());
    for _ in 0..3 {
        press(&mut app, "n");
        for letter in ["h", "i"] {
            press(&mut app, letter);
        }
        panel.note(|| press(&mut app, "enter"));
        assert!(matches!(app.prompt, Some(Prompt::Bulk(_))), "the panel is open");
        press(&mut app, "esc");
        app.marks.mark(ids.iter().cloned());
        let note = |id: &AccountId| Command::AddNote { account: id.clone(), text: "hi".into() };
        let commands: Vec<Vec<Command>> = ids.iter().map(|id| vec![note(id)]).collect();
        decide.note(|| preview(board, &world.config.playbooks, &commands, &me, world.now()));
        let batch = Batch { words: "note".into(), commands: ids.iter().map(note).collect() };
        entry.note(|| {
            let done = transact(board, &world.config.playbooks, &batch, &me, world.now());
            board.clone().apply(Arc::new(done.expect("not refused").expect("a change")));
        });
    }
    let many = format!("{} marks", thousands(ids.len()));
    let floor = Some(("deciding alone", decide.best()));
    table.time(format!("what a note would do to {many}"), panel.best(), floor, "≤ 2");
    table.time(format!("a note on {many}, decided and folded"), entry.best(), None, "< 1 s");
}

/// Views: opening one with a query, and counting all of them.
fn tabs(world: &World, board: &Board, all: &str, table: &mut Table) {
    let mut app = app(&world.config, board.clone(), SIZE);
    let shipped = views::overlaid("", "views.toml", |_| Ok(())).expect("the shipped views");
    app.tabs = gangplank::tui::model::tabs::Tabs::new(shipped);
    let mut slices = Times::default();
    let mut counting = Times::default();
    counting.note(|| {
        while app.has_work_ahead() {
            slices.note(|| app.work_ahead());
        }
    });
    table.time(
        format!("counting {} views and all names, {all}", app.tabs.tabs.len()),
        counting.best(),
        None,
        "",
    );
    table.time("  longest time that no key is heard", slices.percentile(100), None, "≤ 16 ms");
    let mut open = Times::default();
    for at in 0..app.tabs.tabs.len() {
        open.note(|| app.open_tab(at));
    }
    table.time(format!("opening a view, {all}, longest"), open.percentile(100), None, "");
    let mut asked = Times::default();
    app.focus_row(0);
    asked.note(|| press(&mut app, "e"));
    assert!(matches!(app.prompt, Some(Prompt::Line(_))), "a segment is asked for");
    table.time(format!("asking for a segment, {all}"), asked.best(), None, "< 2 ms");
}

/// Letters typed into the filter, beside the matcher's own time over the same texts.
fn letters(board: &Board, all: &str, world: &World, table: &mut Table) {
    let mut app = app(&world.config, board.clone(), SIZE);
    app.view = View::List { all: true };
    app.settle();
    press(&mut app, "/");
    press(&mut app, "h");
    let accounts: Vec<&Arc<Account>> = board.accounts().collect();
    let roster = Roster::default();
    let described = parallel::map(&accounts, |account| Described::new(account, &roster));
    let (mut ours, mut floor) = (Times::default(), Times::default());
    for (key, typed) in [
        ("a", "ha"),
        ("r", "har"),
        ("b", "harb"),
        ("backspace", "har"),
        ("backspace", "ha"),
        ("backspace", "h"),
        ("backspace", ""),
        ("e", "e"),
        ("m", "em"),
        ("space", "em "),
        ("t", "em t"),
        ("e", "em te"),
        ("a", "em tea"),
    ] {
        ours.note(|| press(&mut app, key));
        let words = words(typed);
        floor.note(|| parallel::map(&described, |it| it.score(&words)));
    }
    for percent in [50, 100] {
        let floor = Some(("matching the same texts", floor.percentile(percent)));
        let share = if percent == 100 { "longest".to_owned() } else { format!("p{percent}") };
        table.time(format!("a letter in the filter, {all}, {share}"), ours.percentile(percent), floor, "≤ 2");
    }
}
