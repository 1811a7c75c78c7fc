//! The screen as people see it: snapshots to look at, and what must be true of every one of them.

use std::collections::BTreeSet;

use gangplank::state::{AccountFacts, AccountRef, Command, Risk, RiskLevel, Signal, SignalData, SignalId};
use gangplank::tui::layout;
use gangplank::tui::model::app::App;
use gangplank::tui::model::columns::ColumnId;
use gangplank::tui::model::focus::{Overlay, View};
use gangplank::tui::model::msg::Msg;
use gangplank::tui::model::prompt::Prompt;
use gangplank::tui::theme::Depth;
use proptest::prelude::*;
use proptest::sample::select;
use ratatui::buffer::Buffer;
use ratatui::style::Color;

use super::snapshots::Snapshots;
use crate::support::desk::{Desk, lines, setup};
use crate::support::{World, id, import, note, row, rows_of, team_board};

const BIG: [(u16, u16); 3] = [(80, 24), (120, 40), (240, 60)];
const ALL: [(u16, u16); 5] = [(80, 24), (120, 40), (240, 60), (20, 5), (1, 1)];

fn desk(size: (u16, u16)) -> Desk {
    Desk::new(team_board(), size)
}

/// Everything that is to be looked at.
pub(super) fn snapshots() -> Snapshots {
    let mut snapshots = Snapshots::default();
    for add in [first_run, board, list, detail, questions, hostile_names] {
        add(&mut snapshots);
    }
    snapshots
}

#[test]
fn the_screens_look_like_this() {
    snapshots().check();
}

fn first_run(snapshots: &mut Snapshots) {
    for size in ALL {
        snapshots.take("first_run", &Desk::new(World::new(), size));
    }
}

fn board(snapshots: &mut Snapshots) {
    for size in ALL {
        snapshots.take("board", &desk(size));
    }
    for (account, name) in [("kite", "board_at_3a"), ("umbra", "board_at_6d"), ("xeno", "board_at_unmapped")]
    {
        for size in [(80, 24), (120, 40)] {
            snapshots.take(name, desk(size).focus(account));
        }
    }
    snapshots.take("board_at_nobody", desk((80, 24)).keys("$"));
}

fn list(snapshots: &mut Snapshots) {
    for size in [(80, 24), (120, 40), (240, 60), (20, 5)] {
        snapshots.take("list", desk(size).keys("t"));
    }
    snapshots.take("list_all", desk((80, 24)).keys("i"));
    snapshots.take("list_all", desk((120, 40)).keys("i G"));
}

fn detail(snapshots: &mut Snapshots) {
    snapshots.take("detail", desk((160, 48)).focus("kite").keys("enter"));
    snapshots.take("detail", desk((80, 24)).focus("kite").keys("enter"));
    snapshots.take("detail_end", desk((80, 24)).focus("kite").keys("enter G"));
    snapshots.take("detail_forced", desk((160, 48)).focus("gale").keys("enter"));
    snapshots.take("detail_in_list", desk((120, 40)).keys("i").focus("wren").keys("enter"));
}

fn questions(snapshots: &mut Snapshots) {
    for size in [(80, 24), (120, 40)] {
        snapshots.take("help", desk(size).keys("?"));
        snapshots.take("sort", desk(size).keys("s down"));
        snapshots.take("filter", desk(size).keys("/").types("lo"));
        snapshots.take("filter_in_list", desk(size).keys("i /").types("zolc"));
        snapshots.take("refusal", desk(size).focus("nova").keys("m 6 a"));
    }
    snapshots.take("filter_nobody", desk((80, 24)).keys("/").types("zzz"));
    snapshots.take("stage_prompt", desk((80, 24)).focus("acme").keys("m 3"));
    snapshots.take("reason_prompt", desk((80, 24)).focus("nova").keys("m 6 a !").types("they asked"));
    snapshots.take("moved", desk((80, 24)).focus("acme").keys(">"));
    snapshots.take("undone", desk((80, 24)).focus("acme").keys("> u"));
}

