//! What stands over the board: what is wrong with the store as long as it lasts, and what was found at the opening until it
//! is read.

use gangplank::session::Report;
use gangplank::state::Board;
use gangplank::store::MemoryStore;
use gangplank::tui::layout::{self, PLAIN_SIZE};
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::msg::{Mouse, Msg};
use gangplank::tui::plain::Narrator;
use gangplank::tui::theme::Depth;

use crate::support::desk::{Desk, setup};
use crate::support::{World, import, playbooks, rows_of, team_board};

const TROUBLE: &str = "/home/dana/.local/share/gangplank/journal.jsonl is damaged at line 3 (its checksum does not hold), and nothing can be changed: `gangplank doctor` checks it, `gangplank repair` repairs it";
const FOUND: [&str; 2] = [
    "The journal ended in an unfinished change of 12 bytes, which was never confirmed as saved; it was moved to torn-1.",
    "Nothing can be changed.",
];

const LATE: &str = "The snapshot data/snapshot.jsonl is damaged, and was removed.";

fn trouble(desk: &mut Desk, trouble: Option<&str>) {
    desk.notify(Msg::Report(Report::Trouble(trouble.map(str::to_owned))));
}

fn desk_with_findings(size: (u16, u16)) -> Desk {
    let Desk { world, app, effects } = Desk::new(team_board(), size);
    Desk { world, app: app.noticing(FOUND.map(str::to_owned), None), effects }
}

