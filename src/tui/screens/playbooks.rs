//! The playbooks: which are on, the accounts each would act on, and what it did lately; and turning one on or off.

use std::collections::HashSet;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{in_view, put_cells, put_heads};
use crate::playbook::{Origin, Playbook, PlaybookRuns, reaches};
use crate::prose::{self, dates, entries, lists::plural, refusals, runs::all_runs_in};
use crate::state::{Account, AccountId, Entry};
use crate::text;
use crate::tui::canvas::{hanging, put, put_details};
use crate::tui::input::action::Action;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::hints::Hint;
use crate::tui::model::msg::Effect;
use crate::tui::model::screens::{PlaybookRow, RecentRun, ScreenState};
use crate::tui::model::status::Tone;
use crate::tui::theme::Role;

pub(super) const HINTS: &[Hint] = &[
    (Action::Clear, "Back"),
    (Action::Switch, "Turn on or off"),
    (Action::Open, "Accounts"),
    (Action::Undo, "Undo"),
    (Action::Help, "Help"),
];

/// How many runs of a playbook are listed: an import may set one off thousands of times.
const RECENT_RUNS: usize = 16;

/// How many names of the accounts a playbook would act on are kept.
const NAMES: usize = 24;

pub(super) fn rows(app: &App) -> Vec<PlaybookRow> {
    let mut entries: Vec<&Arc<Entry>> = app.board.recent().collect();
    entries.reverse();
    let mut runs = PlaybookRuns::default();
    for entry in &entries {
        runs.take(entry);
    }
    let playbooks = &app.setup.playbooks.all;
    let mut rows: Vec<_> =
        playbooks.iter().map(|playbook| without_accounts(app, playbook, &entries, &runs)).collect();
    // Account by account: there may be very many, and each is looked up once.
    for account in everybody(app) {
        for (playbook, row) in playbooks.iter().zip(&mut rows) {
            if would_act_on(app, playbook, account) {
                row.accounts += 1;
                row.off_board += usize::from(account.placement.is_none());
                if row.names.len() < NAMES {
                    row.names.push(account.name().to_owned());
                }
            }
        }
    }
    rows
}

fn without_accounts(
    app: &App,
    playbook: &Playbook,
    entries: &[&Arc<Entry>],
    runs: &PlaybookRuns,
) -> PlaybookRow {
    let count = runs.of(&playbook.id.0).len();
    let recent = runs.of(&playbook.id.0).rev().filter_map(|run| {
        let entry = entries.iter().find(|entry| entry.seq == run.seq)?;
        let mut all = all_runs_in(&entry.events);
        let its_own = all.find(|its| its.account == &run.account && its.playbook == &*playbook.id.0)?;
        let words = entries::changes(its_own.did, &app.board, &app.now);
        let name = app.board.get(&run.account).map_or(run.account.as_str(), |account| account.name());
        (!words.is_empty()).then(|| RecentRun { at: run.at, name: name.to_owned(), words })
    });
    PlaybookRow {
        id: playbook.id.0.clone(),
        title: playbook.title.clone(),
        on: playbook.is_on(&app.board),
        off_in_file: playbook.off_in_file,
        origin: playbook.origin,
        timed: playbook.on.is_timed(),
        trigger: prose::playbooks::trigger(&playbook.on),
        requires: prose::requirements::text(&playbook.when),
        does: playbook.then.iter().map(prose::playbooks::action).collect::<Vec<_>>().join(" and "),
        rule: prose::playbooks::rule(playbook),
        accounts: 0,
        off_board: 0,
        names: Vec::new(),
        runs: count,
        recent_runs: recent.take(RECENT_RUNS).collect(),
    }
}

/// Everybody, in the order of the lists; those who are asleep once they were read.
fn everybody(app: &App) -> impl Iterator<Item = &Arc<Account>> {
    let (board, knows_asleep) = (&app.board, app.can_ask_about_asleep());
    let account = move |id| if knows_asleep { board.get(id) } else { board.get_awake(id) };
    app.columns.list(true).all().iter().filter_map(move |row| account(&row.id))
}

/// Whether `playbook` would act on `account`: now, where time sets it off, else if that happened to it.
fn would_act_on(app: &App, playbook: &Playbook, account: &Account) -> bool {
    reaches(&app.board, &app.setup.playbooks, playbook, account, app.now)
}

fn chosen(app: &App) -> Option<&Playbook> {
    let id = &app.screen.as_ref()?.playbook_row()?.id;
    app.setup.playbooks.all.iter().find(|playbook| playbook.id.0 == *id)
}

