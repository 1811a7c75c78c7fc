//! What is expected to come in, per currency and stage, as it is and weighted by payment risk.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::layout::{self, number_width};
use super::{put, rule};
use crate::prose::lists::plural;
use crate::state::query::forecast::Sum;
use crate::state::{MoneySum, RiskLevel};
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::screens::{ForecastLine, ScreenState};
use crate::tui::theme::Role;

/// The headings of the numbers, in order.
const TITLES: [&str; 5] = ["Accounts", "Forecast", "weighted", "Upcoming", "weighted"];

/// One row per currency and stage, and one for each currency in all.
pub(super) fn draw(app: &App, page: &ScreenState, lines: &[ForecastLine], area: Rect, buf: &mut Buffer) {
    let theme = &app.setup.theme;
    let columns = layout::forecast_columns(app);
    let label = usize::from(layout::forecast_label(app));
    let mut x = area.x + 1;
    x = put(buf, area, x, area.y, &text::fit("Stage", label), theme.style(Role::Header));
    for (column, title) in TITLES[..columns].iter().enumerate() {
        let number = usize::from(number_width(column));
        x = put(buf, area, x + 1, area.y, &text::fit_right(title, number), theme.style(Role::Header));
    }
    let rows = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if lines.is_empty() {
        let words = "no account is known yet: bring some in with `gangplank import FILE`";
        put(buf, rows, rows.x + 1, rows.y, words, theme.style(Role::Dim));
    }
    let visible = layout::page_rows(app);
    let cents: Vec<usize> = (0..columns)
        .map(|column| {
            let width = usize::from(number_width(column));
            let amounts: Vec<String> = lines.iter().map(|line| shown(line, column, width)).collect();
            let most = amounts.iter().map(|amount| cents(amount)).max().unwrap_or(0);
            // All of them, or none.
            let fit = amounts.iter().all(|amount| cents(amount) > 0 || text::width(amount) + most <= width);
            if fit { most } else { 0 }
        })
        .collect();
    for ((at, line), row) in lines.iter().enumerate().skip(page.first(visible)).take(visible).zip(rows.rows())
    {
        let chosen = at == page.row;
        if chosen {
            put(buf, row, row.x, row.y, "▌", theme.style(Role::Accent));
        }
        let role = match (chosen, line.is_total, line.currency) {
            (true, ..) => Role::Accent,
            (false, true, _) => Role::Header,
            (false, false, Some(_)) => Role::Name,
            (false, false, None) => Role::Dim,
        };
        // What a sum is made of is said whole, or where there is room for it: below.
        let is_whole = !line.is_total || text::width(&line.label) <= label;
        let name = text::fit(&text::clean(if is_whole { &line.label } else { &line.name }), label);
        let mut x = put(buf, row, row.x + 1, row.y, &name, theme.style(role));
        for (column, cents) in cents.iter().enumerate() {
            let number = usize::from(number_width(column));
            let shown = aligned(shown(line, column, number), *cents);
            let pad = u16::try_from(number.saturating_sub(text::width(&shown))).unwrap_or(0);
            let role = match column {
                _ if chosen && column == page.column.min(columns - 1) => Role::Selection,
                0 => Role::Text,
                _ if line.is_total => Role::Header,
                _ => Role::Money,
            };
            x = put(buf, row, x + 1 + pad, row.y, &shown, theme.style(role));
        }
    }
    let height = page.screen().detail_lines(area.height);
    if let Some(line) = lines.get(page.row).filter(|_| height > 0) {
        foot(app, page, line, Rect { y: area.bottom() - height, height, ..area }, buf);
    }
}

/// What the chosen number is, and how what is weighted is counted.
fn foot(app: &App, page: &ScreenState, line: &ForecastLine, area: Rect, buf: &mut Buffer) {
    let what = match page.column.min(layout::forecast_columns(app) - 1) {
        0 => "Accounts",
        1 => "forecasted MRR",
        2 => "forecasted MRR, weighted",
        3 => "upcoming invoices",
        _ => "upcoming invoices, weighted",
    };
    rule(app, &format!("{} · {what}", line.label), area, buf);
    let percent = |level| format!("{level} {} %", app.setup.weights.percent(level));
    let levels = [RiskLevel::None, RiskLevel::Low, RiskLevel::Medium, RiskLevel::High].map(percent);
    let words = format!("weighted by payment risk: {}", levels.join(", "));
    put(buf, area, area.x + 1, area.y + 1, &words, app.setup.theme.style(Role::Dim));
}

/// A number of `line`; a dash where nobody stands behind it, for it is unknown rather than zero.
fn shown(line: &ForecastLine, column: usize, width: usize) -> String {
    let of = |sum: &Sum, minor: i128| {
        let money = line.currency.filter(|_| !sum.accounts.is_empty()).map(|code| MoneySum::new(minor, code));
        money.map_or_else(|| "–".to_owned(), |money| fitting(money, width))
    };
    let amounts = &line.amounts;
    match column {
        0 => amounts.accounts.len().to_string(),
        1 => of(&amounts.forecasted, amounts.forecasted.plain),
        2 => of(&amounts.forecasted, amounts.forecasted.weighted),
        3 => of(&amounts.upcoming, amounts.upcoming.plain),
        _ => of(&amounts.upcoming, amounts.upcoming.weighted),
    }
}

/// How many cells the minor units of an amount take, with their point.
fn cents(amount: &str) -> usize {
    amount.rfind('.').map_or(0, |point| amount.len() - point)
}

/// `amount` with room after it for `minor` cells of minor units it has none of, so that whole ones stand under whole ones.
fn aligned(amount: String, minor: usize) -> String {
    let ends_whole = amount.ends_with(|c: char| c.is_ascii_digit()) && cents(&amount) == 0;
    if ends_whole { amount + &" ".repeat(minor) } else { amount }
}

/// The amount to the last unit where that fits, else rounded to whole ones; never only a part of its digits.
fn fitting(money: MoneySum, width: usize) -> String {
    let exact = text::clean(&money.to_string()).into_owned();
    let rounded =
        if text::width(&exact) <= width { exact } else { text::clean(&money.rounded()).into_owned() };
    if text::width(&rounded) <= width { rounded } else { "too long".to_owned() }
}

pub(super) fn title(app: &App) -> String {
    format!("forecast · {}", plural(app.board.len(), "account", "accounts"))
}
