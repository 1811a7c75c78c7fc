//! The bars and dots beside the numbers of a row.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;

use crate::insights::report::{Section, SectionCell};
use crate::insights::stays::StageStays;
use crate::tui::canvas::put;
use crate::tui::chart::axis::Axis;
use crate::tui::chart::bars::{PARTS, bar, divided, shared};
use crate::tui::chart::dots::{ACROSS, DotLine};
use crate::tui::layout::insights::PlacedInsights;
use crate::tui::model::app::App;
use crate::tui::model::badges::phase;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::insights::charts::{BarPart, PageChart, PartMeaning, PartScale};
use crate::tui::model::insights::{ChosenNumber, InsightsPages};
use crate::tui::theme::Role;

/// A day, as the numbers count them.
const DAY: i64 = 24 * 60;

/// The marks of how long half of those who left had been there, and 85 of 100.
pub(super) const HALF: &str = "┊";
pub(super) const MOST: &str = "│";

/// The scale of the days that open accounts have been where they are, in minutes, in a chart of so many cells: those few who
/// have been there for ages do not press all others together, and stand at its end.
pub(super) fn days(pages: &InsightsPages, cells: u16) -> Axis {
    let marks = pages.stays.iter().filter_map(|stays| stays.p85).max().unwrap_or(0);
    let days = (pages.usual_stay.max(marks) + DAY - 1) / DAY;
    Axis::new(u64::try_from(days).unwrap_or(0), cells)
}

/// Where so many minutes lie on a scale of days, in parts of a cell.
fn place(minutes: i64, axis: &Axis, per_cell: u64) -> u64 {
    let top = axis.top() * DAY.unsigned_abs();
    // A finer scale than days, so that hours count.
    let fine =
        |value: u64| (u128::from(value) * u128::from(axis.cells() * per_cell)) / u128::from(top.max(1));
    u64::try_from(fine(u64::try_from(minutes).unwrap_or(0).min(top))).unwrap_or(0)
}

/// The cell of a dot.
pub(super) fn cell_of(minutes: i64, axis: &Axis) -> u16 {
    let cell = place(minutes, axis, 1).min(axis.cells().saturating_sub(1));
    u16::try_from(cell).unwrap_or(0)
}

/// The scale of a page's bars.
pub(super) fn scale(pages: &InsightsPages, section: &Section, chart: &PageChart, cells: u16) -> Axis {
    match chart {
        PageChart::Parts { scale: PartScale::Share { .. }, .. } => Axis::new(100, cells),
        PageChart::Parts { parts, .. } => {
            let whole = |row: &Vec<SectionCell>| parts.iter().map(|part| part.count(row)).sum();
            Axis::new(section.rows.iter().map(whole).max().unwrap_or(0), cells)
        }
        PageChart::Dots => days(pages, cells),
        PageChart::Days { value, mark } => {
            let minutes = |row: &Vec<SectionCell>| {
                [value, mark].into_iter().filter_map(|at| minutes(row.get(*at)?)).max()
            };
            let most = section.rows.iter().filter_map(minutes).max().unwrap_or(0);
            Axis::new(u64::try_from((most + DAY - 1) / DAY).unwrap_or(0), cells)
        }
        PageChart::Percent { value, .. } => {
            let shares = section.rows.iter().filter_map(|row| row.get(*value)?.percent());
            Axis::new(shares.max().unwrap_or(0).max(100) as u64, cells)
        }
        PageChart::Table | PageChart::Columns { .. } | PageChart::Bands => Axis::new(0, cells),
    }
}

/// What the scale counts.
pub(super) fn unit(section: &Section, chart: &PageChart) -> &'static str {
    match chart {
        PageChart::Parts { scale: PartScale::Share { .. }, .. } | PageChart::Percent { .. } => "%",
        PageChart::Parts { .. } => match section.id {
            "outcomes" => "entries",
            "moves" => "moves",
            "alerts" => "alerts",
            "calls" => "times",
            _ => "accounts",
        },
        PageChart::Dots | PageChart::Days { .. } => "days",
        PageChart::Table | PageChart::Columns { .. } | PageChart::Bands => "",
    }
}

