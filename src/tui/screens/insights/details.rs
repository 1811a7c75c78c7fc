//! What is said of the chosen number: what it is, and the accounts behind it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::insights::report::SectionCell;
use crate::prose::dates;
use crate::prose::lists::plural;
use crate::state::{AccountId, Position};
use crate::text;
use crate::tui::canvas::{put, rule};
use crate::tui::model::app::App;
use crate::tui::model::insights::{ChosenNumber, InsightsPages};
use crate::tui::theme::Role;

/// The cells of an account's name, and of where it stands.
const NAME: usize = 22;
const STAGE: usize = 4;
const ACCOUNT: u16 = 30;

pub(super) fn draw(
    app: &App,
    pages: &InsightsPages,
    (place, row): (usize, usize),
    chosen: Option<&ChosenNumber<'_>>,
    area: Rect,
    buf: &mut Buffer,
) {
    if area.height == 0 {
        return;
    }
    let theme = &app.theme;
    let Some(number) = chosen else {
        return;
    };
    let accounts = number.accounts();
    let count = match number {
        ChosenNumber::Cell(_, behind) if behind.len() > accounts.len() => {
            format!("{} times, {}", behind.len(), plural(accounts.len(), "account", "accounts"))
        }
        ChosenNumber::Cell(..) => plural(accounts.len(), "account", "accounts"),
        ChosenNumber::Dot(_) | ChosenNumber::Row(_) => String::new(),
    };
    let label = pages.sections[place].rows[row].first().map_or_else(String::new, |cell| words(app, cell));
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
        (_, ChosenNumber::Cell(..)) => title.extend([" · ", &count]),
        (_, ChosenNumber::Dot(_) | ChosenNumber::Row(_)) => {}
    }
    rule(theme, &title, area, buf);
    let below = Rect { y: area.y + 1, height: area.height - 1, ..area };
    draw_accounts(app, &accounts, below, buf);
}

/// As many of `accounts` as there is room for, column by column; the last place says how many more there are.
fn draw_accounts(app: &App, accounts: &[AccountId], area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let (rows, beside) = (usize::from(area.height), usize::from((area.width / ACCOUNT).max(1)));
    if rows == 0 {
        return;
    }
    if accounts.is_empty() {
        put(buf, area, area.x + 1, area.y, "nobody", theme.style(Role::Dim));
        return;
    }
    // As low as they can be, over the whole width.
    let rows = rows.min(accounts.len().div_ceil(beside));
    let room = rows * beside;
    let shown = if accounts.len() > room { room - 1 } else { accounts.len() };
    let cells = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    for at in 0..=shown.min(room - 1) {
        let (x, y) = (area.x + 1 + cells(at / rows) * ACCOUNT, area.y + cells(at % rows));
        if at == shown {
            if accounts.len() > shown {
                let words = format!("and {} more", accounts.len() - shown);
                put(buf, area, x, y, &words, theme.style(Role::Dim));
            }
            continue;
        }
        let Some(account) = app.board.find(&accounts[at]) else { continue };
        let stage = match app.board.position_of(account) {
            Position::OffBoard => "off",
            Position::InStage(_, stage) => stage.id.as_str(),
            Position::Unmapped(_) => "?",
        };
        let x = put(buf, area, x, y, &text::fit(&text::clean(stage), STAGE), theme.style(Role::Dim));
        let name = text::cut(&text::clean(account.name()), NAME).into_owned();
        put(buf, area, x, y, &name, theme.style(Role::Name));
    }
}

/// A cell as the screen says it: days as people say them.
pub(super) fn words(app: &App, cell: &SectionCell) -> String {
    match cell {
        SectionCell::Date(day) => dates::short_day(&app.now, *day),
        cell => cell.words(),
    }
}
