//! Where the tabs of the views stand.

use ratatui::layout::Rect;

use crate::config::views::ViewLayout;
use crate::text;
use crate::tui::model::app::App;

/// From this width on, the program, the day and the person are named beside the tabs.
const NAMED_FROM: u16 = 100;

/// The cells of the name, and of the mark that there are more tabs.
const NAME: u16 = 11;

const MORE: u16 = 4;

/// The tabs in view.
pub struct PlacedTabs {
    pub tabs: Vec<PlacedTab>,
    /// How many lie to the left, and to the right.
    pub before: usize,
    pub beyond: usize,
}

pub struct PlacedTab {
    /// Its place among all of them.
    pub at: usize,
    pub x: u16,
    pub width: u16,
    /// What it says, clean.
    pub words: String,
}

/// Whether the name of the program stands before the tabs.
pub fn has_name(area: Rect) -> bool {
    area.width >= NAMED_FROM
}

/// The day and the person, as they stand behind the tabs.
pub fn day_and_person(app: &App) -> String {
    let day = app.now.today().format("%a %-d %b %Y");
    format!("{day} · {} ", text::clean(&app.setup.me.to_string()))
}

/// As many tabs as fit into `area`, the current one among them.
pub fn placed(app: &App, area: Rect) -> PlacedTabs {
    let current = app.current_tab().or_else(|| app.filtered_tab());
    let named = has_name(area);
    let right = if named { u16::try_from(text::width(&day_and_person(app))).unwrap_or(0) } else { 0 };
    let start = area.x + if named { NAME } else { 0 };
    let room = area.right().saturating_sub(start + right + MORE);
    let all: Vec<(usize, String)> = app.tabs.shown(current).map(|at| (at, words(app, at))).collect();
    let width = |(_, words): &(usize, String)| u16::try_from(text::width(words)).unwrap_or(u16::MAX);
    let focus = all.iter().position(|(at, _)| current == Some(*at)).unwrap_or(0);
    let fits = |from: usize, to: usize| {
        let marks = if from > 0 { MORE } else { 0 };
        all[from..to].iter().map(|tab| u32::from(width(tab))).sum::<u32>() + u32::from(marks)
            <= u32::from(room)
    };
    let mut first = 0;
    while first < focus && !fits(first, focus + 1) {
        first += 1;
    }
    let mut x = start + if first > 0 { MORE } else { 0 };
    let mut tabs = Vec::new();
    let mut end = first;
    while end < all.len() && (fits(first, end + 1) || end == focus) {
        let (at, words) = all[end].clone();
        let width = width(&all[end]).min(area.right().saturating_sub(x));
        tabs.push(PlacedTab { at, x, width, words });
        x += width;
        end += 1;
    }
    PlacedTabs { tabs, before: first, beyond: all.len() - end }
}

/// What a tab says: its name, and how many it means.
fn words(app: &App, at: usize) -> String {
    let tab = &app.tabs.tabs[at];
    let name = text::clean(&tab.view.name).into_owned();
    let is_today = tab.view.layout == ViewLayout::Today && tab.view.query.is_empty();
    let count = if is_today {
        // The queue of whoever's day it is knows at once.
        Some(app.queue.len())
    } else {
        tab.count
    };
    count.map_or_else(|| format!(" {name} "), |count| format!(" {name} {count} "))
}
