//! What is expected to come in, per currency and stage, as it is and weighted by payment risk.

mod bars;

use std::cmp::Reverse;
use std::collections::HashSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::in_view;
use crate::prose::follow_ups::refunded_in_month;
use crate::prose::lists::{lower_case, plural};
use crate::state::query::forecast::{Amounts, Forecast, ForecastGroup, ForecastRow, Sum};
use crate::state::query::refunds;
use crate::state::{AccountId, Currency, FactKey, Money, MoneySum, Position, RiskLevel};
use crate::text;
use crate::tui::canvas::{more_below, put, put_right, rule};
use crate::tui::input::action::Action;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::badges::{badges, renewal};
use crate::tui::model::hints::Hint;
use crate::tui::model::screens::{
    ForecastLine, ForecastLineKind, ForecastTable, ScreenId, ScreenRows, ScreenState,
};
use crate::tui::model::status::Tone;
use crate::tui::theme::Role;

pub(super) const HINTS: &[Hint] = &[
    (Action::Clear, "Back"),
    (Action::Open, "Accounts"),
    (Action::FocusRight, "Next number"),
    (Action::FocusLeft, "Previous number"),
    (Action::FocusDown, "Down"),
    (Action::FocusUp, "Up"),
    (Action::Help, "Help"),
];

/// Opens the accounts behind the chosen number.
pub(super) fn open(app: &mut App) {
    let Some(ScreenState { row, column, rows: ScreenRows::Forecast(table), .. }) = &app.screen else {
        return;
    };
    let Some(line) = table.lines.get(*row) else { return };
    let accounts: HashSet<AccountId> = line.accounts(*column).iter().cloned().collect();
    if accounts.is_empty() {
        return app.say(Tone::Plain, "No accounts in this number");
    }
    let name = line.name.clone();
    app.list_only(name, accounts);
}

/// Chooses the number `by` columns to the right, where the forecast is open.
pub fn sideways(app: &mut App, by: isize) {
    let last = columns(app).saturating_sub(1);
    if let Some(screen) = app.screen.as_mut().filter(|screen| screen.id == ScreenId::Forecast) {
        screen.column = screen.column.saturating_add_signed(by).min(last);
    }
}

pub(super) fn table(app: &App) -> ForecastTable {
    let refunded = refunds::this_month(&app.board, app.board.accounts(), &app.now);
    ForecastTable { lines: lines(app), refunded: refunds::by_currency(&refunded) }
}

fn lines(app: &App) -> Vec<ForecastLine> {
    let forecast = Forecast::of(&app.board, &app.setup.weights);
    let mut lines: Vec<ForecastLine> =
        forecast.currencies().into_iter().flat_map(|currency| lines_of(app, &forecast, currency)).collect();
    let amounts = Amounts::total(forecast.unknown.values());
    if !amounts.accounts.is_empty() {
        let label = "No amounts".to_owned();
        let kind = ForecastLineKind::Unknown;
        lines.push(forecast_line(app, None, kind, label.clone(), label, amounts));
    }
    lines
}

/// What is open and what is won, each with its stages, and their total; then what is in no total.
fn lines_of(app: &App, forecast: &Forecast, currency: Currency) -> Vec<ForecastLine> {
    let pipeline = app.board.pipeline();
    let line = |kind, name: String, label: String, amounts| {
        forecast_line(app, Some(currency), kind, format!("{currency} {name}"), label, amounts)
    };
    let rows_of = |group| forecast.of_currency(currency).filter(move |(row, _)| row.group(pipeline) == group);
    let mut lines = Vec::new();
    let mut counted = Vec::new();
    for group in [ForecastGroup::Open, ForecastGroup::Won] {
        let rows: Vec<_> = rows_of(group).collect();
        let sum = Amounts::total(rows.iter().map(|(_, amounts)| *amounts));
        if rows.is_empty() {
            continue;
        }
        let name = title_of(group);
        lines.push(line(ForecastLineKind::Group, name.to_owned(), format!("{currency} {name}"), sum.clone()));
        counted.push(sum);
        for (row, amounts) in rows {
            let [name, label] = named(app, row);
            lines.push(line(ForecastLineKind::Row(row), name, format!("  {label}"), amounts.clone()));
        }
    }
    if counted.len() > 1 {
        let name = "open and won".to_owned();
        let label = format!("{currency} {name}");
        lines.push(line(ForecastLineKind::Total, name, label, Amounts::total(&counted)));
    }
    for group in [ForecastGroup::Lost, ForecastGroup::OffBoard] {
        for (row, amounts) in rows_of(group) {
            let [name, label] = named(app, row);
            let label = if group == ForecastGroup::Lost { format!("lost: {label}") } else { label };
            lines.push(line(
                ForecastLineKind::Row(row),
                name,
                format!("{currency} {label}"),
                amounts.clone(),
            ));
        }
    }
    lines
}

