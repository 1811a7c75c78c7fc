//! The bars beside the numbers of the forecast.

use std::collections::HashMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::is_counted;
use crate::state::query::forecast::{ForecastRow, Sum};
use crate::state::{Currency, MoneySum};
use crate::text;
use crate::tui::canvas::put;
use crate::tui::model::app::App;
use crate::tui::model::badges::phase;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::screens::{ForecastLine, ForecastLineKind};
use crate::tui::theme::Role;

/// The cells between the last number and its bar, and those of a bar at least.
const BAR_GAP: u16 = 3;
const LEAST_BAR: u16 = 16;
/// The cells of all that, with one that stays free at the end of the line.
pub(super) const LEAST: u16 = BAR_GAP + LEAST_BAR + 1;
/// The cells of the longest bar of a currency at least: in fewer, its bars would all look alike.
const LEAST_LONGEST: usize = 8;

/// What is left of `row` for a bar, where its last number ends at `x`.
pub(super) fn beside(row: Rect, x: u16) -> Rect {
    let x = (x + BAR_GAP).min(row.right());
    Rect { x, width: row.right() - x, ..row }
}

/// The cells of the longest bar in `area`, which is what is left of a row; none where there is too little room.
fn bar_width(area: Rect) -> u16 {
    let room = area.width.saturating_sub(1);
    if room < LEAST_BAR { 0 } else { room }
}

/// Says what the bars show, in the heading whose last number ends at `x`.
pub(super) fn head(app: &App, area: Rect, x: u16, buf: &mut Buffer) {
    let bar = beside(area, x);
    if bar_width(bar) > 0 {
        let mut words = ["▇ weighted ▂ at risk", "▇ weighted"].into_iter();
        let words = words.find(|words| text::width(words) <= bar.width.into()).unwrap_or_default();
        put(buf, bar, bar.x, bar.y, words, app.theme.style(Role::Header));
    }
}

/// How long the bars of a currency are.
#[derive(Clone, Debug, Default)]
pub(super) struct BarScale {
    /// The line that says it: the currency's first, which has no bar.
    said_in: Option<String>,
    /// The most that is expected in a single stage, in minor units: the longest bar.
    most: i128,
    /// How many accounts stand behind all its bars, and behind those of the currency that has the most.
    accounts: (usize, usize),
}

/// The scales of the bars, per currency. Amounts of two currencies do not compare, but how many accounts bring them does:
/// a single account in yen is no more to look at than any other one.
pub(super) fn scales(app: &App, lines: &[ForecastLine]) -> HashMap<Option<Currency>, BarScale> {
    let mut scales: HashMap<Option<Currency>, BarScale> = HashMap::new();
    for line in lines.iter().filter(|line| is_counted(app, line.kind)) {
        let scale = scales.entry(line.currency).or_default();
        if let ForecastLineKind::Group = line.kind {
            scale.said_in.get_or_insert_with(|| line.name.clone());
        }
        if let ForecastLineKind::Row(_) = line.kind {
            scale.most = scale.most.max(line.amounts.forecasted.plain);
            scale.accounts.0 += line.amounts.accounts.len();
        }
    }
    let all = scales.values().map(|scale| scale.accounts.0).max().unwrap_or(0);
    for scale in scales.values_mut() {
        scale.accounts.1 = all;
    }
    scales
}

/// What the longest bar of the currency stands for: those of two currencies do not compare.
fn say_scale(app: &App, line: &ForecastLine, scale: &BarScale, area: Rect, buf: &mut Buffer) {
    let Some(currency) = line.currency.filter(|_| scale.most > 0 && bar_width(area) > 0) else { return };
    let most = text::clean(&MoneySum::new(scale.most, currency).rounded()).into_owned();
    let words = [format!("longest {currency} bar: {most}"), format!("longest: {most}")];
    if let Some(words) = words.iter().find(|words| text::width(words) <= area.width.into()) {
        put(buf, area, area.x, area.y, words, app.theme.style(Role::Dim));
    }
}

/// What is expected in a stage: as much of the bar as is counted on, then what is at risk.
pub(super) fn draw(app: &App, line: &ForecastLine, scale: &BarScale, area: Rect, buf: &mut Buffer) {
    if scale.said_in.as_deref() == Some(&*line.name) {
        return say_scale(app, line, scale, area, buf);
    }
    let ForecastLineKind::Row(row) = line.kind else { return };
    let BarScale { most, accounts: (accounts, all), .. } = *scale;
    if most <= 0 || !is_counted(app, line.kind) {
        return;
    }
    let room = usize::from(bar_width(area));
    let longest = (room * accounts).div_ceil(all.max(1)).max(LEAST_LONGEST.min(room));
    let width = i128::try_from(longest).unwrap_or(0);
    let Sum { plain, weighted, .. } = &line.amounts.forecasted;
    let cells = |minor: i128| usize::try_from((minor * width + most / 2) / most).unwrap_or(0);
    // Whatever is expected at all is seen.
    let all = cells(*plain).max(usize::from(*plain > 0 && width > 0));
    let at_risk = cells(plain - weighted).min(all);
    let column = match row {
        ForecastRow::Stage(at) => ColumnId::Stage(at),
        ForecastRow::Unmapped | ForecastRow::OffBoard => ColumnId::Unmapped,
    };
    let hue = app.theme.style(phase(app, column));
    let x = put(buf, area, area.x, area.y, &"▇".repeat(all - at_risk), hue);
    // Flat, and in the same colour: a shaded cell is a fourth of its colour, and hardly seen.
    put(buf, area, x, area.y, &"▂".repeat(at_risk), hue);
}
