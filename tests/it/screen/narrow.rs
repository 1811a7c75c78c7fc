//! Where there is little room: nothing is cut in the middle of a word or a number without saying so, and how to take
//! something back can always be read.

use std::fmt::Write;

use gangplank::text;
use gangplank::tui::layout::stage_strip::{PlacedStage, StageShape, StageStrip, placed};
use gangplank::tui::model::msg::Msg;
use gangplank::tui::model::status::{Status, Tone};
use ratatui::layout::Rect;

use crate::support::desk::Desk;
use crate::support::{World, row, team_board};

/// What is said as long as it can be, at any width: whole, or cut between two words with an ellipsis; the keys stay, unless
/// there is one alone, and it alone has no room.
#[test]
fn a_status_is_whole_or_ends_in_an_ellipsis_and_keeps_its_keys() {
    let messages = [
        "Acme: Call booked for Mon 16 Dec, 15:00",
        "Foxglove Bio: Snoozed until Fri 3 Jan 2025, past the renewal on Fri 20 Dec",
        "Acme: Reply received → 6b. Engaged with us, and kept there; stays in 6b: it has engaged already",
        "20 accounts: Task added: call them before the holidays and ask about the survey, due Fri 20 Dec",
        "1234567 accounts: Owner set to magdalena.wisniewska@customer-success.example.com",
        "Undid #512: 20 accounts → 2. Onboarding Initiated",
        "接客管理システム株式会社: 接客管理システム",
    ];
    for (message, keys) in messages.iter().flat_map(|message| {
        ["", " · u undoes it", " · u undoes it · ! forces them"].map(|keys| (message, keys))
    }) {
        for (width, wraps) in (20..=160).flat_map(|width| [(width, true), (width, false)]) {
            let status = Status::with_keys(Tone::Done, message, keys.to_owned(), wraps, width);
            let said = status.lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
            let shown = said.trim_start_matches("✓ ");
            let widest = status.lines.iter().map(|line| gangplank::text::width(line)).max();
            assert!(widest <= Some(usize::from(width)), "{width}: {:?}", status.lines);
            if status.hides_keys() {
                // The foot names the one key there is; it takes no line for itself.
                assert_eq!((shown, keys.matches(" · ").count()), (*message, 1), "{width}");
                continue;
            }
            let words = shown.strip_suffix(keys.trim_start()).unwrap_or_else(|| panic!("{width}: {shown}"));
            let words = words.trim_end();
            if let Some(kept) = words.strip_suffix('…') {
                assert!(!wraps, "{width}: {shown}");
                let rest = message.strip_prefix(kept).unwrap_or_else(|| panic!("{width}: {shown}"));
                let is_between = rest.starts_with([' ', ',', ':', ';']);
                assert!(
                    is_between
                        || !kept.contains(' ')
                        || kept.rfind(' ').is_some_and(|end| end * 2 < kept.len()),
                    "{width}: {shown}"
                );
            } else {
                let bare = |text: &str| text.replace(char::is_whitespace, "");
                assert_eq!(bare(words), bare(message), "{width}");
            }
        }
    }
}

/// What a filter finds is said whole, at the cost of what was typed and of everything else.
#[test]
fn the_count_beside_a_filter_is_never_cut() {
    let mut desk = Desk::new(team_board(), (120, 24));
    let query = "stage:1 or stage:2 or stage:3a or stage:3b or stage:4a or stage:5";
    desk.keys("/").types(query).keys("enter");
    let found = desk.app.matches().expect("there is a filter");
    for keys in ["", "t", "*"] {
        desk.keys(keys);
        for width in 40..=160 {
            desk.notify(Msg::Resize(width, 24));
            let lines = desk.lines();
            let title = lines.iter().take(2).find(|line| line.contains("match"));
            let title = title.unwrap_or_else(|| panic!("{width} {keys}: {}", lines[..2].join("\n")));
            let mut wanted = String::new();
            write!(wanted, "{found} match{}", if found == 1 { "" } else { "es" }).expect("a text takes more");
            assert!(title.contains(&wanted), "{width} {keys}: {title}");
            assert!(title.contains(query) || title.contains('…') || width < 60, "{width} {keys}: {title}");
        }
    }
}

/// Whatever is done to many accounts on a small screen, the way back and the keys at the foot stay.
#[test]
fn what_was_done_to_many_leaves_room_for_the_way_back_and_the_keys() {
    let doings = [
        ("T", "call them before the holidays and ask about the survey that they did not answer fri"),
        ("n", "they want a call before the holidays, and somebody who shows the new screens to their team"),
        ("z", "in 2 weeks"),
        ("O", "magdalena.wisniewska@customer-success.example.com"),
        ("R", "high the card expired twice, and nobody answers the mails that ask for another one"),
        ("e", "Customers who were asked about the new price list before the end of the year"),
    ];
    for (key, typed) in doings {
        let mut desk = Desk::new(team_board(), (80, 24));
        desk.keys("t *").keys(key).types(typed).keys("enter enter");
        let mut lines = desk.lines();
        let (foot, said) = (lines.pop().expect("a line"), lines.pop().expect("a line"));
        assert!(said.contains("u undoes "), "{key}: {said}\n{foot}");
        assert!(foot.contains("? Help"), "{key}: {said}\n{foot}");
    }
}

/// A stage with one account beside one with hundreds has its cell, and takes it from nobody's count.
#[test]
fn the_bar_of_the_pipeline_ends_where_the_line_does() {
    let stages = ["1", "2", "3a", "3b", "4a", "4b", "5", "6b", "6c", "6d", "7"];
    let few = stages.iter().map(|stage| row(&format!("few-{stage}"), "Few").in_stage(stage));
    let many = (0..400).map(|at| row(&format!("many-{at}"), "Many").in_stage("6a"));
    let rows: Vec<_> = few.chain(many).collect();
    let mut desk = Desk::new(World::of(&rows), (100, 40));
    for width in 100..=240 {
        desk.notify(Msg::Resize(width, 40));
        let StageStrip { stages, team } = placed(&desk.app, Rect::new(0, 2, width, 1));
        let last = stages.last().expect("there are stages");
        let team = team.map_or(0, |team| u16::try_from(text::width(&team)).expect("it fits"));
        assert!(last.x + last.width <= width - team, "{width}: {last:?}");
        let has_cell = |it: &PlacedStage| !matches!(it.shape, StageShape::Bar { cells: 0, count: 1.., .. });
        assert!(stages.iter().all(has_cell), "{width}: {stages:?}");
    }
}