/// How many accounts are kept of those behind a number: more than any screen shows.
const LARGEST: usize = 200;

fn forecast_line(
    app: &App,
    currency: Option<Currency>,
    kind: ForecastLineKind,
    name: String,
    label: String,
    amounts: Amounts,
) -> ForecastLine {
    ForecastLine {
        largest: largest(app, &amounts.accounts, &FactKey::ForecastedMrr),
        largest_invoices: largest(app, &amounts.upcoming.accounts, &FactKey::UpcomingInvoice),
        currency,
        kind,
        name,
        label,
        amounts,
    }
}

/// Those of `accounts` with the largest amounts, the largest first.
fn largest(app: &App, accounts: &[AccountId], key: &FactKey) -> Vec<AccountId> {
    let amount = |id: &AccountId| app.board.get(id)?.money(key).map(|money| money.minor);
    let mut rated: Vec<(Reverse<Option<i64>>, &AccountId)> =
        accounts.iter().map(|id| (Reverse(amount(id)), id)).collect();
    // Of very many, only those are put in order that may be shown.
    if rated.len() > LARGEST {
        rated.select_nth_unstable(LARGEST - 1);
        rated.truncate(LARGEST);
    }
    rated.sort_unstable();
    rated.into_iter().map(|(_, id)| id.clone()).collect()
}

fn title_of(group: ForecastGroup) -> &'static str {
    match group {
        ForecastGroup::Open => "open",
        ForecastGroup::Won => "won",
        ForecastGroup::Lost => "lost",
        ForecastGroup::OffBoard => "off the board",
    }
}

/// What people call where accounts stand: in short, and at length.
fn named(app: &App, row: ForecastRow) -> [String; 2] {
    match row {
        ForecastRow::Stage(position) => match app.board.pipeline().stages().get(position) {
            Some(stage) => [stage.id.to_string(), format!("{} {}", stage.id, stage.title())],
            None => Default::default(),
        },
        ForecastRow::Unmapped => ["unmapped"; 2].map(str::to_owned),
        ForecastRow::OffBoard => ["off the board"; 2].map(str::to_owned),
    }
}

/// The cells of an amount of the forecast, of the count before them, and of the label at least.
const AMOUNT: u16 = 12;
const COUNT: u16 = 8;
const LABEL: u16 = 26;
/// Wider than this, the numbers would stand too far from their label.
const WIDEST_LABEL: u16 = 36;
/// With less than this, the titles of stages would be cut for the sake of the bars.
const LABEL_BESIDE_BARS: u16 = 31;

/// How many numbers of the forecast fit beside their label; the count always does.
fn columns(app: &App) -> usize {
    let width = layout::areas(app).body.width;
    let fits = |columns: &usize| LABEL + 1 + numbers_width(*columns) <= width;
    (1..=TITLES.len()).rev().find(fits).unwrap_or(1)
}

/// The cells of the number in `column` of the forecast: those of its title at least.
fn number_width(column: usize) -> u16 {
    let title = TITLES.get(column).map_or(0, |title| u16::try_from(text::width(title)).unwrap_or(0));
    if column == 0 { COUNT } else { title.max(AMOUNT) }
}

/// The cells that the number itself may take there: a long title lets no number say more than those beside it.
fn digits(column: usize) -> usize {
    usize::from(number_width(column).min(AMOUNT))
}

/// The cells of the first `columns` numbers, with those before each.
fn numbers_width(columns: usize) -> u16 {
    (0..columns).map(|column| number_width(column) + 1).sum()
}

/// The cells of a label of the forecast: what its numbers leave, and the bars if they have room by that.
fn label_width(app: &App) -> u16 {
    let room = layout::areas(app).body.width.saturating_sub(1 + numbers_width(columns(app)));
    let widest = room.min(WIDEST_LABEL);
    let beside_bars = room.saturating_sub(bars::LEAST);
    if (LABEL_BESIDE_BARS..widest).contains(&beside_bars) { beside_bars } else { widest }
}

/// The number of the open forecast whose column the cell at `x` lies in.
pub fn column_at(app: &App, x: u16) -> Option<usize> {
    app.screen.as_ref().filter(|screen| screen.id == ScreenId::Forecast)?;
    let mut right = layout::areas(app).body.x + 1 + label_width(app);
    if x < right {
        return None;
    }
    (0..columns(app)).find(|column| {
        right += 1 + number_width(*column);
        x < right
    })
}

