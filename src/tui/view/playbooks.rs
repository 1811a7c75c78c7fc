//! The playbooks: which are on, whom each would touch, and what it did lately.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::layout;
use super::super::pages::{Page, Sheet};
use super::super::theme::Role;
use super::{put, put_lines};
use crate::state::words::plural;
use crate::text;

const ON: usize = 3;
const REACH: usize = 8;
/// From this width on, what sets a playbook off has a column of its own.
const WIDE: usize = 70;

/// One row per playbook, and more about the chosen one under them.
pub(in crate::tui) fn draw(app: &App, page: &Page, sheets: &[Sheet], area: Rect, buf: &mut Buffer) {
    let theme = &app.setup.theme;
    let width = usize::from(area.width.saturating_sub(1));
    let room = width.saturating_sub(ON + REACH + 2);
    let (title, when) = if width < WIDE { (room, 0) } else { (room * 11 / 20, room - room * 11 / 20 - 1) };
    let heading = format!(
        "{} {} {} {}",
        text::fit("On", ON),
        text::fit_right("Touches", REACH),
        text::fit("Playbook", title),
        text::fit("When", when)
    );
    put(buf, area, area.x + 1, area.y, &heading, theme.style(Role::Header));
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
        let (on, role) = if sheet.on { ("on", Role::Ok) } else { ("off", Role::Warning) };
        let x = put(buf, line, line.x + 1, line.y, &text::fit(on, ON), theme.style(role)) + 1;
        let quiet = if sheet.on && sheet.reach > 0 { Role::Text } else { Role::Dim };
        let x = put(buf, line, x, line.y, &text::fit_right(&reach(sheet), REACH), theme.style(quiet)) + 1;
        let role = match (chosen, sheet.on) {
            (true, _) => Role::Selection,
            (false, true) => Role::Name,
            (false, false) => Role::Dim,
        };
        let name = text::fit(&text::clean(&sheet.title), title);
        let x = put(buf, line, x, line.y, &name, theme.style(role)) + 1;
        let words = text::fit(&text::clean(&sheet.trigger), when);
        put(buf, line, x, line.y, &words, theme.style(Role::Dim));
    }
    let height = below(area);
    let under = Rect { y: area.bottom() - height, height, ..area };
    more(app, page, under, buf);
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
    let theme = &app.setup.theme;
    let title =
        text::clean(&format!("─ {} · {} ", sheet.id, if sheet.on { "on" } else { "off" })).into_owned();
    let title = text::cut(&title, usize::from(area.width)).into_owned();
    let rule = "─".repeat(usize::from(area.width).saturating_sub(text::width(&title)));
    put(buf, area, area.x, area.y, &format!("{title}{rule}"), theme.style(Role::Border));
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
    let lately = match sheet.lately.first() {
        None => "did nothing as far back as the board remembers".to_owned(),
        Some(_) => format!("did its work {}", plural(sheet.lately.len(), "time", "times")),
    };
    say("lately", &lately, 1);
    for deed in &sheet.lately {
        let at = deed.at.with_timezone(&app.now.zone).format("%-d %b %H:%M");
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
        (0, false, _) => "nobody, whatever happens".to_owned(),
        (_, true, true) => format!("{whom} now: {names}"),
        (_, true, false) => format!("{whom} now, if it were on: {names}"),
        (_, false, true) => format!("{whom}, once that happens: {names}"),
        (_, false, false) => format!("{whom}, once that happens and it is on: {names}"),
    }
}
