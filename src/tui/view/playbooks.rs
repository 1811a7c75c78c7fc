//! The playbooks: which are on, whom each would touch, and what it did lately.

use crate::prose::dates;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::layout;
use super::{put, put_lines, rule};
use crate::playbook::Origin;
use crate::prose::lists::plural;
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::screens::{PlaybookRow, ScreenState};
use crate::tui::theme::Role;

/// From this width on, playbooks are named by their ids too: titles begin alike.
const WIDE: usize = 60;
/// From this width on, the list also says how often each ran, when last, and what sets it off.
const WIDEST: usize = 110;

/// The widths of the columns; one that does not fit is none at all.
struct Widths {
    did: usize,
    last: usize,
    id: usize,
    title: usize,
    when: usize,
}

impl Widths {
    const ON: usize = 3;
    const REACH: usize = 8;

    fn of(width: usize) -> Self {
        let (did, last) = if width < WIDEST { (0, 0) } else { (5, 12) };
        let id = if width < WIDE { 0 } else { ID };
        let taken = [Self::ON, Self::REACH, did, last, id].into_iter().filter(|width| *width > 0);
        let room = width.saturating_sub(1 + taken.map(|width| width + 1).sum::<usize>());
        let title = if width < WIDEST { room } else { room * 11 / 20 };
        Self { did, last, id, title, when: room.saturating_sub(title + 1) }
    }
}

/// The width of a playbook's id; longer ones are cut.
pub(super) const ID: usize = 19;

/// One row per playbook, and more about the chosen one under them.
pub(super) fn draw(
    app: &App,
    page: &ScreenState,
    playbook_rows: &[PlaybookRow],
    area: Rect,
    buf: &mut Buffer,
) {
    let theme = &app.setup.theme;
    let widths = Widths::of(usize::from(area.width));
    let head = |words| (words, Role::Header);
    let heading =
        [head("On"), head("Acts on"), head("Did"), head("Last"), head("Id"), head("Playbook"), head("When")];
    row(app, area, &widths, heading, buf);
    let rows = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if playbook_rows.is_empty() {
        put(buf, rows, rows.x + 1, rows.y, "There are no playbooks", theme.style(Role::Dim));
    }
    let visible = layout::page_rows(app);
    for ((at, playbook_row), line) in
        playbook_rows.iter().enumerate().skip(page.first(visible)).take(visible).zip(rows.rows())
    {
        let chosen = at == page.row;
        if chosen {
            put(buf, line, line.x, line.y, "▌", theme.style(Role::Accent));
        }
        let on = if playbook_row.on { ("on", Role::Ok) } else { ("off", Role::Warning) };
        let quiet = if playbook_row.on && playbook_row.reach > 0 { Role::Text } else { Role::Dim };
        let latest = playbook_row.lately.first();
        let did = if playbook_row.did == 0 { "–".to_owned() } else { playbook_row.did.to_string() };
        let last = latest.map(|run| dates::short_moment(&app.now, run.at)).unwrap_or_default();
        let name = match (chosen, playbook_row.on) {
            (true, _) => Role::Selection,
            (false, true) => Role::Name,
            (false, false) => Role::Dim,
        };
        let owner = if playbook_row.origin == Origin::Team { "team · " } else { "" };
        let title = text::clean(&format!("{owner}{}", playbook_row.title)).into_owned();
        let cells = [
            on,
            (&*reach(playbook_row), quiet),
            (&*did, Role::Dim),
            (&*last, Role::Dim),
            (&*text::clean(&playbook_row.id), Role::Dim),
            (&*title, name),
            (&*text::clean(&playbook_row.trigger), Role::Dim),
        ];
        row(app, line, &widths, cells, buf);
    }
    let height = page.screen().detail_lines(area.height);
    let under = Rect { y: area.bottom() - height, height, ..area };
    more(app, page, under, buf);
}

