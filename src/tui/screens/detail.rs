//! Everything about one account: where it stands, what is known and from where, and how it came here.

mod checklist;
mod facts;
mod links;
mod summary;
mod timeline;
mod writer;

use std::sync::Arc;

use chrono::Timelike;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use ratatui::widgets::{Block, BorderType, Borders, Widget};

use self::writer::PageWriter;
use crate::state::{Account, Now, PointId};
use crate::text;
use crate::tui::canvas::{TextLink, put_lines, put_right, wipe};
use crate::tui::input::keymap::InputMode;
use crate::tui::layout;
use crate::tui::model::account_page::{AccountPage, LineLink, PageKey};
use crate::tui::model::app::App;
use crate::tui::model::focus::Overlay;
use crate::tui::theme::Role;

/// How many lines there are about the focused account.
pub(super) fn height(app: &App) -> usize {
    page(app).lines.len()
}

/// The page about the focused account.
fn page(app: &App) -> Arc<AccountPage> {
    let area = layout::areas(app).account_pane();
    let width = usize::from(area.width.saturating_sub(4)).max(8);
    let account = app.focused();
    let minute = app.now.at.with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap_or(app.now.at);
    let key = PageKey {
        account: account.map(|account| account.id.clone()),
        seq: app.board.seq(),
        now: Now { at: minute, ..app.now },
        width,
        theme: app.theme.clone(),
        reasons: account.map(|account| app.queue.reasons(&account.id).to_vec()).unwrap_or_default(),
    };
    app.page.page(key, || {
        let mut writer = PageWriter::new(app, width);
        match account {
            Some(account) => writer.account(account),
            None => writer.say(Role::Dim, "No account chosen"),
        }
        writer.page
    })
}

impl PageWriter<'_> {
    fn account(&mut self, account: &Account) {
        self.summary(account);
        self.reasons(account);
        self.open(account);
        self.pages(account);
        self.checklist(account);
        self.refunds(account);
        self.notes(account);
        self.history(account);
        self.signals(account);
        self.facts(account);
        self.stamps(account);
    }
}

/// Those of `links` that are in view in `inner`, where their lines are drawn from line `top` on.
fn in_view(links: &[LineLink], top: usize, inner: Rect) -> Vec<TextLink> {
    let in_view = links.iter().filter_map(|link| {
        let line = u16::try_from(link.line.checked_sub(top)?).ok().filter(|line| *line < inner.height)?;
        let x = inner.x.checked_add(u16::try_from(link.x).ok()?)?;
        Some(TextLink { x, y: inner.y + line, text: link.text.clone(), address: link.address.clone() })
    });
    in_view.collect()
}

/// The point of the checklist that a press on the cell at `x`, `y` ticks.
pub fn point_at(app: &App, x: u16, y: u16) -> Option<PointId> {
    let Some(Overlay::Detail(top)) = app.overlay else { return None };
    let inner = inner(layout::areas(app).account_pane());
    if !inner.contains(ratatui::layout::Position { x, y }) {
        return None;
    }
    let (line, cell) = (top + usize::from(y - inner.y), usize::from(x - inner.x));
    let page = page(app);
    let tick = page.ticks.iter().find(|tick| tick.line == line && tick.cells.contains(&cell));
    tick.map(|tick| tick.point.clone())
}

/// Where the lines stand in `area`: beside a border at the left, and under one.
fn inner(area: Rect) -> Rect {
    let (width, height) = (area.width.saturating_sub(3), area.height.saturating_sub(1));
    Rect { x: area.x + 2, y: area.y + 1, width, height }
}

/// Draws the focused account from line `top` on, and answers the links in view.
pub fn draw(app: &App, top: usize, area: Rect, buf: &mut Buffer) -> Vec<TextLink> {
    if area.width < 4 || area.height < 2 {
        return Vec::new();
    }
    let theme = &app.theme;
    wipe(buf, area);
    let page = page(app);
    let name = app.focused().map_or("no account", |account| account.name());
    let title = format!(" {} ", text::cut(&text::clean(name), usize::from(area.width - 4)));
    // Thick lines, so that one sees without colour too where the keys go.
    let has_keys = app.mode() == InputMode::Detail;
    let block = Block::new()
        .borders(Borders::LEFT | Borders::TOP)
        .border_type(if has_keys { BorderType::Thick } else { BorderType::Plain })
        .border_style(theme.style(if has_keys { Role::Accent } else { Role::Border }))
        .title(Span::styled(title, theme.style(Role::Accent)));
    block.render(area, buf);
    let inner = inner(area);
    put_lines(buf, inner, &page.lines, top);
    let below = page.lines.len().saturating_sub(top + usize::from(inner.height));
    if below > 0 {
        put_right(buf, area, &format!(" {below} more ↓ "), theme.style(Role::Dim));
    }
    in_view(&page.links, top, inner)
}
