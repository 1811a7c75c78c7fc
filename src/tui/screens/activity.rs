//! The log: who did what, newest first; undoing and redoing any of it.

mod row;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{detail, put_below, put_cells, put_heads, under_heading};
use crate::playbook::transact;
use crate::prose::{
    dates,
    lists::{plural, sentence_case},
    refusals, way_back,
    workload::without_domain,
};
use crate::query::EntryQuery;
use crate::state::{AccountId, Actor, Board, Command, Entry, Refusal, Seq};
use crate::text;
use crate::tui::canvas::{chosen_row, framed, hanging, more_below, put, put_details, put_lines};
use crate::tui::input::action::{Action, Motion};
use crate::tui::layout;
use crate::tui::model::activity::{Activity, ActivityRow, NarrowedActivity, SEARCHED};
use crate::tui::model::app::App;
use crate::tui::model::focus::Overlay;
use crate::tui::model::hints::Hint;
use crate::tui::model::msg::Effect;
use crate::tui::model::screens::{ScreenRows, ScreenState};
use crate::tui::model::status::{Status, Tone};
use crate::tui::theme::Role;

pub(super) const HINTS: &[Hint] = &[
    (Action::Clear, "Back"),
    (Action::Undo, "Undo it"),
    (Action::Redo, "Redo it"),
    (Action::Open, "Accounts"),
    (Action::Filter, "Filter"),
    (Action::Help, "Help"),
];

/// How many entries by others are counted.
pub const MOST_NEWS: usize = 999;

/// The entries as they are now; those that were open go on from there.
pub(super) fn rows(app: &App) -> Activity {
    let open = app.screen.as_ref().and_then(ScreenState::activity);
    let Some(open) = open else { return Activity::new(app.board.seq(), app.looked) };
    let mut activity = open.clone();
    if activity.last == app.board.seq() {
        return activity;
    }
    if let Some(narrowed) = &mut activity.narrowed {
        if let Some(news) = app.board.entries_since(activity.last) {
            let rules = app.setup.attention_rules();
            let context = app.query_context(&rules);
            for entry in news.filter(|entry| narrowed.query.means(entry, &context)) {
                narrowed.found.insert(0, entry.seq);
            }
        } else {
            (narrowed.found, narrowed.next) = (Vec::new(), app.board.seq());
        }
    }
    activity.last = app.board.seq();
    activity
}

fn opened(app: &mut App) -> Option<&mut Activity> {
    match &mut app.screen.as_mut()?.rows {
        ScreenRows::Activity(activity) => Some(activity),
        ScreenRows::Playbooks(_)
        | ScreenRows::Explain(_)
        | ScreenRows::Forecast(_)
        | ScreenRows::Sources(_)
        | ScreenRows::Insights(_)
        | ScreenRows::Unmatched(_) => None,
    }
}

fn in_view(app: &App, screen: &ScreenState) -> Range<usize> {
    let visible = layout::screen_rows(app);
    let first = screen.first(visible);
    first..screen.rows.len().min(first + visible)
}

/// What is to be read for what is in view.
pub fn wanted(app: &mut App) -> Option<Effect> {
    if app.reading {
        return None;
    }
    let screen = app.screen.as_ref()?;
    let activity = screen.activity()?;
    let visible = layout::screen_rows(app);
    let mut rows = in_view(app, screen);
    // As many as there could be are looked for.
    rows.end = rows.end.max(rows.start + visible);
    let (last, count) = activity.wanted(&rows)?;
    app.reading = true;
    Some(Effect::Read { last, count })
}

/// Takes in the entries up to entry `last` that were read, newest last.
pub fn take(app: &mut App, last: Seq, read: &[Arc<Entry>]) {
    app.reading = false;
    let Some(screen) = &app.screen else { return };
    let Some(activity) = screen.activity() else { return };
    let view = in_view(app, screen);
    let mut activity = activity.clone();
    let rules = app.setup.attention_rules();
    let context = app.query_context(&rules);
    let searched = activity.narrowed.as_mut().filter(|narrowed| narrowed.next == last);
    let mut shown: Vec<&Arc<Entry>> = read.iter().collect();
    if let Some(narrowed) = searched {
        let found = read.iter().rev().filter(|entry| narrowed.query.means(entry, &context));
        let found: Vec<&Arc<Entry>> = found.collect();
        narrowed.found.extend(found.iter().map(|entry| entry.seq));
        narrowed.next = read.first().map_or(0, |entry| entry.seq - 1);
        // Those far below are read again once they come into view.
        shown = found.into_iter().take(view.len() + SEARCHED / 4).collect();
    }
    for entry in shown {
        activity.keep(row::of(app, entry));
    }
    activity.forget_others(&view);
    let to_end = activity.to_end;
    if let Some(open) = opened(app) {
        *open = activity;
    }
    if to_end {
        app.choose(usize::MAX);
    }
}