/// Writes what is in the columns, in their order.
fn row(app: &App, line: Rect, widths: &Widths, cells: [(&str, Role); 7], buf: &mut Buffer) {
    let Widths { did, last, id, title, when } = *widths;
    let columns = [
        (Widths::ON, false),
        (Widths::REACH, true),
        (did, true),
        (last, false),
        (id, false),
        (title, false),
        (when, false),
    ];
    let mut x = line.x + 1;
    for ((words, role), (width, right)) in cells.into_iter().zip(columns).filter(|(_, (width, _))| *width > 0)
    {
        let words = if right { text::fit_right(words, width) } else { text::fit(words, width) };
        x = put(buf, line, x, line.y, &words, app.setup.theme.style(role)) + 1;
    }
}

/// How many accounts it would touch, and whether at once.
fn reach(playbook_row: &PlaybookRow) -> String {
    match playbook_row.reach {
        0 => "–".to_owned(),
        count if playbook_row.timed => format!("{count} now"),
        count => count.to_string(),
    }
}

/// What there is to say about the chosen playbook.
fn more(app: &App, page: &ScreenState, area: Rect, buf: &mut Buffer) {
    let Some(playbook_row) = page.playbook_row().filter(|_| !area.is_empty()) else { return };
    let state = match (playbook_row.on, playbook_row.off_in_file) {
        (true, _) => "on",
        (false, false) => "off",
        (false, true) => "off in playbooks.toml",
    };
    let owner = if playbook_row.origin == Origin::Team { " · your team's" } else { "" };
    rule(app, &format!("{} · {state}{owner}", playbook_row.id), area, buf);
    let inner =
        Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height - 1 };
    put_lines(buf, inner, &about(app, playbook_row, inner), 0);
}

fn about(app: &App, playbook_row: &PlaybookRow, area: Rect) -> Vec<Line<'static>> {
    let theme = &app.setup.theme;
    let mut lines = Vec::new();
    let width = usize::from(area.width);
    let mut say = |label: &'static str, words: &str, most: usize| {
        let words = text::clean(words).into_owned();
        let parts = textwrap::wrap(&words, width.saturating_sub(LABEL).max(8));
        let cut = parts.len() > most;
        for (at, part) in parts.iter().take(most).enumerate() {
            let part = if cut && at + 1 == most { format!("{part} …") } else { part.to_string() };
            lines.push(Line::from(vec![
                Span::styled(text::fit(if at == 0 { label } else { "" }, LABEL), theme.style(Role::Dim)),
                Span::styled(part, theme.style(Role::Text)),
            ]));
        }
    };
    say("title", &playbook_row.title, 2);
    say("when", &playbook_row.trigger, 2);
    say("does", &playbook_row.does, 2);
    say("touches", &touched(playbook_row), 3);
    let lately = match playbook_row.did {
        0 => "No recent runs".to_owned(),
        did => format!("Ran {}", plural(did, "time", "times")),
    };
    say("lately", &lately, 1);
    for run in &playbook_row.lately {
        let at = dates::short_moment(&app.now, run.at);
        say("", &format!("{at}  {} {}", run.name, run.words), 1);
    }
    lines
}

/// The width of a label.
const LABEL: usize = 9;

fn touched(playbook_row: &PlaybookRow) -> String {
    let whom = plural(playbook_row.reach, "account", "accounts");
    let more = playbook_row.reach - playbook_row.names.len().min(playbook_row.reach);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let names = format!("{}{more}", playbook_row.names.join(", "));
    match (playbook_row.reach, playbook_row.timed, playbook_row.on) {
        (0, true, true) => "No accounts now".to_owned(),
        (0, true, false) => "No accounts now, even if it were on".to_owned(),
        (0, false, _) => "No accounts as things stand".to_owned(),
        (_, true, true) => format!("{whom} now: {names}"),
        (_, true, false) => format!("{whom} now, if it were on: {names}"),
        (_, false, true) => format!("{whom} when that happens: {names}"),
        (_, false, false) => format!("{whom} when that happens, if it were on: {names}"),
    }
}

pub(super) fn title(playbook_rows: &[PlaybookRow]) -> String {
    let off = playbook_rows.iter().filter(|playbook_row| !playbook_row.on).count();
    let off = if off > 0 { format!(" · {off} off") } else { String::new() };
    format!("{}{off}", plural(playbook_rows.len(), "playbook", "playbooks"))
}
