//! The playbooks: which are on, whom each would touch, and what it did lately.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::layout;
use super::super::pages::{Page, Sheet};
use super::super::theme::Role;
use super::{put, put_lines, rule};
use crate::playbook::Origin;
use crate::prose::lists::plural;
use crate::text;

/// From this width on, playbooks are named by their ids too: titles begin alike.
const WIDE: usize = 60;
/// From this width on, the list also says how often each did its work, when last, and what sets it off.
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
pub(in crate::tui) fn draw(app: &App, page: &Page, sheets: &[Sheet], area: Rect, buf: &mut Buffer) {
    let theme = &app.setup.theme;
    let widths = Widths::of(usize::from(area.width));
    let head = |words| (words, Role::Header);
    let heading =
        [head("On"), head("Touches"), head("Did"), head("Last"), head("Id"), head("Playbook"), head("When")];
    row(app, area, &widths, heading, buf);
    let rows = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if sheets.is_empty() {
        put(buf, rows, rows.x + 1, rows.y, "there are no playbooks", theme.style(Role::Dim));
    }
    let visible = layout::page_rows(app);
    for ((at, sheet), line) in
        sheets.iter().enumerate().skip(page.first(visible)).take(visible).zip(rows.rows())
    {
        let chosen = at == page.row;
        if chosen {
            put(buf, line, line.x, line.y, "▌", theme.style(Role::Accent));
        }
        let on = if sheet.on { ("on", Role::Ok) } else { ("off", Role::Warning) };
        let quiet = if sheet.on && sheet.reach > 0 { Role::Text } else { Role::Dim };
        let latest = sheet.lately.first();
        let did = if sheet.did == 0 { "–".to_owned() } else { sheet.did.to_string() };
        let last = latest.map(|deed| app.now.moment_in_short(deed.at)).unwrap_or_default();
        let name = match (chosen, sheet.on) {
            (true, _) => Role::Selection,
            (false, true) => Role::Name,
            (false, false) => Role::Dim,
        };
        let owner = if sheet.origin == Origin::Team { "team · " } else { "" };
        let title = text::clean(&format!("{owner}{}", sheet.title)).into_owned();
        let cells = [
            on,
            (&*reach(sheet), quiet),
            (&*did, Role::Dim),
            (&*last, Role::Dim),
            (&*text::clean(&sheet.id), Role::Dim),
            (&*title, name),
            (&*text::clean(&sheet.trigger), Role::Dim),
        ];
        row(app, line, &widths, cells, buf);
    }
    let height = below(area);
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

/// How many lines say more about the chosen playbook, under the others.
pub(in crate::tui) fn below(body: Rect) -> u16 {
    if body.height < 12 { 0 } else { (body.height / 2).min(14) }
}

/// How many accounts it would touch, and whether at once.
fn reach(sheet: &Sheet) -> String {
    match sheet.reach {
        0 => "–".to_owned(),
        count if sheet.timed => format!("{count} now"),
        count => count.to_string(),
    }
}

/// What there is to say about the chosen playbook.
fn more(app: &App, page: &Page, area: Rect, buf: &mut Buffer) {
    let Some(sheet) = page.sheet().filter(|_| !area.is_empty()) else { return };
    let state = match (sheet.on, sheet.off_in_file) {
        (true, _) => "on",
        (false, false) => "off",
        (false, true) => "off in playbooks.toml",
    };
    let owner = if sheet.origin == Origin::Team { " · the team's own" } else { "" };
    rule(app, &format!("{} · {state}{owner}", sheet.id), area, buf);
    let inner =
        Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height - 1 };
    put_lines(buf, inner, &about(app, sheet, inner), 0);
}

fn about(app: &App, sheet: &Sheet, area: Rect) -> Vec<Line<'static>> {
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
    say("title", &sheet.title, 2);
    say("when", &sheet.trigger, 2);
    say("does", &sheet.does, 2);
    say("touches", &touched(sheet), 3);
    let lately = match sheet.did {
        0 => "did nothing as far back as the board remembers".to_owned(),
        did => format!("did its work {}", plural(did, "time", "times")),
    };
    say("lately", &lately, 1);
    for deed in &sheet.lately {
        let at = app.now.moment_in_short(deed.at);
        say("", &format!("{at}  {} {}", deed.name, deed.words), 1);
    }
    lines
}

/// The width of a label.
const LABEL: usize = 9;

fn touched(sheet: &Sheet) -> String {
    let whom = plural(sheet.reach, "account", "accounts");
    let more = sheet.reach - sheet.names.len().min(sheet.reach);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let names = format!("{}{more}", sheet.names.join(", "));
    match (sheet.reach, sheet.timed, sheet.on) {
        (0, true, true) => "nobody right now".to_owned(),
        (0, true, false) => "nobody right now, even if it were on".to_owned(),
        (0, false, _) => "nobody, as things stand".to_owned(),
        (_, true, true) => format!("{whom} now: {names}"),
        (_, true, false) => format!("{whom} now, if it were on: {names}"),
        (_, false, true) => format!("{whom}, once that happens: {names}"),
        (_, false, false) => format!("{whom}, once that happens and it is on: {names}"),
    }
}
