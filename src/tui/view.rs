//! The screen as a picture of [`App`]: data in, cells out, nothing changed. Any size is safe.

pub(in crate::tui) mod alerts;
mod board;
mod bulk;
mod card;
mod choices;
mod ghost;
mod import;
mod list;
mod notices;
mod pipeline;
mod question;
mod status;
mod tabs;
mod title;
pub(in crate::tui) mod today;
mod tour;
mod welcome;
mod which_key;

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::style::Color;

use crate::tui::canvas::{TextLink, wipe};
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::prompt::Prompt;
use crate::tui::screens::{self, brief, detail, help, output};
use crate::tui::theme::Role;

/// Draws `app` and says where the cursor belongs, if something is being typed.
pub fn draw(app: &App, buf: &mut Buffer) -> Option<Position> {
    draw_with_links(app, buf).0
}

/// The same, and the text in view that leads to an address.
pub fn draw_with_links(app: &App, buf: &mut Buffer) -> (Option<Position>, Vec<TextLink>) {
    let mut links = Vec::new();
    let areas = layout::areas(app);
    tabs::draw(app, areas.tabs, buf);
    title::draw(app, areas.title, !areas.tabs.is_empty(), buf);
    pipeline::draw(app, areas.stage_strip, buf);
    notices::draw(app, areas.notices, buf);
    match app.view {
        _ if app.is_first_run() => welcome::draw(app, areas.body, buf),
        View::Board => board::draw(app, areas.body, buf),
        View::List { all } => list::draw(app, all, areas.body, buf),
        View::Today => today::draw(app, areas.body, buf),
    }
    if let Some(screen) = app.screen.as_ref().filter(|_| !areas.body.is_empty()) {
        wipe(buf, areas.body);
        screens::draw(app, screen, areas.body, buf);
    }
    alerts::draw(app, areas.alerts, buf);
    match app.overlay {
        Some(Overlay::Detail(top)) => {
            links = detail::draw(app, top, areas.account_pane(), buf);
        }
        _ if !areas.dock.is_empty() => {
            links = detail::draw(app, app.preview_top(), areas.dock, buf);
        }
        _ => {}
    }
    match app.overlay {
        Some(Overlay::Help(top)) => help::draw(app, top, areas.body, buf),
        Some(Overlay::Output(top)) => output::draw(app, top, areas.body, buf),
        Some(Overlay::Brief(top)) => brief::draw(app, top, layout::tour::body_over(app), buf),
        Some(Overlay::Detail(_)) | None => {}
    }
    if let Some(Prompt::Bulk(panel)) = &app.prompt {
        bulk::draw(app, panel, areas.body, buf);
    }
    if let Some(Prompt::Import(panel)) = &app.prompt {
        import::draw(app, panel, areas.body, buf);
    }
    let boxes =
        [layout::choices::placed(app).map(|it| it.area), layout::question::placed(app).map(|it| it.area)];
    for area in boxes.into_iter().flatten() {
        today::clear_beside_box(app, areas.body, area, buf);
    }
    let in_box = choices::draw(app, buf).or(question::draw(app, buf));
    which_key::draw(app, (areas.body, areas.whole_body()), buf);
    ghost::draw(app, areas.whole_body(), buf);
    tour::draw(app, buf);
    status::hints(app, areas.hints, buf);
    let cursor = status::draw(app, areas.status, buf).or(in_box);
    lay_on_paper(app, buf);
    (cursor, links)
}

/// Puts the theme's paper behind everything that has nothing behind it, and its text colour on what has none.
fn lay_on_paper(app: &App, buf: &mut Buffer) {
    let Some(paper) = app.theme.paper() else { return };
    let ink = app.theme.style(Role::Text).fg.unwrap_or(Color::Reset);
    for cell in &mut buf.content {
        if cell.bg == Color::Reset {
            cell.bg = paper;
        }
        if cell.fg == Color::Reset {
            cell.fg = ink;
        }
    }
}