/// What is written in the lines over the board.
fn standing(desk: &Desk) -> String {
    let area = layout::areas(&desk.app).notices;
    let lines = desk.lines();
    let lines = lines.iter().skip(area.y.into()).take(area.height.into());
    lines.map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_wrong_stands_on_every_screen_until_it_is_over() {
    for size in [(80, 24), (160, 48)] {
        let mut desk = Desk::new(team_board(), size);
        let before = desk.picture();
        trouble(&mut desk, Some(TROUBLE));
        for keys in
            ["g t", "enter", "esc", "g b", "enter", "esc", "g l", "?", "esc", "g a", "esc", "!", "esc"]
        {
            desk.keys(keys);
            assert_eq!(standing(&desk), format!("✗ {TROUBLE}"), "{size:?} after {keys}");
        }
        // Said once more, it is not said otherwise; and nobody can take it away.
        desk.keys("esc esc");
        desk.mouse(Mouse::Press, (5, layout::areas(&desk.app).notices.y));
        trouble(&mut desk, Some(TROUBLE));
        assert_eq!(standing(&desk), format!("✗ {TROUBLE}"));
        trouble(&mut desk, None);
        assert_eq!(standing(&desk), "");
        assert_eq!(desk.said(), "Changes can be saved again: the board goes on");
        assert_ne!(before, "");
    }
}

#[test]
fn on_a_small_screen_it_takes_few_lines_and_still_begins() {
    for (height, most) in [(3, 0), (4, 0), (5, 1), (10, 1), (14, 2), (24, 4), (48, 6)] {
        let mut desk = Desk::new(team_board(), (40, height));
        trouble(&mut desk, Some(TROUBLE));
        let area = layout::areas(&desk.app).notices;
        assert!(area.height <= most && (most == 0 || area.height > 0), "{height}: {area:?}");
        assert!(most == 0 || standing(&desk).starts_with("✗ /home/dana"), "{height}");
    }
    // It follows the size of the screen.
    let mut desk = Desk::new(team_board(), (80, 24));
    trouble(&mut desk, Some(TROUBLE));
    for size in [(200, 50), (50, 24)] {
        desk.notify(Msg::Resize(size.0, size.1));
        assert!(standing(&desk).starts_with(&format!("✗ {}", &TROUBLE[..40])), "{size:?}");
    }
}

#[test]
fn what_was_found_is_dismissed_one_by_one_by_escape_or_by_the_mouse() {
    for size in [(80, 24), (160, 48)] {
        for is_clicked in [false, true] {
            let mut desk = desk_with_findings(size);
            assert_eq!(standing(&desk), format!("! {} · esc dismisses (1 of 2)", FOUND[0]));
            // Looking around is not reading.
            desk.keys("g b j k ? esc");
            for next in [format!("! {} · esc dismisses", FOUND[1]), String::new()] {
                if is_clicked {
                    desk.mouse(Mouse::Press, (5, layout::areas(&desk.app).notices.y));
                } else {
                    desk.keys("esc");
                }
                assert_eq!(standing(&desk), next);
            }
            assert!(desk.app.notices.found.is_empty());
        }
    }
}

#[test]
fn what_is_found_out_later_stands_there_as_well() {
    let mut desk = Desk::new(team_board(), (80, 24));
    desk.notify(Msg::Report(Report::Found(LATE.into())));
    assert_eq!(standing(&desk), format!("! {LATE} · esc dismisses"));
    desk.notify(Msg::Report(Report::Found(FOUND[1].into())));
    assert_eq!(standing(&desk), format!("! {LATE} · esc dismisses (1 of 2)"));
    desk.keys("esc esc");
    assert_eq!(standing(&desk), "");
}

#[test]
fn what_is_wrong_comes_before_what_was_found() {
    let mut desk = desk_with_findings((80, 24));
    trouble(&mut desk, Some(TROUBLE));
    desk.keys("esc");
    assert_eq!(standing(&desk), format!("✗ {TROUBLE}"));
    trouble(&mut desk, None);
    assert_eq!(standing(&desk), format!("! {} · esc dismisses (1 of 2)", FOUND[0]));
}

#[test]
fn an_empty_board_with_something_wrong_is_not_taken_for_a_new_one() {
    let mut desk = Desk::new(World::with(&MemoryStore::new(), playbooks()), (80, 24));
    assert!(desk.app.is_first_run());
    trouble(&mut desk, Some("data/journal.jsonl is missing"));
    assert!(!desk.app.is_first_run());
    for keys in ["g b", "g l", "g t", "d", "?", "esc", "j"] {
        desk.keys(keys);
        assert_eq!(standing(&desk), "✗ data/journal.jsonl is missing", "{keys}");
    }
}

/// The board that is read anew need not go on from the one before.
#[test]
fn a_board_that_was_read_anew_is_shown_whatever_stood_there_before() {
    let other = || {
        let mut world = World::with(&MemoryStore::new(), playbooks());
        world.does(&import(&rows_of(&[["zeta", "Zeta", "300 USD", "2024-12-23", "dana", "1", "EU"]])));
        world.board().clone()
    };
    let empty = || Board::new(other().pipeline().clone());
    for (board, is_empty) in [(other(), false), (empty(), true)] {
        for keys in ["3", "g b", "g l", "g t", "/ a c m", "!", "n h i", "?"] {
            let mut desk = Desk::new(team_board(), (80, 24));
            desk.keys(keys);
            trouble(&mut desk, Some(TROUBLE));
            let reread = Report::Reread { board: Box::new(board.clone()), trouble: None };
            desk.notify(Msg::Report(reread));
            assert!(desk.said().contains("was read anew"), "{keys}: {}", desk.said());
            desk.keys("esc esc esc esc g b");
            let lines = desk.lines().join("\n");
            assert_eq!(lines.contains("Zeta"), !is_empty, "{keys}: {lines}");
            assert!(!lines.contains("Acme"), "{keys}: {lines}");
        }
    }
}

#[test]
fn who_hears_the_board_hears_what_is_wrong_when_it_begins_and_when_it_is_over() {
    let setup = Setup { plain: true, ..setup(Depth::Mono) };
    let Desk { world, app, effects } = Desk::with(team_board(), PLAIN_SIZE, setup);
    let mut desk = Desk { world, app: app.noticing(FOUND.map(str::to_owned), None), effects };
    let mut narrator = Narrator::default();
    let said = narrator.hear(&desk.app, false);
    for words in [&FOUND[0][..40], FOUND[1].trim_end_matches('.'), "esc dismisses what was found"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    trouble(&mut desk, Some(TROUBLE));
    let said = narrator.hear(&desk.app, false);
    assert!(said.contains("damaged at line 3") && said.contains("gangplank repair"), "{said}");
    assert_eq!(narrator.hear(&desk.app, false), "");
    let said = narrator.tell(&desk.app, gangplank::tui::model::msg::Tell::Where);
    assert!(said.contains("damaged at line 3"), "{said}");
    trouble(&mut desk, None);
    assert!(narrator.hear(&desk.app, false).contains("the board goes on"));
    desk.keys("esc");
    assert!(narrator.hear(&desk.app, true).contains("Notice dismissed"));
    desk.notify(Msg::Report(Report::Found(LATE.into())));
    let said = narrator.hear(&desk.app, false);
    assert!(said.contains(LATE.trim_end_matches('.')) && !said.contains(FOUND[1]), "{said}");
}
