//! The live sources and the receivers: when something came from each, what became of it, and what is wrong.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{in_view, put_cells, put_heads, under_heading};
use crate::prose::lists::plural;
use crate::prose::{dates, sources as prose};
use crate::sources::receiver::{LiveReceiver, ReceiverStatus};
use crate::sources::{IgnoredCounts, LiveSource, SourceStatus};
use crate::state::SourceRead;
use crate::state::query::unmatched::waiting_of;
use crate::text;
use crate::tui::canvas::{put, rule};
use crate::tui::input::action::Action;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::hints::Hint;
use crate::tui::model::msg::Effect;
use crate::tui::model::screens::{ScreenId, ScreenRows, ScreenState, SourceRow, SourceTransport};
use crate::tui::model::status::Tone;
use crate::tui::theme::Role;

pub(super) const HINTS: &[Hint] =
    &[(Action::Clear, "Back"), (Action::Open, "Read now"), (Action::Undo, "Undo"), (Action::Help, "Help")];

pub(super) fn rows(app: &App) -> Vec<SourceRow> {
    let pulled = |source: &LiveSource| {
        let status = app.sources.get(&source.name).cloned().unwrap_or_default();
        let read: Option<&SourceRead> = app.board.source_read(&source.name);
        SourceRow {
            name: source.name.clone(),
            kind: source.kind.word(),
            read_at: status.read_at.max(read.map(|read| read.at)),
            taken: read.map_or(0, |read| read.taken),
            unmatched: waiting_of(&app.board, &source.signal_source()),
            how: SourceTransport::Pulled { status, is_whole: source.kind.is_read_as_a_whole() },
        }
    };
    let delivered = |receiver: &LiveReceiver| {
        let status = app.receivers.get(&receiver.name).cloned().unwrap_or_default();
        let provider = receiver.kind.provider();
        SourceRow {
            name: receiver.name.clone(),
            kind: "webhook",
            read_at: status.received_at,
            taken: status.taken,
            unmatched: provider.map_or(0, |provider| waiting_of(&app.board, provider.word())),
            how: SourceTransport::Delivered {
                status,
                by: receiver.kind.sender(),
                path: receiver.path.clone(),
            },
        }
    };
    let sources = app.setup.sources.iter().map(pulled);
    sources.chain(app.setup.receivers.iter().map(delivered)).collect()
}

/// How the receivers fare is looked at when the screen opens, and while it is open after each change of the board and each
/// minute: another process serves them.
pub(in crate::tui) fn wanted(app: &mut App) -> Option<Effect> {
    let is_open = app.screen.as_ref().is_some_and(|screen| screen.id == ScreenId::Sources);
    if !is_open || app.setup.receivers.is_empty() {
        app.receivers_asked = None;
        return None;
    }
    let asked = Some((app.board.seq(), app.now.at.timestamp() / 60));
    (std::mem::replace(&mut app.receivers_asked, asked) != asked).then_some(Effect::LookAtReceivers)
}

/// Reads the chosen source.
pub fn read_now(app: &mut App) -> Option<Effect> {
    let ScreenState { row, rows: ScreenRows::Sources(rows), .. } = app.screen.as_ref()? else { return None };
    let Some(chosen) = rows.get(*row) else {
        app.say(Tone::Plain, "There is no source: `gangplank sources add` adds one");
        return None;
    };
    let source = chosen.name.clone();
    if matches!(chosen.how, SourceTransport::Delivered { .. }) {
        app.say(Tone::Plain, &format!("{source} is delivered to by itself: there is nothing to read"));
        return None;
    }
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
    let widths = widths.map(|width| (width, width == COUNT));
    let heads = ["Source", "Kind", "Latest", "Taken", "Unmatched", "State"];
    put_heads(theme, area, area.x + 1, (&widths, heads), buf);
    if rows.is_empty() {
        let lines = [
            "No live sources and no receivers yet.",
            "A source brings payments, calls and replies by itself: `gangplank sources add` asks what it needs,",
            "and `gangplank docs sources` explains each.",
            "With a machine that has a public address, a receiver is told at once: `gangplank docs receivers`.",
        ];
        for (line, row) in lines.iter().zip(under_heading(area).rows()) {
            put(buf, row, row.x + 1, row.y, line, theme.style(Role::Dim));
        }
    }
    for (source, row, chosen) in in_view(app, screen, rows, area, buf) {
        let read = source.read_at.map_or_else(|| "never".to_owned(), |at| dates::short_moment(&app.now, at));
        let how = state_of(app, source);
        let (taken, unmatched) = (source.taken.to_string(), source.unmatched.to_string());
        let state = if is_wrong(app, source) { Role::Warning } else { Role::Text };
        let cells = [
            (&*source.name, if chosen { app.chosen_role() } else { Role::Name }),
            (source.kind, Role::Dim),
            (&*read, Role::Dim),
            (&*taken, Role::Text),
            (&*unmatched, if source.unmatched > 0 { Role::Text } else { Role::Dim }),
            (&*how, state),
        ];
        put_cells(theme, row, row.x + 1, (&widths, cells), buf);
    }
    let area = layout::details(screen, area);
    if let Some(source) = rows.get(screen.row).filter(|_| !area.is_empty()) {
        draw_details(app, source, area, buf);
    }
}