fn chosen(app: &mut App) -> Option<Arc<ActivityRow>> {
    let screen = app.screen.as_ref()?;
    let activity = screen.activity()?;
    let row = activity.row(screen.row).cloned();
    if row.is_none() {
        let words = if activity.is_empty() { "There is no entry here" } else { "This entry is being read" };
        app.say(Tone::Plain, words);
    }
    row
}

/// Lists the accounts of the chosen entry; opens the only one.
pub(super) fn open(app: &mut App) {
    let Some(row) = chosen(app) else { return };
    let known = row.accounts.iter().filter_map(|id| app.board.find(id));
    let accounts: HashSet<AccountId> = known.map(|account| account.id.clone()).collect();
    let is_one = accounts.len() == 1;
    if accounts.is_empty() {
        return app.say(Tone::Plain, &format!("#{} is about no account", row.seq));
    }
    app.list_only(format!("#{}", row.seq), accounts);
    if is_one {
        app.lay_over(Overlay::Detail(0));
    }
}

/// Undoes the chosen entry. What is not one's own latest change, or means more than itself, is asked first.
pub fn undo(app: &mut App) -> Option<Effect> {
    let row = chosen(app)?;
    let seq = row.seq;
    if let Some(undone) = app.board.undone(seq) {
        let key = app.board_key(Action::Redo).unwrap_or_default();
        app.say(Tone::Plain, &format!("#{seq} is undone by #{} · {key} redoes it", undone.by));
        return None;
    }
    if !row.changes_something {
        app.say(Tone::Plain, &format!("#{seq} changed nothing that can be undone"));
        return None;
    }
    let command = Command::UndoEntry(seq);
    let mut means = Vec::new();
    if let Some(entry) = &row.entry {
        let board = app.board.with_entry(entry.clone());
        match transact(&board, &app.setup.playbooks, &command, &app.setup.me, app.now) {
            Ok(Some(undo)) => means = way_back::meaning(&undo, &app.board, &app.now),
            // Of a redo, what it redid need not be at hand here.
            Ok(None) | Err(Refusal::NoSuchEntry(_)) => {}
            Err(Refusal::Overtaken { name, later: Some((later, by)), .. }) => {
                say_overtaken(app, seq, &name, later, &by);
                return None;
            }
            Err(refusal) => {
                app.say(Tone::Refused, &refusals::text(&refusal));
                return None;
            }
        }
    }
    if means.is_empty() && app.board.latest_of(&app.setup.me) == Some(seq) {
        return Some(app.submit(command));
    }
    let who = if row.by == app.setup.me { String::new() } else { format!(" by {}", row.by) };
    let mut question = format!("Undo #{seq}{who}: {}?", row.what);
    for means in means {
        question = format!("{question} {}.", sentence_case(&means));
    }
    app.confirm(&question, command);
    None
}

/// Says which later entry keeps entry `seq` from being undone, and chooses it, where it is to be seen.
fn say_overtaken(app: &mut App, seq: Seq, name: &str, later: Seq, by: &Actor) {
    let Some(activity) = app.screen.as_ref().and_then(ScreenState::activity) else { return };
    let row = activity.position(later);
    let is_there = activity.seq(row) == Some(later);
    let key = app.board_key(Action::Undo).filter(|_| is_there);
    let how = match key {
        Some(key) => format!("it is chosen now · {key} undoes {later} first"),
        None => format!("undo #{later} first"),
    };
    if is_there {
        app.choose(row);
    }
    app.say(
        Tone::Refused,
        &format!("#{seq} is not undone: {name} has changed since, by {by} in #{later}; {how}"),
    );
}

/// Whether the chosen entry is undone, or undoes another one.
pub(super) fn can_redo(app: &App, screen: &ScreenState) -> bool {
    let row = screen.activity().and_then(|activity| activity.row(screen.row));
    row.is_some_and(|row| is_taken_back(app, row.seq))
}

fn is_taken_back(app: &App, seq: Seq) -> bool {
    app.board.undone(seq).is_some() || app.board.undone_by_entry(seq).next().is_some()
}

/// Redoes the chosen entry.
pub fn redo(app: &mut App) -> Option<Effect> {
    let row = chosen(app)?;
    if !is_taken_back(app, row.seq) {
        app.say(Tone::Plain, &format!("#{} is not undone, so there is nothing to redo", row.seq));
        return None;
    }
    Some(app.submit(Command::RedoEntry(row.seq)))
}

/// What is narrowed to, as it was typed.
pub fn query(app: &App) -> Option<&str> {
    let activity = app.screen.as_ref()?.activity()?;
    Some(activity.narrowed.as_ref().map_or("", |narrowed| &narrowed.text))
}

