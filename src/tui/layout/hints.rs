//! Where the keys stand at the foot of the screen.

use ratatui::layout::Rect;

use crate::text;
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::hints::{Hint, hints_here};

/// A key at the foot of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedHint {
    pub action: Action,
    pub x: u16,
    pub key: String,
    pub words: &'static str,
}

impl PlacedHint {
    pub fn width(&self) -> u16 {
        u16::try_from(text::width(&self.key) + 1 + text::width(self.words)).unwrap_or(u16::MAX)
    }
}

/// From this width on, both ways to what has no room at the foot are named: by its key, and by its name.
const BOTH_WAYS_FROM: u16 = 70;

/// Those of `hints` that fit into `area` from `x` on. The ways to all others come last and are never pushed out by them.
pub fn placed(app: &App, hints: Vec<Hint>, mut x: u16, area: Rect) -> Vec<PlacedHint> {
    let mode = app.mode();
    let hint = |(action, words): Hint| {
        let mut key = app.setup.keymap.key(mode, action)?;
        if matches!(action, Action::Jump | Action::Pick) {
            // One digit says nothing; all of them do.
            key = app.setup.keymap.keys(mode, action).join(", ");
        }
        Some(PlacedHint { action, x: 0, key, words })
    };
    let is_way = |action| match action {
        Action::Help => true,
        Action::Palette => area.width >= BOTH_WAYS_FROM,
        _ => false,
    };
    let (ways, others): (Vec<_>, Vec<_>) =
        hints.into_iter().filter_map(hint).partition(|hint| is_way(hint.action));
    let kept = ways.iter().map(|hint| hint.width() + 2).sum::<u16>();
    let mut placed = Vec::new();
    let end = area.right().saturating_sub(kept);
    let all = others.into_iter().map(|hint| (hint, end)).chain(ways.into_iter().map(|it| (it, area.right())));
    let mut is_full = false;
    for (hint, end) in all {
        is_full |= end.saturating_sub(x) < hint.width() && !is_way(hint.action);
        if (is_full && !is_way(hint.action)) || area.right().saturating_sub(x) < hint.width() {
            continue;
        }
        let width = hint.width();
        placed.push(PlacedHint { x, ..hint });
        x += width + 2;
    }
    placed
}

/// How many bytes of `way`, one of those on from a refusal, are its key.
pub fn key_of(app: &App, way: &str) -> usize {
    let ways = [Action::AcceptBetter, Action::Force, Action::Undo, Action::Redo];
    let key = ways
        .into_iter()
        .filter_map(|action| app.board_key(action))
        .find(|key| way.strip_prefix(&**key).is_some_and(|words| words.starts_with(' ')));
    key.map_or_else(|| way.find(' ').unwrap_or(way.len()), |key| key.len())
}

/// Where the keys of the screen stand at the foot: after the ways on from a refusal.
pub fn start(app: &App, area: Rect) -> u16 {
    let taken = app.status.ways_on().map(|way| text::width(way) + 2).sum::<usize>();
    u16::try_from(taken).map_or(area.right(), |taken| area.x.saturating_add(1 + taken).min(area.right()))
}

/// How many cells a question needs at the foot for how it is answered and left.
pub fn width_of_answers(app: &App) -> u16 {
    let mut answers = hints_here(app);
    answers.retain(|(action, _)| matches!(action, Action::Accept | Action::Clear));
    let placed = placed(app, answers, 0, Rect { width: u16::MAX, ..Rect::default() });
    placed.iter().map(|hint| hint.width() + 2).sum()
}
