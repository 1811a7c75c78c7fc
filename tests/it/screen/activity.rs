//! Activity: who did what, newest first, and undoing and redoing any of it.

use gangplank::state::{Batch, FactKey};
use gangplank::store::MemoryStore;
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::model::msg::Msg;
use gangplank::tui::model::screens::ScreenId;

use crate::support::desk::Desk;
use crate::support::{World, day, forced, import, moved, note, only, row};

const SIZE: (u16, u16) = (100, 24);

const FINAL: &str = "
    [[playbook]]
    id = \"final\"
    title = \"Final outreach\"
    on = { days_before_renewal = 10 }
    when = [{ stage = [\"2\"] }]
    then = [{ move = \"5\" }]";

/// Dana's board: an import, her move, what the clock did then, a note of eve's, and her own.
fn desk() -> Desk {
    let mut world = World::with(&MemoryStore::new(), only(FINAL));
    let acme = row("acme", "Acme").with(FactKey::NextRenewal, day("2024-12-24")).in_stage("1");
    world.does(&import(&[acme, row("bolt", "Bolt").in_stage("1")]));
    world.does(&moved("acme", "2"));
    world.sweeps().expect("the final outreach is due");
    let mut desk = Desk::new(world, SIZE);
    desk.elsewhere("eve", &note("bolt", "they called"));
    desk.focus("bolt").keys("n").types("they like it").keys("enter");
    desk
}

fn rows(desk: &Desk) -> Vec<String> {
    let lines = desk.lines();
    let start = lines.iter().position(|line| line.contains("What happened")).expect("Activity is open") + 1;
    let end = lines.iter().position(|line| line.starts_with("─ #")).unwrap_or(lines.len());
    lines[start..end].iter().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
}

fn chosen(desk: &Desk) -> u64 {
    let screen = desk.app.screen.as_ref().expect("Activity is open");
    screen.activity().and_then(|activity| activity.seq(screen.row)).expect("there is a row")
}

#[test]
fn it_shows_who_did_what_and_what_is_new() {
    let mut desk = desk();
    assert!(desk.lines()[0].contains("1 by others (H)"), "{}", desk.lines()[0]);
    desk.keys("H");
    assert!(!desk.lines()[0].contains("by others"), "it is looked at: {}", desk.lines()[0]);
    let shown = rows(&desk);
    assert_eq!(shown.len(), 5, "{shown:#?}");
    assert!(shown[0].contains("dana") && shown[0].contains("Bolt: Note added: they like it"), "{}", shown[0]);
    assert!(shown[1].contains("●") && shown[1].contains("eve"), "{}", shown[1]);
    assert!(shown[2].contains("clock") && shown[2].contains("5. Awaiting"), "{}", shown[2]);
    assert!(!shown[2].contains("●"), "it was so when the board was opened");
    assert!(desk.lines().join("\n").contains("#5 · dana · Sun 15 Dec, 09:00"), "{}", desk.lines().join("\n"));
    // What is done while one looks is new as long as one does.
    desk.elsewhere("eve", &note("acme", "they called again"));
    assert!(rows(&desk)[0].contains("●"), "{}", rows(&desk)[0]);
    assert_eq!(chosen(&desk), 5, "the chosen one stays chosen");
    desk.keys("esc H");
    assert!(rows(&desk).iter().all(|row| !row.contains("●")));
}

#[test]
fn what_is_ones_own_latest_is_undone_and_the_rest_is_asked_first() {
    let mut desk = desk();
    desk.keys("H u");
    assert_eq!(desk.world.account("bolt").notes.len(), 1);
    assert!(desk.said().starts_with("Undid #5: "), "{}", desk.said());
    assert_eq!(chosen(&desk), 5);
    assert!(rows(&desk)[1].contains("[undone by #6]"), "{:#?}", rows(&desk));
    desk.keys("u");
    assert_eq!(desk.said(), "#5 is undone by #6 · ctrl-r redoes it");
    desk.keys("ctrl-r");
    assert_eq!(desk.world.account("bolt").notes.len(), 2);
    // Eve's note.
    desk.keys("j u");
    assert_eq!(desk.app.mode(), InputMode::Confirm);
    assert!(desk.asked().contains("Undo #4 by eve: Bolt: Note added: they called?"), "{}", desk.asked());
    desk.keys("n");
    assert_eq!(desk.world.account("bolt").notes.len(), 2);
    desk.keys("u y");
    assert_eq!(desk.world.account("bolt").notes.len(), 1);
    // What the clock did.
    desk.keys("j u");
    let picture = desk.asked();
    assert!(picture.contains("Undo #3 by clock: Acme → 5. Awaiting Final Outreach?"), "{picture}");
    assert!(picture.contains("The clock will not move Acme again for this renewal"), "{picture}");
    desk.keys("enter");
    assert_eq!(desk.world.stage("acme"), "2");
    assert_eq!(desk.world.sweeps(), None, "as it was said");
    desk.keys("ctrl-r");
    assert_eq!(desk.world.stage("acme"), "5");
    // On the board, the same key takes back what dana did last.
    desk.keys("esc u");
    assert!(desk.said().starts_with("Undid #5: "), "{}", desk.said());
    assert_eq!(desk.world.stage("acme"), "5");
}

#[test]
fn what_somebody_changed_since_is_refused_in_words() {
    let mut desk = desk();
    desk.elsewhere("eve", &forced("acme", "2", "they asked for a week"));
    desk.keys("H j j j u");
    assert_eq!(chosen(&desk), 6, "what stands on it is chosen");
    assert_eq!(
        desk.said(),
        "#3 is not undone: Acme has changed since, by eve in #6; it is chosen now · u undoes 6 first"
    );
    // Where the filter hides that one, only its number is said.
    desk.keys("/").types("by:clock").keys("enter u");
    assert_eq!(chosen(&desk), 3);
    assert_eq!(desk.said(), "#3 is not undone: Acme has changed since, by eve in #6; undo #6 first");
}

#[test]
fn it_is_narrowed_by_a_query_and_leads_to_the_accounts() {
    let mut desk = desk();
    desk.keys("H /").types("by:clock").keys("enter");
    assert_eq!(rows(&desk).len(), 1);
    assert!(desk.lines()[0].contains("activity · filter by:clock · 1 entry"), "{}", desk.lines()[0]);
    desk.keys("enter");
    assert_eq!((desk.app.mode(), desk.focused()), (InputMode::Detail, "acme"));
    desk.keys("esc esc");
    assert_eq!((desk.app.mode(), chosen(&desk)), (InputMode::Screen(ScreenId::Activity), 3));
    assert_eq!(rows(&desk).len(), 1, "and back");
    desk.keys("esc");
    assert_eq!((rows(&desk).len(), chosen(&desk)), (5, 3), "one more key, and all are seen");
    desk.keys("G enter");
    assert_eq!(desk.app.matches(), Some(2), "the accounts of the import");
    desk.keys("esc /").types("buy:me");
    assert!(desk.said().contains("`buy` is not a field"), "{}", desk.said());
    desk.keys("esc");
    assert_eq!(rows(&desk).len(), 5);
    desk.keys("/").types("called").keys("enter");
    desk.elsewhere("eve", &note("acme", "they called again"));
    assert!(rows(&desk)[0].contains("they called again"), "{:#?}", rows(&desk));
}

#[test]
fn of_very_many_only_those_in_view_are_read() {
    let names: Vec<String> = (0..100).map(|number| format!("A-{number:02}")).collect();
    let mut world = World::of(&names.iter().map(|name| row(name, name).in_stage("1")).collect::<Vec<_>>());
    for number in 0..3_000 {
        let who = if number % 2 == 0 { "eve" } else { "ben" };
        world.try_as(who, &note(&names[number % 100], "hay")).expect("a note is never refused");
    }
    let mut desk = Desk::new(world, SIZE);
    let opening = allocation_counter::measure(|| {
        desk.keys("H");
    });
    let again = allocation_counter::measure(|| {
        desk.keys("j k");
    });
    assert!(rows(&desk)[0].contains("3001"), "{}", rows(&desk)[0]);
    assert!(opening.count_total < 20_000, "{}", opening.count_total);
    assert!(again.count_total < opening.count_total / 10, "{}", again.count_total);
    desk.keys("G");
    assert!(rows(&desk).last().is_some_and(|row| row.contains("100 accounts added")), "{:#?}", rows(&desk));
    desk.keys("g g pgdn pgdn");
    assert!(rows(&desk).iter().all(|row| row.contains("hay")), "{:#?}", rows(&desk));
    // However far back it lies.
    desk.keys("g g /").types("accounts.csv").keys("enter");
    assert_eq!((rows(&desk).len(), chosen(&desk)), (1, 1));
    desk.keys("esc /").types("by:ben").keys("enter G");
    assert_eq!(chosen(&desk), 3, "the oldest of his");
}

#[test]
fn several_at_once_are_told_one_by_one() {
    let names: Vec<String> = (0..60).map(|number| format!("A-{number:02}")).collect();
    let rows: Vec<_> = names.iter().map(|name| row(name, name).in_stage("1")).collect();
    let mut world = World::of(&rows);
    let commands = names.iter().map(|name| moved(name, "2")).collect();
    world.does(&Batch { words: "move 60 accounts".into(), commands });
    let mut desk = Desk::new(world, (80, 40));
    desk.keys("H");
    let picture = desk.picture();
    assert!(picture.contains("60 accounts → 2. Onboarding Initiated"), "{picture}");
    assert!(picture.contains("A-03: → 2. Onboarding Initiated"), "{picture}");
    desk.keys("enter");
    assert_eq!(desk.app.matches(), Some(60));
}

/// Where no entry is found, none is there to be taken back.
#[test]
fn an_empty_activity_hints_at_nothing_to_undo() {
    let mut desk = desk();
    desk.keys("H / q q q q enter");
    let foot = desk.lines().pop().expect("there are lines");
    assert!(foot.contains("Back") && !foot.contains("Undo it"), "{foot}");
}

/// What a later entry stands in the way of is undone after it: that one is named, and chosen.
#[test]
fn the_later_entry_that_stands_on_it_is_chosen_to_be_undone_first() {
    let mut desk = desk();
    desk.focus("bolt").keys("R").types("high card expired").keys("enter");
    let first = desk.world.board().seq();
    desk.focus("bolt").keys("R").types("low they paid").keys("enter");
    desk.keys("H j u");
    assert_eq!(chosen(&desk), first + 1);
    let by = format!("#{first} is not undone: Bolt has changed since, by dana in #{}; ", first + 1);
    assert!(desk.said().starts_with(&by), "{}", desk.said());
    assert!(desk.said().ends_with(&format!("u undoes {} first", first + 1)), "{}", desk.said());
    desk.keys("u j u");
    assert!(desk.app.board.undone(first).is_some(), "{}", desk.said());
}

/// What the row says is not said again under it: its line says who, when, by which command and what became of whom.
#[test]
fn nothing_is_said_twice_of_the_chosen_entry() {
    for size in [(80, 24), (160, 48)] {
        let mut desk = desk();
        desk.notify(Msg::Resize(size.0, size.1));
        desk.keys("H");
        let picture = desk.lines().join("\n");
        assert_eq!(picture.to_lowercase().matches("note added: they like it").count(), 1, "{picture}");
        assert!(picture.contains("Command  note"), "{picture}");
    }
}