/// Whoever has Activity open looks at what others did.
pub fn look(app: &mut App) {
    if is_open(app) && app.past.is_none() {
        (app.looked, app.by_others) = (app.board.seq(), 0);
    }
}

/// Whether Activity is what a filter is typed for.
pub fn is_open(app: &App) -> bool {
    query(app).is_some()
}

/// Narrows to the entries that `typed` means; to none but all where it is empty.
pub fn narrow(app: &mut App, typed: &str) {
    let rules = app.setup.attention_rules();
    let query = match EntryQuery::parse(typed, &app.query_context(&rules)) {
        Ok(query) => query,
        // Half a field is typed: what is seen stays as it is meanwhile.
        Err(error) => return app.say(Tone::Refused, &sentence_case(&error.to_string())),
    };
    app.status = Status::default();
    let last = app.board.seq();
    let Some(screen) = app.screen.as_ref() else { return };
    let before = screen.activity().and_then(|activity| activity.seq(screen.row));
    let Some(activity) = opened(app) else { return };
    activity.to_end = false;
    activity.narrowed = (!typed.trim().is_empty()).then(|| NarrowedActivity {
        text: typed.to_owned(),
        query,
        found: Vec::new(),
        next: last,
    });
    let row = if activity.narrowed.is_some() { 0 } else { before.map_or(0, |seq| activity.position(seq)) };
    app.choose(row);
}

/// Goes through the rows; to the oldest one, even where it has to be found first.
pub fn go(app: &mut App, motion: Motion) {
    if let Some(activity) = opened(app) {
        activity.to_end = motion == Motion::Last;
    }
}

/// What a line that is typed to narrow finds.
pub fn found(app: &App) -> Option<String> {
    let activity = app.screen.as_ref()?.activity()?;
    let Some(narrowed) = &activity.narrowed else {
        return Some("Type words, or a query such as by:clock or when:today".to_owned());
    };
    let found = plural(narrowed.found.len(), "entry", "entries");
    Some(if narrowed.next == 0 { found } else { format!("{found} back to #{}", narrowed.next + 1) })
}

/// The widths of the columns that do not grow.
const WHEN: usize = 12;
const ACCOUNTS: usize = 8;
/// From this width on, the playbooks have a column.
const WIDE: usize = 110;
const FEW_PLAYBOOKS: usize = 20;
const PLAYBOOKS: usize = 26;
/// From this width on, people stand with the domain of their address.
const WITH_DOMAIN: usize = 150;
/// From this width on, the names of several have room.
const ROOMY: usize = 200;
const ALL_PLAYBOOKS: usize = 56;

/// One row per entry, and more about the chosen one under them.
pub(super) fn draw(app: &App, screen: &ScreenState, activity: &Activity, area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let (rows, area) = (layout::rows(screen, area), area);
    let width = usize::from(rows.width);
    let number = activity.last.to_string().len().max(3) + 1;
    let (who, playbooks) = match width {
        0..WIDE => (10, 0),
        WIDE..WITH_DOMAIN => (10, FEW_PLAYBOOKS),
        WITH_DOMAIN..ROOMY => (20, PLAYBOOKS),
        ROOMY.. => (20, ALL_PLAYBOOKS),
    };
    // Where there is little room, how many accounts it was about is said under the rows alone.
    let counts = width >= WITH_DOMAIN;
    let accounts_width = if counts { ACCOUNTS + 3 } else { 0 };
    let taken = number + WHEN + who + accounts_width + playbooks + if playbooks > 0 { 7 } else { 6 };
    let what = width.saturating_sub(taken);
    let widths = [
        (number, true),
        (WHEN, false),
        (who, false),
        (if counts { ACCOUNTS } else { 0 }, true),
        // A number before it would run into it.
        (usize::from(counts), false),
        (what, false),
        (playbooks, false),
    ];
    let heads = ["No.", "When", "Who", "Accounts", "", "What happened", "Playbook"];
    put_heads(theme, rows, rows.x + 2, (&widths, heads), buf);
    if activity.is_empty() {
        let words = match &activity.narrowed {
            Some(narrowed) if narrowed.next > 0 => "Searching…",
            Some(_) => "No entry matches",
            None => "Nothing has happened yet",
        };
        put(buf, rows, rows.x + 2, rows.y + 1, words, theme.style(Role::Dim));
    }
    put_below(app, activity.len().saturating_sub(in_view(app, screen).end), rows, buf);
    for (at, line) in in_view(app, screen).zip(under_heading(rows).rows()) {
        let is_chosen = at == screen.row;
        if is_chosen {
            chosen_row(&app.theme, app.chosen_role(), line, buf);
        }
        let Some(seq) = activity.seq(at) else { continue };
        let undone = app.board.undone(seq);
        let number = seq.to_string();
        let plain = if undone.is_some() { Role::Dim } else { Role::Text };
        let leading = if is_chosen { app.chosen_role() } else { plain };
        let Some(row) = activity.row(at) else {
            put_cells(theme, line, line.x + 2, (&widths, [(&*number, Role::Dim), ("…", Role::Dim)]), buf);
            continue;
        };
        let by = row.by.to_string();
        let by = if width < WITH_DOMAIN { without_domain(&by) } else { &by };
        let accounts = match row.accounts.len() {
            0 => String::new(),
            count => count.to_string(),
        };
        let what = match undone {
            Some(undone) => format!("[undone by #{}] {}", undone.by, row.what),
            None => row.what.clone(),
        };
        let when = dates::short_moment(&app.now, row.at);
        let cells = [
            (&*number, Role::Dim),
            (&*when, Role::Dim),
            (by, plain),
            (&*accounts, plain),
            ("", plain),
            (&*what, leading),
            (&*row.playbooks, Role::Dim),
        ];
        if is_news(app, activity, row) {
            put(buf, line, line.x + 1, line.y, "●", theme.style(Role::New));
        }
        put_cells(theme, line, line.x + 2, (&widths, cells), buf);
    }
    let details = layout::details(screen, area);
    let Some(row) = activity.row(screen.row).filter(|_| !details.is_empty()) else { return };
    let title = format!("#{} · {} · {}", row.seq, row.by, dates::moment(&app.now, row.at));
    let title = text::clean(&title);
    let is_cut = text::width(&text::clean(&row.what)) > what;
    if layout::has_details_beside(screen, area) {
        draw_beside(app, row, is_cut, &title, details, buf);
    } else {
        put_details(&app.theme, &title, details, buf, |width| self::details(app, row, is_cut, width));
    }
}