/// Names that would do harm if they reached the terminal as they are.
const HOSTILE: &[[&str; 7]] = &[
    ["esc", "\x1b[31mred\x1b[0m \x1b]0;title\x07", "100 USD", "2024-12-20", "dana\x1b[2J", "1", "\x1b[H"],
    ["bidi", "\u{202e}drow\u{202c} \u{2066}x\u{2069}", "100 USD", "2024-12-21", "dana", "1", "EU"],
    ["wide", "株式会社ゴンドラ製作所", "100 JPY", "2024-12-22", "山田", "1", "日本"],
    [
        "marks",
        "Z\u{300}\u{301}\u{302}\u{303}\u{304}algo e\u{301}",
        "100 USD",
        "2024-12-23",
        "dana",
        "1",
        "EU",
    ],
    ["emoji", "👨\u{200d}👩\u{200d}👧 Family ☎\u{fe0f} 🇩🇪 👍🏽", "100 USD", "2024-12-24", "dana", "2", "EU"],
    ["lines", "two\nlines\r\nand\ttabs\u{2028}more", "100 USD", "2024-12-25", "dana", "2", "EU"],
    ["zero", "\u{200b}\u{feff}Zero\u{ad}Width", "100 USD", "2024-12-26", "dana", "2", "EU"],
    ["hindi", "कंपनी लिमिटेड", "100 INR", "2024-12-27", "dana", "3a", "IN"],
    ["nothing", "\u{200b}", "100 USD", "2024-12-28", "\u{200b}", "3a", "EU"],
    ["stage", "Odd stage", "100 USD", "2024-12-29", "dana", "\x1b[31m\u{202e}Nurture 株式", "EU"],
    ["seg", "Segmented", "100 USD", "2024-12-30", "dana", "4a", "EU"],
];

fn hostile(size: (u16, u16)) -> Desk {
    let mut rows = rows_of(HOSTILE);
    rows[10].segments = vec!["\x1b[7mVIP\u{202e}".into()];
    let mut world = World::of(&rows);
    world.does(&note("esc", "note\x1b[31m\nwith\u{202e} more"));
    let risk = Risk { level: RiskLevel::High, reason: Some("\x1b]52;c;x\x07".into()) };
    world.does(&Command::SetRisk { account: id("esc"), risk });
    for (at, named) in ["\x1b[2Jx.example", "\u{202e}y.example"].into_iter().enumerate() {
        let id = SignalId::new(&format!("\x07{at}"));
        let (by, source) = (Some("\u{9b}e".into()), "\u{200b}s".into());
        let signal =
            Signal { template: None, id, at: world.now.at, by, source, data: SignalData::OutreachSent };
        world.does(&Command::RecordSignal { account: AccountRef::Domain(named.into()), signal });
    }
    Desk::new(world, size)
}

fn hostile_names(snapshots: &mut Snapshots) {
    for size in [(80, 24), (120, 40)] {
        snapshots.take("hostile", &hostile(size));
        snapshots.take("hostile_list", hostile(size).keys("t"));
    }
    snapshots.take("hostile_detail", hostile((120, 40)).focus("esc").keys("enter"));
    snapshots.take("hostile_filter", hostile((80, 24)).keys("/").types("algo"));
    snapshots.take("hostile_move", hostile((80, 24)).focus("esc").keys("m 3 a"));
}

#[test]
fn every_stage_is_on_every_big_screen() {
    let crowd = |count: usize| -> Vec<AccountFacts> {
        let stages = ["1", "2", "3a", "3b", "4a", "4b", "5", "6a", "6b", "6c", "6d", "7", "Nurture"];
        let ids = (0..count).flat_map(|at| stages.map(|stage| (format!("{stage}-{at}"), stage)));
        ids.map(|(id, stage)| row(&id, &id).in_stage(stage)).collect()
    };
    for count in [0, 1, 25, 120] {
        let mut world = team_board();
        if count > 0 {
            world.does(&import(&crowd(count)));
        }
        let mut desk = Desk::new(world, BIG[0]);
        for (size, keys) in BIG.into_iter().flat_map(|size| [(size, "0"), (size, "$")]) {
            desk.notify(Msg::Resize(size.0, size.1));
            desk.keys(keys);
            let stage_strip = &desk.lines()[1];
            let words: BTreeSet<&str> = stage_strip.split([' ', '·', '│']).collect();
            for stage in desk.app.board.pipeline().stages() {
                assert!(
                    words.contains(stage.id.as_str()),
                    "{} of {count} at {size:?}: {stage_strip}",
                    stage.id
                );
            }
        }
    }
}

