//! A card: one account in two lines.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::name_role;
use crate::query::words::highlights;
use crate::state::{Account, Money};
use crate::text;
use crate::tui::canvas::{put, put_mark};
use crate::tui::model::app::App;
use crate::tui::model::badges::{badges, owner, renewal, week};
use crate::tui::theme::{Role, Theme};

/// From this width on, a card has room for every figure in full.
const ROOMY: u16 = 24;

/// Draws one account.
pub(super) fn draw(app: &App, account: &Account, focused: bool, area: Rect, buf: &mut Buffer) {
    if area.width < 2 || area.height == 0 {
        return;
    }
    let theme = &app.theme;
    if focused {
        for y in area.y..area.bottom() {
            put(buf, area, area.x, y, "▌", theme.style(Role::Accent));
        }
    }
    if app.marks.contains(&account.id) {
        put_mark(&app.theme, area, focused, buf);
    }
    let line = Rect { x: area.x + 1, width: area.width - 1, height: 1, ..area };
    name(app, account, focused, line, buf);
    if area.height > 1 {
        figures(app, account, Rect { y: area.y + 1, ..line }, buf);
    }
}

fn name(app: &App, account: &Account, focused: bool, area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let badges = badges(app, account);
    let room = usize::from(area.width).saturating_sub(badges_width(&badges));
    let style = theme.style(name_role(app, focused));
    let name = text::clean(account.name());
    let shown = if focused { text::fit(&name, room).into() } else { text::cut(&name, room) };
    put(buf, area, area.x, area.y, &shown, style);
    highlight(app, area, &name, &shown, buf);
    put_badges(theme, area, &badges, buf);
}

/// Money, days to renewal, week of the engagement; and who looks after it, as far as there is room.
fn figures(app: &App, account: &Account, area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let mut x = area.x;
    let money = account.forecasted_mrr().map_or_else(|| "no MRR".to_owned(), Money::rounded);
    let week = week(app, account).map(|(week, role)| match week.split_once('/') {
        // In a narrow column, the owner says more than the target, which is the same on every card.
        Some((short, _)) if area.width < ROOMY => (short.to_owned(), role),
        Some(_) | None => (week, role),
    });
    let figures = [Some((money, Role::Money)), Some(renewal(app, account)), week];
    for (figure, role) in figures.into_iter().flatten() {
        let start = if x == area.x { x } else { x + 1 };
        // Half a figure would be another figure.
        if usize::from(area.right().saturating_sub(start)) < text::width(&figure) {
            break;
        }
        x = put(buf, area, start, area.y, &figure, theme.style(role));
    }
    let room = usize::from(area.right().saturating_sub(x + 1));
    if room >= 3 {
        let (owner, color) = owner(app, account);
        // An email's domain says nothing on a card.
        let owner = owner.split('@').next().unwrap_or_default();
        let owner = text::fit_right(owner, room);
        put(buf, area, x + 1, area.y, &owner, theme.person(color, Role::Dim));
    }
}

/// The cells that badges take, with the space before each.
pub(super) fn badges_width(badges: &[(String, Role)]) -> usize {
    badges.iter().map(|(badge, _)| text::width(badge) + 1).sum()
}

/// Writes badges at the right end of `area`.
pub(super) fn put_badges(theme: &Theme, area: Rect, badges: &[(String, Role)], buf: &mut Buffer) {
    let width = u16::try_from(badges_width(badges)).unwrap_or(u16::MAX).min(area.width);
    let mut x = area.right() - width;
    for (badge, role) in badges {
        x = put(buf, area, x + 1, area.y, badge, theme.style(*role));
    }
}

/// Highlights what the filter matches of `name`, of which `shown` stands from the left of `area` on.
pub(super) fn highlight(app: &App, area: Rect, name: &str, shown: &str, buf: &mut Buffer) {
    let Some(filter) = &app.filter else { return };
    let matched = highlights(filter.highlighted(), name);
    let style = app.theme.style(Role::Highlight);
    let mut x = area.x;
    for (at, c) in shown.chars().enumerate() {
        let width = u16::try_from(text::width(c.encode_utf8(&mut [0; 4]))).unwrap_or(0);
        if matched.binary_search(&at).is_ok() && width > 0 && x < area.right() && c != '…' {
            buf.set_style(Rect { x, y: area.y, width: width.min(area.right() - x), height: 1 }, style);
        }
        x += width;
    }
}
