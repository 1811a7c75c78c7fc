//! The live sources: when each was read, what came of it, and what is wrong.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{in_view, under_heading};
use crate::prose::lists::plural;
use crate::prose::{dates, sources as prose};
use crate::state::SourceRead;
use crate::state::query::unmatched::waiting_of;
use crate::text;
use crate::tui::canvas::{put, rule};
use crate::tui::input::action::Action;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::hints::Hint;
use crate::tui::model::msg::Effect;
use crate::tui::model::screens::{ScreenRows, ScreenState, SourceRow};
use crate::tui::model::status::Tone;
use crate::tui::theme::Role;

pub(super) const HINTS: &[Hint] =
    &[(Action::Clear, "Back"), (Action::Open, "Read now"), (Action::Undo, "Undo"), (Action::Help, "Help")];

pub(super) fn rows(app: &App) -> Vec<SourceRow> {
    let row = |source: &crate::sources::LiveSource| {
        let status = app.sources.get(&source.name).cloned().unwrap_or_default();
        let read: Option<&SourceRead> = app.board.source_read(&source.name);
        SourceRow {
            name: source.name.clone(),
            kind: source.kind.word(),
            is_whole: source.kind.is_read_as_a_whole(),
            read_at: status.read_at.max(read.map(|read| read.at)),
            taken: read.map_or(0, |read| read.taken),
            unmatched: waiting_of(&app.board, &source.signal_source()),
            status,
        }
    };
    app.setup.sources.iter().map(row).collect()
}

/// Reads the chosen source.
pub fn read_now(app: &mut App) -> Option<Effect> {
    let ScreenState { row, rows: ScreenRows::Sources(rows), .. } = app.screen.as_ref()? else { return None };
    let Some(source) = rows.get(*row).map(|row| row.name.clone()) else {
        app.say(Tone::Plain, "There is no source: `gangplank sources add` adds one");
        return None;
    };
    if app.setup.demo {
        app.say(Tone::Plain, "The demonstration reads no source");
        return None;
    }
    app.say(Tone::Plain, &format!("{source} is being read"));
    Some(Effect::ReadSource(source))
}

/// The widths of the columns that do not grow.
const NAME: usize = 14;
const KIND: usize = 10;
const READ: usize = 12;
const COUNT: usize = 9;

/// One row a source, and more about the chosen one under them.
pub(super) fn draw(app: &App, screen: &ScreenState, rows: &[SourceRow], area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let taken = NAME + KIND + READ + 2 * COUNT + 6;
    let state = usize::from(area.width).saturating_sub(taken);
    let widths = [NAME, KIND, READ, COUNT, COUNT, state];
    let line = |cells: [&str; 6]| {
        let cell = |(at, (cell, width)): (usize, (&&str, usize))| {
            if at == 3 || at == 4 { text::fit_right(cell, width) } else { text::fit(cell, width) }
        };
        cells.iter().zip(widths).enumerate().map(cell).collect::<Vec<_>>().join(" ")
    };
    let heading = line(["Source", "Kind", "Last read", "Taken", "Unmatched", "State"]);
    put(buf, area, area.x + 1, area.y, &heading, theme.style(Role::Header));
    if rows.is_empty() {
        let lines = [
            "No live sources yet.",
            "A source brings payments, calls and replies by itself: `gangplank sources add` asks what it needs,",
            "and `gangplank docs sources` explains each.",
        ];
        for (line, row) in lines.iter().zip(under_heading(area).rows()) {
            put(buf, row, row.x + 1, row.y, line, theme.style(Role::Dim));
        }
    }
    for (source, row, chosen) in in_view(app, screen, rows, area, buf) {
        let read = source.read_at.map_or_else(|| "never".to_owned(), |at| dates::short_moment(&app.now, at));
        let how = state_of(source);
        let words = line([
            &source.name,
            source.kind,
            &read,
            &source.taken.to_string(),
            &source.unmatched.to_string(),
            &how,
        ]);
        let role = match (chosen, &source.status.error) {
            (true, _) => Role::Selection,
            (false, Some(_)) => Role::Warning,
            (false, None) => Role::Text,
        };
        put(buf, row, row.x + 1, row.y, &words, theme.style(role));
    }
    let area = layout::details(screen, area);
    if let Some(source) = rows.get(screen.row).filter(|_| !area.is_empty()) {
        draw_details(app, source, area, buf);
    }
}

fn state_of(source: &SourceRow) -> String {
    let status = &source.status;
    text::clean(&prose::state(status.error.as_deref(), status.failures, source.read_at.is_some()))
        .into_owned()
}

/// All there is to say of a source, a line each.
pub(in crate::tui) fn details(app: &App, source: &SourceRow) -> Vec<String> {
    let status = &source.status;
    let mut lines = vec![sentence(&state_of(source))];
    if status.error.is_some() {
        lines.push(format!("{}.", prose::advice(status.needs_a_person)));
    }
    if let Some(next) = status.next_at.filter(|next| *next > app.now.at) {
        let what = if status.error.is_some() { "Tried" } else { "Read" };
        lines.push(format!("{what} again {}.", dates::moment(&app.now, next)));
    }
    let mut ignored: Vec<(&String, &usize)> = status.ignored.by_kind().iter().collect();
    ignored.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    if !ignored.is_empty() {
        let each: Vec<String> = ignored.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        let when = if source.is_whole { " in the latest reading" } else { "" };
        lines.push(format!("Ignored{when}, as they say nothing about the board: {}.", each.join(", ")));
    }
    if source.unmatched > 0 {
        let signals = plural(source.unmatched, "signal waits", "signals wait");
        let key =
            app.board_key(Action::Show(crate::tui::model::screens::ScreenId::Unmatched)).unwrap_or_default();
        lines.push(format!("{signals} for an account: {key} assigns them."));
    }
    lines.extend(status.latest_rejected(app.now.at).iter().map(|why| format!("Not read: {why}")));
    lines.iter().map(|line| text::clean(line).into_owned()).collect()
}

fn sentence(words: &str) -> String {
    let words = crate::prose::lists::sentence_case(words);
    if words.ends_with(['.', '?']) { words } else { format!("{words}.") }
}

fn draw_details(app: &App, source: &SourceRow, area: Rect, buf: &mut Buffer) {
    rule(&app.theme, &source.name, area, buf);
    let width = usize::from(area.width.saturating_sub(2)).max(8);
    let lines: Vec<String> = details(app, source)
        .iter()
        .flat_map(|line| {
            textwrap::wrap(line, width).into_iter().map(std::borrow::Cow::into_owned).collect::<Vec<_>>()
        })
        .collect();
    for (line, row) in lines.iter().zip(under_heading(area).rows()) {
        put(buf, row, row.x + 1, row.y, line, app.theme.style(Role::Text));
    }
}

pub(super) fn title(rows: &[SourceRow]) -> String {
    let failing = rows.iter().filter(|row| row.status.error.is_some()).count();
    let sources = plural(rows.len(), "source", "sources");
    if failing == 0 {
        format!("sources · {sources}")
    } else {
        format!("sources · {failing} of {sources} not read")
    }
}