#[test]
fn every_column_can_be_brought_into_view() {
    for size in ALL {
        let mut desk = desk(size);
        let column_ids: Vec<ColumnId> = desk.app.columns.column_ids().collect();
        // With a letter less in each name, all of them are in view at once.
        let all = size.0 >= 160;
        let least = if all { 15 } else { layout::MIN_COLUMN };
        desk.keys("0");
        for column_id in column_ids {
            let placed = layout::columns(&desk.app).placed;
            let focused = placed.iter().find(|placed| placed.column_id == column_id);
            let area = focused.expect("the focused column is in view").area;
            assert!(
                area.width >= least.min(size.0)
                    && (!all || placed.len() == desk.app.columns.column_ids().count()),
                "{column_id:?} at {size:?}"
            );
            desk.keys("l");
        }
    }
}

#[test]
fn the_focus_is_seen_without_colour() {
    for depth in [Depth::Mono, Depth::Ansi16] {
        for size in [(80, 24), (120, 40), (240, 60), (20, 5)] {
            for keys in ["", "t"] {
                let mut desk = Desk::with(team_board(), size, setup(depth));
                desk.focus("kite").keys(keys);
                check_focus(&desk).expect("the focus is in view");
                let (buffer, _) = desk.draw();
                for cell in buffer.content() {
                    assert_eq!(
                        cell.bg,
                        Color::Reset,
                        "the terminal's own background is what its user reads on"
                    );
                    let named = !matches!(cell.fg, Color::Rgb(..) | Color::Indexed(_));
                    assert!(
                        if depth == Depth::Mono { cell.fg == Color::Reset } else { named },
                        "{:?}",
                        cell.fg
                    );
                }
            }
        }
    }
}

#[test]
fn a_prompt_shows_where_one_types() {
    let mut desk = desk((80, 24));
    assert_eq!(desk.draw().1, None);
    desk.keys("/").types("株x").keys("left");
    let (buffer, cursor) = desk.draw();
    let cursor = cursor.expect("one is typing");
    assert_eq!(buffer[cursor].symbol(), "x");
    desk.types(&"long ".repeat(40));
    let (buffer, cursor) = desk.draw();
    let cursor = cursor.expect("one is typing");
    assert!(buffer.area.contains(cursor));
    assert_eq!(buffer[cursor].symbol(), "x", "what is typed scrolls along");
}

/// Whether the focused card is in view and marked.
fn check_focus(desk: &Desk) -> Result<(), String> {
    let Some(account) = desk.app.focused() else { return Ok(()) };
    // A small screen has no more room than for what is asked.
    if matches!(desk.app.prompt, Some(Prompt::Bulk(_))) {
        return Ok(());
    }
    let name = gangplank::text::clean(account.name()).into_owned();
    let start: String = name.chars().take(2).collect();
    let lines = desk.lines();
    // A marked one has another sign.
    let signs = ["▌", "◈"].map(|sign| format!("{sign}{start}"));
    let seen = lines.iter().any(|line| signs.iter().any(|start| line.contains(start)));
    if seen {
        Ok(())
    } else {
        Err(format!("{name} at {:?} is not in view:\n{}", desk.app.size, lines.join("\n")))
    }
}

