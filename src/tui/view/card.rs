//! A card: one account in two or three lines.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::prose::reasons::in_short;
use crate::query::words::highlights;
use crate::state::{Account, Money, PersonColor, Priority};
use crate::text;
use crate::tui::canvas::{chosen_bar, put, put_mark, put_right};
use crate::tui::model::app::App;
use crate::tui::model::badges::{badges, owner, renewal, renewal_in_words, week};
use crate::tui::theme::{Role, Theme};

/// From this width on, a card has room for words where marks would do.
const WORDY: u16 = 23;

/// What a card looks like, whoever it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct CardLook {
    pub focused: bool,
    /// Of the column it stands in.
    pub phase: Role,
    /// Whether its renewal is said in words, as on every card of the column.
    pub in_words: bool,
}

/// Whether all of `accounts` have room for their figures in words on cards of `width` cells: one column says it one way.
pub(super) fn have_words<'a>(
    app: &App,
    mut accounts: impl Iterator<Item = &'a Account>,
    (width, lines): (u16, u16),
) -> bool {
    let room = width.saturating_sub(1);
    room >= WORDY
        && accounts.all(|account| {
            let badges = badges(app, account);
            let under =
                if badges_stand_above(account, &badges, (room, lines)) { 0 } else { badges_width(&badges) };
            let week = week(app, account).map_or(0, |(week, _)| text::width(&week) + 1);
            let renewal = text::width(&renewal_in_words(&renewal(app, account).0));
            // In the last line, who looks after it stands behind them.
            let owner = if lines == 2 { text::width(&owner(app, account).0) + 1 } else { 0 };
            text::width(&money(account)) + 1 + renewal + week + under + owner <= usize::from(room)
        })
}

/// Whether badges have room beside the name: a name comes before what deserves a look, and there is room for that under it.
fn badges_stand_above(account: &Account, badges: &[(String, Role)], (room, lines): (u16, u16)) -> bool {
    let name_width = text::width(&text::clean(account.name()));
    lines == 1 || name_width + badges_width(badges) <= usize::from(room)
}

fn money(account: &Account) -> String {
    account.forecasted_mrr().map_or_else(|| "no MRR".to_owned(), Money::rounded)
}

/// Draws one account in up to three lines: its name, its figures, and what it needs or who looks after it.
pub(super) fn draw(app: &App, account: &Account, look: CardLook, area: Rect, buf: &mut Buffer) {
    if area.width < 2 || area.height == 0 {
        return;
    }
    let theme = &app.theme;
    let (edge, role) =
        if look.focused { ("▌", chosen_bar(app.chosen_role())) } else { ("▏", look.phase) };
    for y in area.y..area.bottom() {
        put(buf, area, area.x, y, edge, theme.style(role));
    }
    if app.marks.contains(&account.id) {
        put_mark(theme, area, look.focused, buf);
    }
    let line = |at: u16| Rect { x: area.x + 1, y: area.y + at, width: area.width - 1, height: 1 };
    let badges = badges(app, account);
    let above = badges_stand_above(account, &badges, (line(0).width, area.height));
    name(app, account, look.focused, if above { &badges } else { &[] }, line(0), buf);
    if area.height > 1 {
        let is_last = area.height == 2;
        let badges = if above { &[][..] } else { badges.as_slice() };
        figures(app, account, badges, (is_last, look.in_words), line(1), buf);
    }
    if area.height > 2 {
        need(app, account, line(2), buf);
    }
    if look.focused
        && let Some(behind) = theme.style(app.chosen_role()).bg
    {
        buf.set_style(Rect { x: area.x + 1, width: area.width - 1, ..area }, Style::new().bg(behind));
    }
}

fn name(
    app: &App,
    account: &Account,
    focused: bool,
    badges: &[(String, Role)],
    area: Rect,
    buf: &mut Buffer,
) {
    let theme = &app.theme;
    let room = usize::from(area.width).saturating_sub(badges_width(badges));
    let needs_person =
        app.queue.reasons(&account.id).first().is_some_and(|it| it.pressing() == Priority::Now);
    let style = match (focused, needs_person) {
        (true, _) => theme.style(app.chosen_role()),
        (false, true) => theme.style(Role::Name).add_modifier(Modifier::BOLD),
        (false, false) => theme.style(Role::Name),
    };
    let name = text::clean(account.name());
    let shown = if focused { text::fit(&name, room).into() } else { text::cut(&name, room) };
    put(buf, area, area.x, area.y, &shown, style);
    highlight(app, area, &name, &shown, buf);
    put_badges(theme, area, badges, buf);
}