/// The headings of the numbers, in order.
pub(in crate::tui) const TITLES: [&str; 5] =
    ["Accounts", "Forecast", "Weighted", "Upcoming", "Weighted upcoming"];

/// One row per currency and stage, and one for each currency in all.
pub(super) fn draw(app: &App, screen: &ScreenState, table: &ForecastTable, area: Rect, buf: &mut Buffer) {
    let ForecastTable { lines, refunded } = table;
    let theme = &app.theme;
    let columns = columns(app);
    let label = usize::from(label_width(app));
    let mut x = area.x + 1;
    x = put(buf, area, x, area.y, &text::fit("Stage", label), theme.style(Role::Header));
    for (column, title) in TITLES[..columns].iter().enumerate() {
        let number = usize::from(number_width(column));
        x = put(buf, area, x + 1, area.y, &text::fit_right(title, number), theme.style(Role::Header));
    }
    if lines.is_empty() {
        let words = "no account is known yet: bring some in with `gangplank import FILE`";
        put(buf, area, area.x + 1, area.y + 1, words, theme.style(Role::Dim));
    }
    let cents: Vec<usize> = (0..columns)
        .map(|column| {
            let width = digits(column);
            let amounts: Vec<String> = lines.iter().map(|line| shown(line, column, width)).collect();
            let most = amounts.iter().map(|amount| cents(amount)).max().unwrap_or(0);
            // All of them, or none.
            let fit = amounts.iter().all(|amount| cents(amount) > 0 || text::width(amount) + most <= width);
            if fit { most } else { 0 }
        })
        .collect();
    bars::head(app, area, x, buf);
    let scales = bars::scales(app, lines);
    for (line, row, chosen) in in_view(app, screen, lines, area, buf) {
        let is_sum = matches!(line.kind, ForecastLineKind::Group | ForecastLineKind::Total);
        let is_counted = is_sum || is_counted(app, line.kind);
        let role = match (chosen, is_sum, is_counted) {
            (true, ..) => app.chosen_role(),
            (false, true, _) => Role::Header,
            (false, false, true) => Role::Name,
            (false, false, false) => Role::Dim,
        };
        let name = text::fit(&text::clean(&line.label), label);
        let mut x = put(buf, row, row.x + 1, row.y, &name, theme.style(role));
        for (column, cents) in cents.iter().enumerate() {
            let number = usize::from(number_width(column));
            let shown = aligned(shown(line, column, digits(column)), *cents);
            let pad = u16::try_from(number.saturating_sub(text::width(&shown))).unwrap_or(0);
            if chosen && column == screen.column.min(columns - 1) {
                let style = theme.style(Role::Accent).add_modifier(Modifier::UNDERLINED);
                x = put(buf, row, x + 1 + pad, row.y, &shown, style);
                continue;
            }
            let role = match column {
                0 => Role::Text,
                _ if is_sum => Role::Header,
                _ if !is_counted => Role::Dim,
                _ => Role::Money,
            };
            x = put(buf, row, x + 1 + pad, row.y, &shown, theme.style(role));
        }
        if let Some(scale) = scales.get(&line.currency) {
            bars::draw(app, line, scale, bars::beside(row, x), buf);
        }
    }
    let details = layout::details(screen, area);
    if let Some(line) = lines.get(screen.row).filter(|_| !details.is_empty()) {
        draw_details(app, screen, line, refunded, details, buf);
    }
    let visible = layout::screen_rows(app);
    let below = more_below(lines.len().saturating_sub(screen.first(visible) + visible));
    // Where the heading has no room for it, what is said under the rows has.
    if usize::from(area.right().saturating_sub(x)) < text::width(&below) {
        let end = Rect { width: details.width.saturating_sub(1), height: details.height.min(1), ..details };
        put_right(buf, end, &below, theme.style(Role::Dim));
    }
}

/// Whether a total counts the line.
fn is_counted(app: &App, kind: ForecastLineKind) -> bool {
    match kind {
        ForecastLineKind::Group | ForecastLineKind::Total => true,
        ForecastLineKind::Row(row) => row.group(app.board.pipeline()).is_counted(),
        ForecastLineKind::Unknown => false,
    }
}

