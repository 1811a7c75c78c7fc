//! What is said of the chosen number: what it is, and the accounts behind it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::insights::report::Section;
use crate::prose::lists::plural;
use crate::state::{AccountId, Position};
use crate::text;
use crate::tui::canvas::{put, rule};
use crate::tui::input::action::Action;
use crate::tui::layout::insights::PlacedInsights;
use crate::tui::model::app::App;
use crate::tui::model::insights::{ChosenNumber, InsightsPages, shown};
use crate::tui::theme::Role;

/// The cells of an account's name, and of where it stands.
const NAME: usize = 22;
const STAGE: usize = 4;
const ACCOUNT: u16 = 30;

pub(super) fn draw(
    app: &App,
    pages: &InsightsPages,
    placed: &PlacedInsights,
    chosen: Option<&ChosenNumber<'_>>,
    buf: &mut Buffer,
) {
    let PlacedInsights { place, row, details: area, .. } = *placed;
    if area.height == 0 {
        return;
    }
    let theme = &app.theme;
    let Some(number) = chosen else {
        return;
    };
    let (rows, beside) = places(area);
    let accounts = number.accounts(rows * beside + 1);
    let (times, behind) = match number {
        ChosenNumber::Cell(column, behind) => {
            let distinct = pages.distinct.get(&(place, row, *column));
            (behind.len(), distinct.copied().unwrap_or(behind.len()))
        }
        ChosenNumber::Count(_, count) => (*count, *count),
        ChosenNumber::Dot(_) | ChosenNumber::Row(_) => (1, 1),
    };
    let count = if times > behind {
        format!("{times} times, {}", plural(behind, "account", "accounts"))
    } else {
        plural(behind, "account", "accounts")
    };
    let label =
        pages.sections[place].rows[row].first().map_or_else(String::new, |cell| shown(cell, &app.now));
    let title = pages.title_of(place, number);
    let mut title = format!("{label} · {title}");
    match (&accounts[..], number) {
        ([only], ChosenNumber::Dot(_) | ChosenNumber::Row(_)) if area.height == 1 => {
            // There is no line for it below.
            let name = app
                .board
                .find(only)
                .map_or_else(|| only.as_str().into(), |account| text::clean(account.name()));
            title.extend([" · ", &name]);
        }
        (_, ChosenNumber::Cell(..) | ChosenNumber::Count(..)) => title.extend([" · ", &count]),
        (_, ChosenNumber::Dot(_) | ChosenNumber::Row(_)) => {}
    }
    rule(theme, &title, area, buf);
    let below = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if let ChosenNumber::Count(_, 1..) = number {
        let key = app.key_in(app.mode(), Action::Open).unwrap_or_default();
        put(buf, below, below.x + 1, below.y, &format!("{key} lists them"), theme.style(Role::Dim));
        return;
    }
    draw_accounts(app, (&accounts, behind), below, buf);
    if let ChosenNumber::Row(_) = number {
        let words = out_of_sight(app, &pages.sections[place], placed);
        let lines = text::wrapped(&words, usize::from(below.width).saturating_sub(2), 0);
        for (line, row) in lines.iter().zip(below.rows().skip(1)) {
            put(buf, row, row.x + 1, row.y, line, theme.style(Role::Text));
        }
    }
}

/// What the chosen row says that the table has no room for: `Reason: they wrote to sales · By: dan`.
fn out_of_sight(app: &App, section: &Section, placed: &PlacedInsights) -> String {
    let cells = section.rows[placed.row].iter().zip(&section.columns).enumerate().skip(1);
    let unseen = cells.filter_map(|(at, (cell, column))| {
        let words = text::clean(&shown(cell, &app.now)).into_owned();
        let room = placed.columns.iter().find(|it| it.column == at).map_or(0, |it| usize::from(it.width));
        (!words.is_empty() && text::width(&words) > room).then(|| format!("{}: {words}", column.title))
    });
    unseen.collect::<Vec<_>>().join(" · ")
}

/// How many accounts have room below each other, and beside each other.
fn places(area: Rect) -> (usize, usize) {
    (usize::from(area.height), usize::from((area.width / ACCOUNT).max(1)))
}

/// As many of `accounts` as there is room for, column by column; the last place says how many more there are.
fn draw_accounts(app: &App, (accounts, all): (&[AccountId], usize), area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let (rows, beside) = places(area);
    if rows == 0 {
        return;
    }
    if accounts.is_empty() {
        put(buf, area, area.x + 1, area.y, "nobody", theme.style(Role::Dim));
        return;
    }
    if rows * beside == 1 && all > 1 {
        // The only line names one of them.
        let x = draw_account(app, &accounts[0], (area.x + 1, area.y), area, buf);
        let words = format!(" and {} more", all - 1);
        put(buf, area, x, area.y, &words, theme.style(Role::Dim));
        return;
    }
    // As low as they can be, over the whole width.
    let rows = rows.min(all.div_ceil(beside)).max(1);
    let room = rows * beside;
    let shown = if all > room { room - 1 } else { all }.min(accounts.len());
    let cells = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let place = |at: usize| (area.x + 1 + cells(at / rows) * ACCOUNT, area.y + cells(at % rows));
    for (at, account) in accounts.iter().enumerate().take(shown) {
        draw_account(app, account, place(at), area, buf);
    }
    if all > shown {
        let (x, y) = place(shown);
        put(buf, area, x, y, &format!("and {} more", all - shown), theme.style(Role::Dim));
    }
}

/// Draws where an account stands, and its name; answers where that ends.
fn draw_account(app: &App, account: &AccountId, (x, y): (u16, u16), area: Rect, buf: &mut Buffer) -> u16 {
    let theme = &app.theme;
    let Some(account) = app.board.find(account) else { return x };
    let stage = match app.board.position_of(account) {
        Position::OffBoard => "off",
        Position::InStage(_, stage) => stage.id.as_str(),
        Position::Unmapped(_) => "?",
    };
    let x = put(buf, area, x, y, &text::fit(&text::clean(stage), STAGE), theme.style(Role::Dim));
    let name = text::cut(&text::clean(account.name()), NAME).into_owned();
    put(buf, area, x, y, &name, theme.style(Role::Name))
}