/// Money, days to renewal, week of the engagement; then badges that had no room beside the name, and in the last line who
/// looks after it, if there is room for that whole.
fn figures(
    app: &App,
    account: &Account,
    badges: &[(String, Role)],
    (is_last, in_words): (bool, bool),
    area: Rect,
    buf: &mut Buffer,
) {
    let theme = &app.theme;
    let mut x = area.x;
    let money = money(account);
    let week = week(app, account).map(|(week, role)| match week.split_once('/') {
        // In a narrow column, the owner says more than the target, which is the same on every card.
        Some((short, _)) if area.width < WORDY => (short.to_owned(), role),
        Some(_) | None => (week, role),
    });
    let (short, role) = renewal(app, account);
    let renewal = (if in_words { renewal_in_words(&short) } else { short }, role);
    let figure = |x: u16, (figure, role): (String, Role), end: u16, buf: &mut Buffer| {
        let start = if x == area.x { x } else { x + 1 };
        // Half a figure would be another figure.
        let fits = usize::from(end.saturating_sub(start)) >= text::width(&figure);
        if fits { put(buf, area, start, area.y, &figure, theme.style(role)) } else { x }
    };
    x = figure(x, (money, Role::Money), area.right(), buf);
    x = figure(x, renewal, area.right(), buf);
    // When it renews says more than a badge, and what presses of the badges and the week more than the rest.
    let room = usize::from(area.right().saturating_sub(x));
    let short = week.as_ref().map_or("", |(week, _)| week.split('/').next().unwrap_or_default());
    let beside_week = fitting(badges, room.saturating_sub(text::width(short) + 1));
    let is_late = week.as_ref().is_some_and(|(_, role)| *role != Role::Dim);
    let all = fitting(badges, room);
    let pressing = |badges: &[(String, Role)]| badges.iter().filter(|(_, role)| presses(*role) < 2).count();
    let badges = if is_late || pressing(&beside_week) == pressing(&all) { beside_week } else { all };
    let end = area.right() - u16::try_from(badges_width(&badges)).unwrap_or(0);
    if let Some((week, role)) = week {
        let before = x;
        x = figure(x, (week.clone(), role), end, buf);
        // Where badges leave little room, the target makes way, too.
        if let Some((short, _)) = week.split_once('/').filter(|_| x == before) {
            x = figure(x, (short.to_owned(), role), end, buf);
        }
    }
    if is_last {
        put_owner(app, owner(app, account), Rect { x, width: end.saturating_sub(x), ..area }, buf);
    }
    put_badges(theme, area, &badges, buf);
}

/// How soon a badge that looks like `role` asks for somebody.
fn presses(role: Role) -> u8 {
    match role {
        Role::Danger => 0,
        Role::Warning => 1,
        Role::New => 2,
        _ => 3,
    }
}

/// Those of `badges` that fit into `room` cells, the most pressing before the others.
fn fitting(badges: &[(String, Role)], room: usize) -> Vec<(String, Role)> {
    let mut by_weight: Vec<usize> = (0..badges.len()).collect();
    by_weight.sort_by_key(|at| presses(badges[*at].1));
    let mut left = room;
    by_weight.retain(|at| {
        let width = badges_width(&badges[*at..=*at]);
        let fits = width <= left;
        left -= if fits { width } else { 0 };
        fits
    });
    by_weight.sort_unstable();
    by_weight.into_iter().map(|at| badges[at].clone()).collect()
}

/// What it needs a person for first, and who looks after it. In a wide column the words make way for the whole name; in a narrow
/// one too little of them would be left.
fn need(app: &App, account: &Account, area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let words = match app.queue.reasons(&account.id).first() {
        Some(reason) => text::clean(&in_short(reason, &app.now)).into_owned(),
        None => String::new(),
    };
    let owner = owner(app, account);
    let (width, for_owner) = (usize::from(area.width), text::width(&owner.0) + 1);
    let makes_way = area.width >= WORDY && for_owner <= width / 2;
    let room = if makes_way { width - for_owner } else { width };
    let x = put(buf, area, area.x, area.y, &text::cut(&words, room), theme.style(Role::Dim));
    put_owner(app, owner, Rect { x, width: area.right().saturating_sub(x), ..area }, buf);
}

/// Who looks after it, at the right end of `area`, if that has room for the whole name.
fn put_owner(app: &App, (owner, color): (String, Option<PersonColor>), area: Rect, buf: &mut Buffer) {
    if text::width(&owner) < usize::from(area.width) {
        put_right(buf, area, &owner, app.theme.person(color, Role::Dim));
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