fn minutes(cell: &SectionCell) -> Option<i64> {
    if let SectionCell::Minutes(minutes) = cell { *minutes } else { None }
}

/// Whether each row is a stage.
fn has_stages(section: &Section) -> bool {
    section.columns.first().is_some_and(|column| column.id == "stage")
}

/// The hue of a row: that of its stage's phase, where it is a stage.
fn hue(app: &App, section: &Section, row: usize) -> Role {
    if has_stages(section) { phase(app, ColumnId::Stage(row)) } else { Role::Accent }
}

/// The hue that stands for those of all rows: theirs, or none where they differ.
pub(super) fn hue_of_all(section: &Section) -> Role {
    if has_stages(section) { Role::Text } else { Role::Accent }
}

pub(super) fn role(meaning: PartMeaning, hue: Role) -> Role {
    match meaning {
        PartMeaning::Phase => hue,
        PartMeaning::Over => Role::PhaseClosed,
        PartMeaning::Good => Role::Ok,
        PartMeaning::Late => Role::Warning,
        PartMeaning::Bad => Role::Danger,
        PartMeaning::Aside => Role::Dim,
    }
}

/// The mark of the part at `at` of `of`.
pub(super) fn letter(at: usize, of: usize) -> &'static str {
    if of == 1 { "█" } else { PARTS[at.min(PARTS.len() - 1)] }
}

/// How many cells each part of a row has.
fn cells(parts: &[BarPart], scale: PartScale, row: &[SectionCell], axis: &Axis) -> Vec<usize> {
    let counts: Vec<u64> = parts.iter().map(|part| part.count(row)).collect();
    match scale {
        // All of it is as long as the scale.
        PartScale::Share { .. } => divided(&counts, usize::try_from(axis.cells()).unwrap_or(0)),
        PartScale::Count => shared(&counts, axis),
    }
}

/// Draws what stands beside the numbers of a row in `area`, one line.
pub(super) fn draw(
    app: &App,
    pages: &InsightsPages,
    (section, row): (&Section, usize),
    (chart, axis): (&PageChart, &Axis),
    chosen: Option<&ChosenNumber<'_>>,
    area: Rect,
    buf: &mut Buffer,
) {
    let Some(cells_of_row) = section.rows.get(row) else { return };
    let theme = &app.theme;
    let hue = hue(app, section, row);
    match chart {
        PageChart::Parts { parts, scale } => {
            if let [only] = &parts[..] {
                let style = theme.style(role(only.meaning, hue));
                put(buf, area, area.x, area.y, &bar(only.count(cells_of_row), axis), style);
                return;
            }
            let mut x = area.x;
            // What is not finished does not compare with the others.
            let is_dim = !section.is_finished(cells_of_row);
            for (at, (part, cells)) in parts.iter().zip(cells(parts, *scale, cells_of_row, axis)).enumerate()
            {
                let is_chosen = matches!(chosen, Some(ChosenNumber::Cell(column, _)) if part.columns.contains(column) && part.without.is_empty());
                let role = match (is_chosen, is_dim) {
                    (true, _) => Role::Accent,
                    (false, true) => Role::Dim,
                    (false, false) => role(part.meaning, hue),
                };
                x = put(buf, area, x, area.y, &letter(at, parts.len()).repeat(cells), theme.style(role));
            }
            if let PartScale::Share { goal } = scale
                && x > area.x
            {
                let at = u16::try_from(axis.parts(*goal, 1)).unwrap_or(0);
                over_bar(app, area.x + at.min(area.width.saturating_sub(1)), area, buf);
            }
        }
        PageChart::Dots => {
            if let Some(stays) = pages.stays.get(row) {
                dots(app, stays, (axis, hue), chosen, area, buf);
            }
        }
        PageChart::Days { value, mark } => {
            let of = |at: &usize| cells_of_row.get(*at).and_then(minutes);
            let Some(stay) = of(value) else { return };
            let eighths = place(stay, axis, 8).max(1);
            let days = bar(eighths, &Axis::exact(eighths.max(axis.cells() * 8), axis.cells()));
            put(buf, area, area.x, area.y, &days, theme.style(Role::Warning));
            if let Some(mark) = of(mark) {
                over_bar(app, area.x + cell_of(mark, axis), area, buf);
            }
        }
        PageChart::Percent { value, mark } => {
            let of = |at: &usize| cells_of_row.get(*at).and_then(SectionCell::percent);
            let Some(share) = of(value) else { return };
            let meant = of(mark).unwrap_or(0);
            let role = if share >= meant { Role::Ok } else { Role::Warning };
            put(buf, area, area.x, area.y, &bar(share as u64, axis), theme.style(role));
            let at = u16::try_from(axis.parts(meant as u64, 1)).unwrap_or(0);
            over_bar(app, area.x + at.min(area.width.saturating_sub(1)), area, buf);
        }
        PageChart::Table | PageChart::Columns { .. } | PageChart::Bands => {}
    }
}

