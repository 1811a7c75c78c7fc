//! The screen as a picture of [`App`]: data in, cells out, nothing changed. Any size is safe.

mod alerts;
mod bucket_line;
mod card;
mod column;
mod detail;
mod explain;
mod forecast;
mod help;
mod list;
mod menu;
mod playbooks;
mod status;
mod title;
mod today;
mod unmatched;
mod welcome;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::layout;
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::prompt::Prompt;
use crate::tui::model::screens::{ScreenRows, ScreenState};
use crate::tui::theme::Role;

/// Draws `app` and says where the cursor belongs, if something is being typed.
pub fn draw(app: &App, buf: &mut Buffer) -> Option<Position> {
    let areas = layout::areas(app);
    title::Title(app).render(areas.title, buf);
    title::StageStrip(app).render(areas.stage_strip, buf);
    match app.view {
        _ if app.is_first_run() => welcome::Welcome(app).render(areas.body, buf),
        View::Board => column::BoardWidget(app).render(areas.body, buf),
        View::List { all } => list::ListWidget { app, all }.render(areas.body, buf),
        View::Today => today::Today(app).render(areas.body, buf),
    }
    if let Some(page) = app.page.as_ref().filter(|_| !areas.body.is_empty()) {
        wipe(buf, areas.body);
        draw_screen(app, page, areas.body, buf);
    }
    alerts::Alerts(app).render(areas.alerts, buf);
    match app.overlay {
        Some(Overlay::Detail(top)) => {
            let area = if areas.dock.is_empty() { areas.body } else { areas.dock };
            detail::Detail { app, top }.render(area, buf);
        }
        Some(Overlay::Help(top)) => help::Help { app, top }.render(areas.body, buf),
        None => {}
    }
    if let Some(Prompt::Sort(line)) = app.prompt {
        menu::Menu { app, line }.render(areas.body, buf);
    }
    status::Hints(app).render(areas.hints, buf);
    status::draw(app, areas.status, buf)
}

/// Draws the screen that lies over the board.
fn draw_screen(app: &App, page: &ScreenState, area: Rect, buf: &mut Buffer) {
    match &page.rows {
        ScreenRows::Playbooks(rows) => playbooks::draw(app, page, rows, area, buf),
        ScreenRows::Explain(rows) => explain::draw(app, page, rows, area, buf),
        ScreenRows::Forecast(lines) => forecast::draw(app, page, lines, area, buf),
        ScreenRows::Unmatched(signals) => unmatched::draw(app, page, signals, area, buf),
    }
}

/// What the first line says of the screen that lies over the board.
fn screen_title(app: &App, page: &ScreenState) -> String {
    match &page.rows {
        ScreenRows::Playbooks(rows) => playbooks::title(rows),
        ScreenRows::Explain(_) => explain::title(app, page),
        ScreenRows::Forecast(_) => forecast::title(app),
        ScreenRows::Unmatched(signals) => unmatched::title(signals),
    }
}

/// How the name of an account is drawn, `focused` or not. Only one thing looks chosen: while the alerts have the keys, that
/// is an alert.
fn name_role(app: &App, focused: bool) -> Role {
    let alert_is = app.alerts_have_keys() && layout::areas(app).alerts.height > 1;
    if focused && !alert_is { Role::Selection } else { Role::Name }
}

/// Writes `text`, which is clean, from `x` on; returns the column after it.
fn put(buf: &mut Buffer, area: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
    let room = area.right().saturating_sub(x);
    if room == 0 || y >= area.bottom() {
        return x;
    }
    buf.set_stringn(x, y, text, usize::from(room), style).0
}

/// Writes `lines` into `area`, from line `top` on.
fn put_lines(buf: &mut Buffer, area: Rect, lines: &[Line<'_>], top: usize) {
    for (line, row) in lines.iter().skip(top).zip(area.rows()) {
        buf.set_line(row.x, row.y, line, row.width);
    }
}

/// The line over what is said about the chosen row of a screen: `title`, which need not be clean, and a rule.
fn rule(app: &App, title: &str, area: Rect, buf: &mut Buffer) {
    let title = text::clean(&format!("─ {title} ")).into_owned();
    let title = text::cut(&title, usize::from(area.width)).into_owned();
    let rest = "─".repeat(usize::from(area.width).saturating_sub(text::width(&title)));
    put(buf, area, area.x, area.y, &format!("{title}{rest}"), app.setup.theme.style(Role::Border));
}

/// Empties `area`, for what is to lie over it.
fn wipe(buf: &mut Buffer, area: Rect) {
    ratatui::widgets::Clear.render(area.intersection(buf.area), buf);
}

/// The rectangle of at most `width` by `height` in the middle of `area`.
fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}