/// Lists the accounts the chosen playbook would act on, and no others.
pub(super) fn open(app: &mut App) {
    let Some(playbook) = chosen(app) else { return app.say(Tone::Plain, "There is no playbook here") };
    let accounts = everybody(app).filter(|account| would_act_on(app, playbook, account));
    let accounts: HashSet<AccountId> = accounts.map(|account| account.id.clone()).collect();
    if accounts.is_empty() {
        return app.say(Tone::Plain, "It would act on no account");
    }
    app.list_only(playbook.id.to_string(), accounts);
}

/// Turns the chosen playbook on or off.
pub fn switch(app: &mut App) -> Option<Effect> {
    let Some(playbook) = chosen(app) else {
        app.say(Tone::Plain, "There is no playbook to turn on or off");
        return None;
    };
    match playbook.switch(!playbook.is_on(&app.board)) {
        Ok(command) => Some(app.submit(command)),
        Err(refusal) => {
            app.say(Tone::Refused, &refusals::text(&refusal));
            None
        }
    }
}

/// From this width on, the list also says how often each ran, when last, and what sets it off.
const WIDEST: usize = 110;
/// From this width on, there is room for what playbooks are called in files too: it stands over what is said of the chosen one.
pub(super) const WITH_ID: usize = 200;
/// The longest id of ours, and a cell.
pub(super) const ID: usize = 30;

/// With less room than this, what a playbook does, when and for whom is only said below the list.
const LEAST_RULE: usize = 40;

/// The widths of the columns, in their order, and whether each is set to the right. One that does not fit has none.
type Widths = [(usize, bool); 8];

/// The widths on a screen of `width` cells: titles, of which the widest has `title` cells, and what playbooks do share
/// what is left.
fn columns(width: usize, title: usize) -> Widths {
    let (on, accounts) = (5, 8);
    let (runs, last) = if width < WIDEST { (0, 0) } else { (5, 9) };
    let id = if width < WITH_ID { 0 } else { ID };
    let taken = [on, accounts, 1, runs, last, id].into_iter().filter(|width| *width > 0);
    let room = width.saturating_sub(1 + taken.map(|width| width + 1).sum::<usize>());
    let title = title.min(room / 2);
    let rule = room.saturating_sub(title + 1);
    let (title, rule) = if width < WIDEST || rule < LEAST_RULE { (room, 0) } else { (title, rule) };
    // A number would run into the title behind it.
    [
        (on, false),
        (accounts, true),
        (runs, true),
        (1, false),
        (last, false),
        (id, false),
        (title, false),
        (rule, false),
    ]
}

/// One row per playbook, and more about the chosen one under them.
pub(super) fn draw(app: &App, screen: &ScreenState, rows: &[PlaybookRow], area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let heading = ["On", "Acts on", "Runs", "", "Last", "Id", "Playbook", "What it does"];
    let widest = rows.iter().map(|row| text::width(&title_of(row, false))).max().unwrap_or(0);
    let widths = columns(usize::from(area.width), widest);
    // Without the brackets in all lines, or in none: what begins alike is seen as alike.
    let is_whole = rows.iter().all(|row| text::width(&title_of(row, true)) <= widths[6].0);
    put_heads(theme, area, area.x + 1, (&widths, heading), buf);
    if rows.is_empty() {
        put(buf, area, area.x + 1, area.y + 1, "There are no playbooks", theme.style(Role::Dim));
    }
    for (row, line, chosen) in in_view(app, screen, rows, area, buf) {
        let on = if row.on { ("● on", Role::Ok) } else { ("○ off", Role::Warning) };
        // As many as the board has at most; whoever is off the board is counted where nobody is on it.
        let accounts = match (row.accounts - row.off_board, row.off_board) {
            (0, 0) => "–".to_owned(),
            (0, off) => format!("{off} off"),
            (count, _) if row.timed => format!("{count} now"),
            (count, _) => count.to_string(),
        };
        let accounts_role = if row.on && row.accounts > 0 { Role::Text } else { Role::Dim };
        let runs = if row.runs == 0 { "–".to_owned() } else { row.runs.to_string() };
        let last = row.recent_runs.first();
        let last = last.map(|run| dates::short_age(&app.now, run.at)).unwrap_or_default();
        let title_role = match (chosen, row.on) {
            (true, _) => app.chosen_role(),
            (false, true) => Role::Name,
            (false, false) => Role::Dim,
        };
        let title = title_of(row, is_whole);
        let cells = [
            on,
            (&*accounts, accounts_role),
            (&*runs, Role::Dim),
            ("", Role::Dim),
            (&*last, Role::Dim),
            (&*text::clean(&row.id), Role::Dim),
            (&*title, title_role),
            (&*text::clean(&row.rule), Role::Dim),
        ];
        put_cells(theme, line, line.x + 1, (&widths, cells), buf);
    }
    draw_details(app, screen, layout::details(screen, area), buf);
}