/// All about an entry in a frame beside the rows, and about its account, where it is about one.
fn draw_beside(app: &App, row: &ActivityRow, is_cut: bool, title: &str, area: Rect, buf: &mut Buffer) {
    let inner = detail::inner(area);
    let width = usize::from(inner.width).max(8);
    let mut lines = details(app, row, is_cut, width);
    if let [only] = &row.accounts[..]
        && let Some(account) = app.board.get(only)
    {
        lines.push(Line::default());
        let name = text::clean(&format!("{} · {}", account.name(), account.id)).into_owned();
        lines.push(Line::styled(name, app.theme.style(Role::Header)));
        lines.extend(detail::preview(app, account, width).lines.iter().cloned());
    }
    let below = more_below(lines.len().saturating_sub(inner.height.into()));
    if framed(&app.theme, Role::Border, area, &format!(" {title} "), below, buf).is_some() {
        put_lines(buf, inner, &lines, 0);
    }
}

pub(in crate::tui) fn is_news(app: &App, activity: &Activity, row: &ActivityRow) -> bool {
    row.seq > activity.looked && row.by != app.setup.me && row.changes_something
}

/// All there is to say about an entry. What its row says is only said again where it is cut there.
fn details(app: &App, row: &ActivityRow, is_cut: bool, width: usize) -> Vec<Line<'static>> {
    let style = app.theme.style(Role::Text);
    let mut lines = Vec::new();
    let mut say = |words: &str| lines.extend(hanging(&Span::raw(""), words, style, width, 3));
    // What became of the only account says more than the row does.
    if is_cut && !row.is_told {
        say(&row.what);
    }
    if let Some(undone) = app.board.undone(row.seq) {
        say(&format!("undone by #{}", undone.by));
    }
    // Of the only account, the name stands before it there.
    let is_said = |words: &str| text::folded(&row.what).ends_with(&text::folded(words));
    for words in row.details.iter().filter(|words| is_cut || !is_said(words)) {
        say(words);
    }
    let label = Span::styled("Command  ", app.theme.style(Role::Dim));
    lines.extend(hanging(&label, &row.command, style, width, 3));
    lines
}

pub(super) fn title(app: &App, activity: &Activity) -> String {
    let Some(narrowed) = &activity.narrowed else {
        return format!("activity · {}", plural(activity.len(), "entry", "entries"));
    };
    let found = found(app).unwrap_or_default();
    text::clean(&format!("activity · filter {} · {found}", narrowed.text)).into_owned()
}

/// How many changes others than `me` made on `board` after entry `seq`.
pub fn by_others(board: &Board, seq: Seq, me: &Actor) -> usize {
    match board.entries_since(seq) {
        Some(entries) => entries.filter(|entry| entry.is_news_to(me)).count(),
        // So many are not told apart.
        None => usize::try_from(board.seq().saturating_sub(seq)).unwrap_or(usize::MAX),
    }
}