/// What is true of whatever is drawn: nothing but plain text, every row as wide as the screen, and nothing of one
/// column in another.
fn check_cells(app: &App, buffer: &Buffer) -> Result<(), String> {
    let (width, height) = app.size;
    let lines = lines(buffer);
    if lines.len() != usize::from(height) {
        return Err(format!("{} lines", lines.len()));
    }
    for line in &lines {
        if line.chars().any(|c| c.is_control() || gangplank::text::is_bidi_control(c)) {
            return Err(format!("raw: {line:?}"));
        }
        if gangplank::text::width(line) != usize::from(width) {
            return Err(format!("{} cells instead of {width}: {line}", gangplank::text::width(line)));
        }
    }
    if app.view == View::Board
        && app.overlay.is_none()
        && app.screen.is_none()
        && app.prompt.is_none()
        && app.begun_keys.is_empty()
        && !app.is_first_run()
    {
        let body = layout::areas(app).body;
        for placed in layout::columns(app).placed {
            let gap = placed.area.right();
            for y in body.y..body.bottom() {
                if gap < body.right() && !matches!(buffer[(gap, y)].symbol(), " " | "│") {
                    return Err(format!(
                        "column {:?} runs over at line {y}:\n{}",
                        placed.column_id,
                        lines.join("\n")
                    ));
                }
            }
        }
    }
    Ok(())
}

fn check(desk: &Desk) -> Result<(), TestCaseError> {
    let (buffer, cursor) = desk.draw();
    check_cells(&desk.app, &buffer).map_err(TestCaseError::fail)?;
    prop_assert!(cursor.is_none_or(|cursor| buffer.area.contains(cursor)), "the cursor is at {cursor:?}");
    Ok(())
}

/// Every way a screen can look at once.
fn dress(desk: &mut Desk, view: View, overlay: Option<Overlay>, keys: &str, query: &str) {
    desk.app.view = view;
    desk.app.filter_by(query);
    desk.app.overlay = overlay;
    desk.app.settle();
    desk.keys(keys);
}

const PRESSED: [&str; 40] = [
    "p",
    "F",
    "E",
    "U",
    "A",
    "x",
    "1",
    "space",
    "h",
    "l",
    "j",
    "k",
    "g",
    "G",
    "pgdn",
    "pgup",
    "home",
    "end",
    "t",
    "a",
    "tab",
    ">",
    "<",
    "m",
    "6",
    "a",
    "3",
    "enter",
    "esc",
    "u",
    "ctrl-r",
    "/",
    "e",
    "s",
    "?",
    ".",
    "!",
    "J",
    "K",
    "backspace",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_size_is_safe(
        size in (0..=300_u16, 0..=100_u16),
        small in (0..=24_u16, 0..=12_u16),
        which in 0..3_usize,
        view in select(&[View::Board, View::List { all: false }, View::List { all: true }][..]),
        overlay in select(&[None, Some(Overlay::Detail(0)), Some(Overlay::Detail(9)), Some(Overlay::Help(0)), Some(Overlay::Help(99))][..]),
        keys in select(&["", "p", "F", "p G", "E", "E j ?", "U", "U j enter", "U enter o", "A U", "s", "m", "<", "/ e", "m 6 a", "x", "G", "$", "> m 6 a !"][..]),
        query in select(&["", "o", "zzz"][..]),
    ) {
        for size in [size, small] {
            let world = match which { 0 => World::new(), 1 => team_board(), _ => hostile(size).world };
            let mut desk = Desk::new(world, size);
            dress(&mut desk, view, overlay, keys, query);
            check(&desk)?;
            // A screen may be drawn once more before it learns of its new size, and the other way round.
            desk.notify(Msg::Resize(small.0, size.1));
            check(&desk)?;
        }
    }

    #[test]
    fn the_focus_is_always_in_view(
        size in select(&[(80, 24), (120, 40), (240, 60), (20, 5), (60, 15)][..]),
        then in select(&[(80, 24), (120, 40), (30, 9)][..]),
        keys in prop::collection::vec(select(&PRESSED[..]), 0..32),
    ) {
        let mut desk = desk(size);
        for (at, key) in keys.iter().enumerate() {
            if at == keys.len() / 2 {
                desk.notify(Msg::Resize(then.0, then.1));
            }
            desk.keys(key);
            check(&desk)?;
            let covered = desk.app.overlay.is_some()
                || desk.app.screen.is_some()
                || matches!(desk.app.prompt, Some(Prompt::Pick(_) | Prompt::Line(_)))
                || !desk.app.begun_keys.is_empty();
            if !covered {
                check_focus(&desk).map_err(|why| TestCaseError::fail(format!("after {key}: {why}")))?;
            }
        }
    }
}