/// The title of a playbook, whole or in short; a team's own says so.
fn title_of(row: &PlaybookRow, is_whole: bool) -> String {
    let owner = if row.origin == Origin::Team { "team · " } else { "" };
    format!("{owner}{}", short_title(&text::clean(&row.title), is_whole))
}

/// `title`, whole or without the name of the automation in brackets that many begin with.
pub(super) fn short_title(title: &str, is_whole: bool) -> &str {
    let rest = title.strip_prefix('[').and_then(|title| Some(title.split_once("] ")?.1));
    rest.filter(|_| !is_whole).unwrap_or(title)
}

/// What there is to say about the chosen playbook.
fn draw_details(app: &App, screen: &ScreenState, area: Rect, buf: &mut Buffer) {
    let Some(row) = screen.playbook_row().filter(|_| !area.is_empty()) else { return };
    let state = match (row.on, row.off_in_file) {
        (true, _) => "on",
        (false, false) => "off",
        (false, true) => "off in playbooks.toml",
    };
    let owner = if row.origin == Origin::Team { " · your team's" } else { "" };
    let title = format!("{} · {state}{owner}", row.id);
    let height = usize::from(area.height.saturating_sub(1));
    put_details(&app.theme, &title, area, buf, |width| details(app, row, (width, height)));
}

/// The width of a label.
const LABEL: usize = 9;

/// In lines of `width` cells: of its runs, as many as `height` lines have room for.
fn details(app: &App, row: &PlaybookRow, (width, height): (usize, usize)) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let labelled = |label: &'static str, words: &str, most: usize| {
        let label = Span::styled(text::fit(label, LABEL), theme.style(Role::Dim));
        hanging(&label, words, theme.style(Role::Text), width, most)
    };
    let mut lines = labelled("When", &row.trigger, 2);
    if !row.requires.is_empty() {
        lines.extend(labelled("If", &row.requires, 4));
    }
    lines.extend(labelled("Action", &row.does, 2));
    lines.extend(labelled("Acts on", &would_act_on_in_words(row), 3));
    let shown = row.recent_runs.len().min(height.saturating_sub(lines.len() + 1));
    let times = plural(row.runs, "time", "times");
    let runs = match (row.runs, shown) {
        (0, _) => "No recent runs".to_owned(),
        (_, 0) => format!("Ran {times}"),
        (runs, _) if shown < runs => format!("Ran {times}; the latest {shown}:"),
        _ => format!("Ran {times}:"),
    };
    lines.extend(labelled("Runs", &runs, 1));
    for run in &row.recent_runs[..shown] {
        let at = dates::short_moment(&app.now, run.at);
        lines.extend(labelled("", &format!("{at:>12}  {} {}", run.name, run.words), 1));
    }
    // The list has most of it.
    lines.extend(labelled("Title", &row.title, 2));
    lines
}

pub(in crate::tui) fn would_act_on_in_words(row: &PlaybookRow) -> String {
    let if_on = if row.on { "" } else { ", if it were on" };
    let when = if row.timed { "now" } else { "when that happens" };
    match (row.accounts, row.timed, row.on) {
        (0, true, true) => "No accounts now".to_owned(),
        (0, true, false) => "No accounts now, even if it were on".to_owned(),
        (0, false, _) => "No accounts as things stand".to_owned(),
        (accounts, ..) => {
            let more = accounts.saturating_sub(row.names.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let all = plural(accounts, "account", "accounts");
            let off = match row.off_board {
                0 => String::new(),
                off if off == accounts => " off the board".to_owned(),
                off => format!(" ({off} off the board)"),
            };
            format!("{all}{off} {when}{if_on}: {}{more}", row.names.join(", "))
        }
    }
}

pub(super) fn title(rows: &[PlaybookRow]) -> String {
    let off = rows.iter().filter(|row| !row.on).count();
    let off = if off > 0 { format!(" · {off} off") } else { String::new() };
    format!("{}{off}", plural(rows.len(), "playbook", "playbooks"))
}
