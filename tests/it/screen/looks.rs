//! What leads on a screen, and that nothing is offered which does not work or said twice: on the demonstration, as people
//! see it.

use gangplank::tui::layout;
use gangplank::tui::model::msg::Mouse;
use gangplank::tui::model::screens::ScreenState;
use ratatui::style::Modifier;

use super::today::demo_desk;
use super::views::with_tabs;
use crate::support::desk::Desk;

/// A desk over the demonstration that begins the day; a failed payment is first.
fn today(size: (u16, u16)) -> Desk {
    let mut desk = demo_desk(size);
    desk.keys("g t").focus("A-1052");
    desk
}

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (160, 48), (240, 60)];

/// The words of line `y` that look chosen, without what is beside them.
fn chosen_words(desk: &Desk, y: u16) -> String {
    let (buffer, _) = desk.draw();
    let cells = (0..buffer.area.width).map(|x| &buffer[(x, y)]);
    let is_chosen = |modifier: Modifier| modifier.contains(Modifier::REVERSED);
    let words: String =
        cells.filter(|cell| is_chosen(cell.modifier)).map(ratatui::buffer::Cell::symbol).collect();
    words.trim().to_owned()
}

/// The line of the chosen row of the open screen.
fn chosen_line(desk: &Desk) -> u16 {
    let screen: &ScreenState = desk.app.screen.as_ref().expect("a screen is open");
    let row = screen.row - screen.first(layout::screen_rows(&desk.app));
    layout::areas(&desk.app).body.y + 1 + u16::try_from(row).expect("it is in view")
}

#[test]
fn of_a_chosen_row_only_what_it_is_about_looks_chosen() {
    for (keys, words) in [
        ("H j", "Cobalt Meadow: Upcoming invoice"),
        ("U", "priya.private@mailbox.example"),
        ("E", "Final outreach sent, never engaged"),
    ] {
        for size in SIZES {
            let mut desk = today(size);
            desk.focus("A-1052").keys(keys);
            let chosen = chosen_words(&desk, chosen_line(&desk));
            let whole = chosen.trim_end_matches('…');
            assert!(words.starts_with(whole), "{keys} {size:?}: {}", desk.picture());
            assert!(whole == words || size.0 < 120, "{keys} {size:?}: {}", desk.picture());
        }
    }
}

/// Beside the entries stands all about the chosen one and its account; keys that mean something else here are not named.
#[test]
fn a_wide_screen_shows_the_account_beside_what_was_done() {
    for size in [(160, 48), (240, 60)] {
        let mut desk = today(size);
        desk.keys("H j");
        let pane =
            layout::details(desk.app.screen.as_ref().expect("it is open"), layout::areas(&desk.app).body);
        assert!(pane.x > size.0 / 2 && pane.right() == size.0, "{pane:?}");
        let text = desk.lines().join("\n");
        for words in ["╭ #577 ", "playbook large-invoice", "Cobalt Meadow · A-1044", "Needs you", "Timeline"]
        {
            assert!(text.contains(words), "{words}: {}", desk.picture());
        }
        assert!(text.contains(" Acknowledge") && !text.contains("a Acknowledge"), "{}", desk.picture());
        assert!(!text.contains("+ Tick") && !text.contains("& Filter"), "{}", desk.picture());
        // Every row is to be reached, and a press on the pane chooses none.
        let rows = layout::screen_rows(&desk.app);
        assert_eq!(rows, usize::from(pane.height) - 1);
        let chosen = |desk: &Desk| desk.app.screen.as_ref().map(|screen| screen.row);
        desk.mouse(Mouse::Press, (pane.x + 4, pane.y + 8));
        assert_eq!(chosen(&desk), Some(1), "the pane is not the list");
        desk.mouse(Mouse::Press, (4, pane.y + 8));
        assert_eq!(chosen(&desk), Some(7));
        desk.keys("esc");
        assert!(desk.lines().join("\n").contains("a Acknowledge"), "on the board, the key works again");
    }
    let mut narrow = today((120, 40));
    narrow.keys("H j");
    assert!(narrow.lines().join("\n").contains("─ #577 · dan"), "under the rows: {}", narrow.picture());
}

/// Where other keys are in force, the foot says what the account needs without a key that would do something else.
#[test]
fn the_foot_names_no_key_that_does_not_work() {
    for size in [(80, 24), (120, 40)] {
        let mut desk = today(size);
        let foot = |desk: &Desk| {
            let areas = layout::areas(&desk.app);
            desk.lines()[usize::from(areas.status.y)].trim_end().to_owned()
        };
        assert!(foot(&desk).starts_with(" a Acknowledge "), "{}", foot(&desk));
        for keys in ["?", "Y", "z", "O", "n", "g", "X", ":"] {
            desk.keys(keys);
            // Why it is there stays.
            assert!(foot(&desk).starts_with(" Failed payment "), "{keys} {size:?}: {}", desk.picture());
            desk.keys("esc");
            assert!(foot(&desk).starts_with(" a Acknowledge "), "{keys} {size:?}: {}", foot(&desk));
        }
    }
}