/// A mark in a bar. The hue of the bar is not that of the mark: a role without one of its own would let it through.
fn over_bar(app: &App, x: u16, area: Rect, buf: &mut Buffer) {
    if let Some(cell) = buf.cell_mut((x, area.y)) {
        cell.set_fg(Color::Reset);
    }
    put(buf, area, x, area.y, MOST, app.theme.style(Role::Header));
}

/// A dot for each open account of a stage, and where those stood who left it.
fn dots(
    app: &App,
    stays: &StageStays,
    (axis, hue): (&Axis, Role),
    chosen: Option<&ChosenNumber<'_>>,
    area: Rect,
    buf: &mut Buffer,
) {
    let theme = &app.theme;
    for (mark, letter) in [(stays.p50, HALF), (stays.p85, MOST)] {
        if let Some(minutes) = mark {
            put(buf, area, area.x + cell_of(minutes, axis), area.y, letter, theme.style(Role::Border));
        }
    }
    let line =
        DotLine::new(stays.open.iter().map(|stay| place(stay.minutes, axis, ACROSS)), area.width.into());
    let late = stays.p85.map(|p85| cell_of(p85, axis));
    for cell in 0..area.width {
        let Some(letter) = line.letter(cell.into()) else { continue };
        let is_late = late.is_some_and(|late| cell > late);
        let role = if is_late { Role::Warning } else { hue };
        put(buf, area, area.x + cell, area.y, &letter.to_string(), theme.style(role));
    }
    if let Some(ChosenNumber::Dot(stay)) = chosen {
        let x = area.x + cell_of(stay.minutes, axis);
        put(buf, area, x, area.y, "●", theme.style(Role::Accent));
    }
}

/// The number of the chosen row that the part at a cell of its bar stands for.
pub(super) fn part_at(
    pages: &InsightsPages,
    placed: &PlacedInsights,
    numbers: &[ChosenNumber<'_>],
    cell: u16,
) -> Option<usize> {
    let section = &pages.sections[placed.place];
    let chart = &pages.charts[placed.place];
    let PageChart::Parts { parts, scale: of_parts } = chart else { return None };
    let axis = scale(pages, section, chart, placed.bars.width);
    let mut end = 0;
    let cells = cells(parts, *of_parts, section.rows.get(placed.row)?, &axis);
    let part = parts.iter().zip(cells).find(|(_, cells)| {
        end += cells;
        usize::from(cell) < end
    });
    let column = *part?.0.columns.first()?;
    numbers.iter().position(|number| matches!(number, ChosenNumber::Cell(at, _) if *at == column))
}
