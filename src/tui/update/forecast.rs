//! The forecast: its lines, going through their numbers, and opening the accounts behind one.

use std::collections::HashSet;

use super::super::layout;
use crate::state::query::forecast::{Amounts, Forecast, ForecastRow};
use crate::state::{AccountId, Currency};
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::msg::Effect;
use crate::tui::model::screens::{ForecastLine, ScreenRows, ScreenState};
use crate::tui::model::status::Tone;

/// What `action` does here, if it does not do what it does everywhere.
pub(super) fn act(app: &mut App, action: Action) -> Result<Option<Effect>, Action> {
    match action {
        Action::FocusLeft => sideways(app, -1),
        Action::FocusRight => sideways(app, 1),
        Action::FirstColumn => sideways(app, isize::MIN),
        Action::LastColumn => sideways(app, isize::MAX),
        Action::Open => open(app),
        action => return Err(action),
    }
    Ok(None)
}

/// Opens the accounts behind the chosen number.
fn open(app: &mut App) {
    let Some(ScreenState { row, column, rows: ScreenRows::Forecast(lines), .. }) = &app.page else { return };
    let Some(line) = lines.get(*row) else { return };
    let accounts: HashSet<AccountId> = line.accounts(*column).iter().cloned().collect();
    if accounts.is_empty() {
        return app.say(Tone::Plain, "No accounts in this number");
    }
    let name = line.name.clone();
    app.list_only(name, accounts);
}

fn sideways(app: &mut App, by: isize) {
    let last = layout::forecast_columns(app).saturating_sub(1);
    if let Some(page) = &mut app.page {
        page.column = page.column.saturating_add_signed(by).min(last);
    }
}

pub(super) fn rows(app: &App) -> Vec<ForecastLine> {
    let forecast = Forecast::of(&app.board, &app.setup.weights);
    let mut lines = Vec::new();
    for currency in forecast.currencies() {
        let start = lines.len();
        for (stand, amounts) in forecast.of_currency(currency) {
            let [name, label] = named(app, stand).map(|words| format!("{currency} {words}"));
            let amounts = amounts.clone();
            lines.push(ForecastLine { currency: Some(currency), name, label, is_total: false, amounts });
        }
        if lines.len() - start > 1 {
            let amounts = Amounts::total(lines[start..].iter().map(|line| &line.amounts));
            let name = format!("{currency} total");
            let label = if includes_finished(app, &forecast, currency) {
                format!("{name} (incl. finished)")
            } else {
                name.clone()
            };
            lines.push(ForecastLine { currency: Some(currency), name, label, is_total: true, amounts });
        }
    }
    let amounts = Amounts::total(forecast.unknown.values());
    if !amounts.accounts.is_empty() {
        let label = "No amounts".to_owned();
        lines.push(ForecastLine { currency: None, name: label.clone(), label, is_total: false, amounts });
    }
    lines
}

/// Whether the sums in `currency` count accounts that are finished or off the board.
fn includes_finished(app: &App, forecast: &Forecast, currency: Currency) -> bool {
    forecast.of_currency(currency).any(|(stand, _)| match stand {
        ForecastRow::Stage(position) => {
            app.board.pipeline().stages().get(position).is_some_and(crate::state::Stage::is_closed)
        }
        ForecastRow::OffBoard => true,
        ForecastRow::Unmapped => false,
    })
}

/// What people call where accounts stand: in short, and at length.
fn named(app: &App, stand: ForecastRow) -> [String; 2] {
    match stand {
        ForecastRow::Stage(position) => match app.board.pipeline().stages().get(position) {
            Some(stage) => [stage.id.to_string(), format!("{} {}", stage.id, stage.title())],
            None => Default::default(),
        },
        ForecastRow::Unmapped => ["unmapped"; 2].map(str::to_owned),
        ForecastRow::OffBoard => ["off the board"; 2].map(str::to_owned),
    }
}