/// What the chosen number is, and how what is weighted is counted.
fn draw_details(
    app: &App,
    screen: &ScreenState,
    line: &ForecastLine,
    refunded: &[MoneySum],
    area: Rect,
    buf: &mut Buffer,
) {
    let what = match screen.column.min(columns(app) - 1) {
        0 => "Accounts",
        1 => "forecast",
        2 => "forecast, weighted",
        3 => "upcoming invoices",
        _ => "upcoming invoices, weighted",
    };
    rule(&app.theme, &format!("{} · {what}", line_title(line)), area, buf);
    let percent = |level: &RiskLevel| format!("{level} {} %", app.setup.weights.percent(*level));
    let levels: Vec<_> = RiskLevel::ALL.iter().map(percent).collect();
    let words = format!("weighted by payment risk: {}", levels.join(", "));
    put(buf, area, area.x + 1, area.y + 1, &words, app.theme.style(Role::Dim));
    let words = lower_case(&refunded_in_month(refunded, &app.now));
    put(buf, area, area.x + 1, area.y + 2, &text::clean(&words), app.theme.style(Role::Dim));
    let below = Rect { y: area.y + 4, height: area.height.saturating_sub(4), ..area };
    draw_largest(app, screen.column.min(columns(app) - 1), line, below, buf);
}

/// The cells of an account behind a number, at least and at most; and of its name, its amount and its renewal among them.
const ACCOUNT: u16 = 52;
const WIDEST_ACCOUNT: u16 = 76;
const ACCOUNT_NAME: usize = 22;
const ACCOUNT_AMOUNT: usize = 10;
const ACCOUNT_RENEWS: usize = 6;

/// The accounts that bring most of the number in `column` of `line`, one under the other and column by column.
fn draw_largest(app: &App, column: usize, line: &ForecastLine, area: Rect, buf: &mut Buffer) {
    let (ids, key) = match column {
        0..=2 => (&line.largest, FactKey::ForecastedMrr),
        _ => (&line.largest_invoices, FactKey::UpcomingInvoice),
    };
    let rows = usize::from(area.height.saturating_sub(1));
    let beside = usize::from(area.width.saturating_sub(1) / ACCOUNT);
    if rows == 0 || beside == 0 || ids.is_empty() {
        return;
    }
    let theme = &app.theme;
    let cells = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
    // As many columns as it takes, over the whole width.
    let needed = cells(ids.len().div_ceil(rows).clamp(1, beside));
    let cell = ((area.width - 1) / needed).clamp(ACCOUNT, WIDEST_ACCOUNT);
    let name_width = ACCOUNT_NAME + usize::from(cell - ACCOUNT).min(10);
    let all = line.accounts(column).len();
    let words = match all.saturating_sub(ids.len().min(rows * beside)) {
        0 => plural(all, "account, the largest first", "accounts, the largest first"),
        more => format!("The largest of {all} accounts; {more} more"),
    };
    put(buf, area, area.x + 1, area.y, &words, theme.style(Role::Header));
    for (at, account) in ids.iter().filter_map(|id| app.board.get(id)).take(rows * beside).enumerate() {
        let x = area.x + 1 + cells(at / rows).saturating_mul(cell);
        let y = area.y + 1 + cells(at % rows);
        let stage = match app.board.position_of(account) {
            Position::OffBoard => "off",
            Position::InStage(_, stage) => stage.id.as_str(),
            Position::Unmapped(_) => "?",
        };
        let amount = account.money(&key).map_or_else(|| "–".to_owned(), Money::rounded);
        let (due, urgency) = renewal(app, account);
        let name = text::fit(&text::clean(account.name()), name_width);
        let mut x = put(buf, area, x, y, &name, theme.style(Role::Name)) + 1;
        for (words, role) in [
            (text::fit(&text::clean(stage), 3), Role::Dim),
            (text::fit_right(&amount, ACCOUNT_AMOUNT), Role::Money),
            (text::fit_right(&due, ACCOUNT_RENEWS), urgency),
        ] {
            x = put(buf, area, x, y, &words, theme.style(role)) + 1;
        }
        let risk = badges(app, account).into_iter().find(|(badge, _)| badge.starts_with('⚑'));
        if let Some((badge, role)) = risk {
            put(buf, area, x, y, &badge, theme.style(role));
        }
    }
}

/// What the line is, whole.
pub(in crate::tui) fn line_title(line: &ForecastLine) -> String {
    let label = line.label.trim_start();
    match line.currency {
        Some(currency) if !label.starts_with(currency.code()) => format!("{currency} {label}"),
        Some(_) | None => label.to_owned(),
    }
}

/// A number of `line`; a dash where nobody stands behind it, for it is unknown rather than zero.
pub(in crate::tui) fn shown(line: &ForecastLine, column: usize, width: usize) -> String {
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