fn is_wrong(app: &App, source: &SourceRow) -> bool {
    match &source.how {
        SourceTransport::Pulled { status, .. } => status.error.is_some(),
        SourceTransport::Delivered { status, .. } => {
            status.error.is_some()
                || status.refused_because.is_some()
                || status.latest_unreadable(app.now.at).is_some()
        }
    }
}

fn state_of(app: &App, source: &SourceRow) -> String {
    let state = match &source.how {
        SourceTransport::Pulled { status, .. } => {
            prose::state(status.error.as_deref(), status.failures, source.read_at.is_some())
        }
        SourceTransport::Delivered { status, .. } => prose::received(
            status.error.as_deref(),
            status.refused_because.as_deref().map(|why| (status.refused, why)),
            status.latest_unreadable(app.now.at),
            status.received_at.is_some(),
        ),
    };
    text::clean(&state).into_owned()
}

/// All there is to say of a source, a line each.
pub(in crate::tui) fn details(app: &App, source: &SourceRow) -> Vec<String> {
    let mut lines = vec![sentence(&state_of(app, source))];
    match &source.how {
        SourceTransport::Pulled { status, is_whole } => {
            pulled_details(app, status, &mut lines);
            let when = if *is_whole { " in the latest reading" } else { "" };
            lines.extend(ignored(&status.ignored, when));
        }
        SourceTransport::Delivered { status, by, path } => {
            delivered_details(app, status, by, path, &mut lines);
            lines.extend(ignored(&status.ignored, ""));
        }
    }
    if source.unmatched > 0 {
        let signals = plural(source.unmatched, "signal waits", "signals wait");
        let key = app.board_key(Action::Show(ScreenId::Unmatched)).unwrap_or_default();
        lines.push(format!("{signals} for an account: {key} assigns them."));
    }
    if let SourceTransport::Pulled { status, .. } = &source.how {
        lines.extend(status.latest_rejected(app.now.at).iter().map(|why| format!("Not read: {why}")));
    }
    lines.iter().map(|line| text::clean(line).into_owned()).collect()
}

fn pulled_details(app: &App, status: &SourceStatus, lines: &mut Vec<String>) {
    if status.error.is_some() {
        lines.push(format!("{}.", prose::advice(status.needs_a_person)));
    }
    if let Some(next) = status.next_at.filter(|next| *next > app.now.at) {
        let what = if status.error.is_some() { "Tried" } else { "Read" };
        lines.push(format!("{what} again {}.", dates::moment(&app.now, next)));
    }
}

fn delivered_details(app: &App, status: &ReceiverStatus, by: &str, path: &str, lines: &mut Vec<String>) {
    let is_unreadable = status.latest_unreadable(app.now.at).is_some();
    let advice =
        prose::receiver_advice(status.error.is_some(), status.refused_because.is_some(), is_unreadable);
    lines.extend(advice.map(|advice| format!("{advice}.")));
    lines.push(match status.received_at {
        Some(at) => format!("{by} delivers to {path}, the latest came {}.", dates::moment(&app.now, at)),
        None => format!(
            "{by} delivers to {path} of your public address while `gangplank serve` runs: `gangplank docs receivers` \
             shows how."
        ),
    });
    if status.known > 0 {
        lines.push(format!("{} known already.", plural_of(status.known, "signal was", "signals were")));
    }
}

fn plural_of(count: u64, one: &str, several: &str) -> String {
    plural(usize::try_from(count).unwrap_or(usize::MAX), one, several)
}

/// What says nothing about the board, the most frequent type first.
fn ignored(counts: &IgnoredCounts, when: &str) -> Option<String> {
    let mut ignored: Vec<(&String, &usize)> = counts.by_kind().iter().collect();
    ignored.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let each: Vec<String> = ignored.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    (!each.is_empty())
        .then(|| format!("Ignored{when}, as they say nothing about the board: {}.", each.join(", ")))
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
    let is_pulled = |row: &&SourceRow| matches!(row.how, SourceTransport::Pulled { .. });
    let is_failing = |row: &&SourceRow| match &row.how {
        SourceTransport::Pulled { status, .. } => status.error.is_some(),
        SourceTransport::Delivered { .. } => false,
    };
    let (failing, pulled) = (rows.iter().filter(is_failing).count(), rows.iter().filter(is_pulled).count());
    let sources = plural(pulled, "source", "sources");
    let mut title = if failing == 0 {
        format!("sources · {sources}")
    } else {
        format!("sources · {failing} of {sources} not read")
    };
    if rows.len() > pulled {
        title += " · ";
        title += &plural(rows.len() - pulled, "receiver", "receivers");
    }
    title
}