/// What was observed stands at its point, and a long question is asked whole.
#[test]
fn a_checklist_shows_what_was_observed_and_a_long_question_is_whole() {
    let mut desk = demo_desk((120, 40));
    desk.keys("g b").focus("A-1008").keys("+ j n");
    let asked = "Automatic capture of events that nobody uses: what did you see at Ostrava Metrics?";
    assert_eq!(desk.asked(), asked, "{}", desk.picture());
    desk.types("replay records at 100 %: lower the sampling, which halves the bill").keys("enter");
    let lines = desk.lines();
    let point = lines.iter().find(|line| line.contains("nobody uses")).expect("its point is in the box");
    assert!(point.contains("replay records at"), "{}", desk.picture());
}

/// With two columns beside each other, every line of the help is whole.
#[test]
fn the_help_in_columns_cuts_no_words() {
    for size in [(120, 40), (160, 48), (180, 48), (240, 60)] {
        let mut desk = today(size);
        desk.keys("?");
        let mut seen = desk.lines().join("\n");
        for _ in 0..5 {
            seen.push_str(&desk.keys("pgdn").lines().join("\n"));
        }
        let first = seen.lines().find(|line| line.contains("Outreach sent")).expect("it is open").to_owned();
        assert!(first.contains("Acknowledge the alert") || size.0 >= 180, "two beside each other: {first}");
        for action in gangplank::tui::input::action::Action::all() {
            assert!(seen.contains(action.help()), "{action} at {size:?}");
        }
    }
}

#[test]
fn what_the_account_beside_the_list_says_is_not_said_at_the_foot_again() {
    for size in [(160, 48), (240, 60)] {
        let mut desk = today(size);
        let count = |desk: &Desk| desk.lines().join("\n").matches("Needs you").count();
        let foot = |desk: &Desk| {
            let areas = layout::areas(&desk.app);
            desk.lines()[usize::from(areas.status.y)].trim().to_owned()
        };
        assert!(count(&desk) > 0 && !foot(&desk).contains("Acknowledge"), "{}", desk.picture());
        desk.keys("|");
        assert!(foot(&desk).starts_with("a Acknowledge"), "without it, the foot says so: {}", foot(&desk));
    }
}

#[test]
fn today_cuts_no_name_that_is_usual() {
    for (size, most) in [((80, 24), 21), ((120, 40), 27), ((160, 48), 23)] {
        let desk = today(size);
        let text = desk.lines().join("\n");
        let mut seen = 0;
        for row in desk.app.rows() {
            let name = desk.app.board.get(&row.id).expect("it has a row").name().to_owned();
            let begin: String = name.chars().take(8).collect();
            if name.chars().count() <= most && text.contains(&begin) && name.is_ascii() {
                assert!(text.contains(&name), "{name} {size:?}: {}", desk.picture());
                seen += 1;
            }
        }
        assert!(seen > 5, "{seen} {size:?}");
        assert!(!text.contains("$11,1…"), "an amount is whole, or not there");
    }
    // Beside an open account, the list has 68 columns.
    let mut desk = today((120, 40));
    let text = desk.keys("enter").lines().join("\n");
    assert!(text.contains("Silverbirch Learning") && text.contains("$11,160 +2"), "{}", desk.picture());
}

#[test]
fn a_risk_with_a_column_has_no_mark_as_well() {
    let mut desk = today((120, 40));
    desk.keys("g l");
    assert!(desk.lines().join("\n").contains("high"), "{}", desk.picture());
    assert!(!desk.lines().join("\n").contains('⚑'), "{}", desk.picture());
    desk.keys("g b");
    assert!(desk.lines().join("\n").contains('⚑'), "a card has no column: {}", desk.picture());
}

/// A list and columns of the same accounts are one view.
#[test]
fn the_tab_of_the_accounts_on_the_screen_stays_lit() {
    let mut desk = with_tabs((160, 48));
    let tab = |desk: &Desk| desk.app.view_name().map(str::to_owned);
    desk.keys("g b");
    let board = tab(&desk);
    assert!(board.is_some(), "{}", desk.picture());
    assert_eq!(tab(desk.keys("t")), board, "the list of everyone");
    assert_eq!(tab(desk.keys("t")), board);
    desk.keys("g l / a n y enter");
    assert_eq!(tab(&desk), None, "a filter of one's own is no view");
}
