//! Where the parts of a page of numbers lie: the list of sections, the words over the table, the table, its bars, and what is
//! said of the chosen number.

use ratatui::layout::Rect;

use crate::insights::report::{Section, SectionCell};
use crate::text;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::insights::InsightsPages;
use crate::tui::model::insights::charts::PageChart;
use crate::tui::model::screens::{ScreenRows, ScreenState};

/// The cells of the list of sections, and from which width of the screen on there is one.
const SECTIONS: u16 = 22;
const SECTIONS_FROM: u16 = 64;
/// The cells of a row's label at most, on a narrow page and on a wide one.
const LABEL: usize = 24;
const LEAST_LABEL: u16 = 16;
const WIDE_LABEL: usize = 34;
/// The cells of a bar at least, and of one beside each of several numbers.
const BAR: u16 = 16;
const SMALL_BAR: u16 = 4;
/// Longer ones would be hard to follow with the eye.
const LONGEST_BAR: u16 = 120;
/// The lines of the bands at least: with more of them, there is an empty one under the days.
pub const LEAST_PLOT: u16 = 5;
/// The lines that are kept for what is said of the chosen number.
const DETAILS: u16 = 4;
const LEAST_DETAILS: u16 = 2;
/// The cells that are left of words at least.
const LEAST_WORDS: u16 = 12;

/// A page with its parts.
#[derive(Clone, Debug)]
pub struct PlacedInsights {
    /// The list of sections; empty where there is no room.
    pub sections: Rect,
    /// All beside it.
    pub page: Rect,
    /// The section, and the chosen one of its rows.
    pub place: usize,
    pub row: usize,
    /// What its numbers mean, in lines under the title.
    pub meaning: Vec<String>,
    /// The bands over the table; empty where there are none.
    pub plot: Rect,
    /// What the marks of the chart mean; empty where it has none.
    pub legend: Rect,
    /// The line of the titles.
    pub head: Rect,
    pub rows: Rect,
    /// The first row in view.
    pub first: usize,
    pub label: u16,
    pub columns: Vec<PlacedNumber>,
    /// Whether there are more columns to their left, and to their right.
    pub more: (bool, bool),
    /// The bars beside the rows, all as wide as this.
    pub bars: Rect,
    /// The scale under them.
    pub axis: Rect,
    pub details: Rect,
}

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacedNumber {
    pub column: usize,
    pub x: u16,
    pub width: u16,
    pub is_right: bool,
    /// The cells of a bar of its own behind it.
    pub bar: u16,
}

impl PlacedNumber {
    /// The first cell of its bar.
    pub fn bar_x(&self) -> u16 {
        self.x + self.width + 1
    }

    /// The cell behind it and its bar.
    pub fn end(&self) -> u16 {
        self.x + self.width + if self.bar > 0 { self.bar + 1 } else { 0 }
    }
}

/// The open page, placed; nothing where another screen is open, or no number is there yet.
pub fn placed(app: &App) -> Option<(&InsightsPages, PlacedInsights)> {
    let screen = app.screen.as_ref()?;
    let ScreenRows::Insights(Some(pages)) = &screen.rows else { return None };
    Some((pages, place(screen, pages, layout::areas(app).body)))
}

/// The same in `area`.
pub fn place(screen: &ScreenState, pages: &InsightsPages, area: Rect) -> PlacedInsights {
    let (at, row) = pages.place(screen.row);
    let section = &pages.sections[at];
    let chart = &pages.charts[at];
    let beside = if area.width >= SECTIONS_FROM { SECTIONS } else { 0 };
    let sections = Rect { width: beside, ..area };
    let margin = u16::from(area.width > 20);
    let x = area.x + beside + margin;
    let page = Rect { x, width: area.right().saturating_sub(x + margin), ..area };
    let most = match page.height {
        0..8 => 0,
        8..20 => 2,
        _ => 3,
    };
    let meaning: Vec<String> = text::wrapped(&text::clean(&section.meaning), page.width.into(), 0)
        .into_iter()
        .map(Into::into)
        .collect();
    let meaning = if meaning.len() <= most || page.height >= 16 { meaning } else { Vec::new() };
    let wanted = u16::try_from(section.rows.len().max(1)).unwrap_or(u16::MAX);
    // Where not all rows would be in view, less is said over them.
    let others = 4 + u16::from(chart.has_marks()) + DETAILS;
    let lines = |meaning: &[String]| u16::try_from(meaning.len()).unwrap_or(u16::MAX);
    let meaning = if page.height < lines(&meaning).saturating_add(others).saturating_add(wanted.min(24)) {
        let first = format!("{}.", first_part(&section.meaning));
        text::wrapped(&text::clean(&first), page.width.into(), 0)
            .into_iter()
            .map(Into::into)
            .take(meaning.len())
            .collect()
    } else {
        meaning
    };
    let line = |y: u16, height: u16| Rect { y, height, ..page };
    let has_scale = !section.rows.is_empty() && has_bars(chart) && page.height >= 10;
    let lines = u16::try_from(meaning.len()).unwrap_or(0);
    let has_legend = !section.rows.is_empty() && page.height >= 12 && chart.has_marks();
    let gap = u16::from(page.height >= 22);
    let over = (1 + lines + gap).min(page.height);
    let mut left = page.height - over;
    let mut y = page.y + over;
    let has_plot = *chart == PageChart::Bands && left >= 10 && !section.rows.is_empty();
    // As high as it can be without a row out of sight, and no higher than the rows are.
    let spare = left.saturating_sub(1 + wanted + LEAST_DETAILS);
    let plot = line(y, if has_plot { spare.min(left / 2).clamp(LEAST_PLOT, 24) } else { 0 });
    (y, left) = (y + plot.height, left - plot.height);
    let legend = line(y, if has_legend { left.min(1) } else { 0 });
    (y, left) = (y + legend.height, left - legend.height);
    let head = line(y, left.min(1));
    (y, left) = (y + head.height, left - head.height);
    let scale = u16::from(has_scale).min(left);
    left -= scale;
    // Where nothing can be chosen, nothing is said of it.
    let is_said = (0..section.rows.len()).any(|row| pages.numbers(at, row).next().is_some());
    let kept = match left {
        _ if !is_said => 0,
        // Who stands behind a number is worth less than a row that is out of sight.
        8.. => left.saturating_sub(wanted).clamp(LEAST_DETAILS, DETAILS),
        _ => left / 3,
    };
    let rows = line(y, wanted.min(left - kept));
    let axis = line(rows.bottom(), scale);
    let gap = u16::from(rows.height + kept < left);
    let details =
        Rect { y: axis.bottom() + gap, height: page.bottom().saturating_sub(axis.bottom() + gap), ..page };
    let visible = usize::from(rows.height);
    let first = (row + 1).saturating_sub(visible);
    let chosen = pages.chosen(at, row, screen.column).and_then(|number| number.column());
    let PlacedColumns { label, columns, more, end } =
        columns(section, &pages.widths[at], chart, chosen, page);
    let bar_x = (end + 2).min(page.right());
    let width = if has_bars(chart) { (page.right() - bar_x).saturating_sub(1).min(LONGEST_BAR) } else { 0 };
    let bars = Rect { x: bar_x, width: if width < 8 { 0 } else { width }, ..rows };
    PlacedInsights {
        sections,
        page,
        place: at,
        row,
        meaning,
        plot,
        legend,
        head,
        rows,
        first,
        label,
        columns,
        more,
        bars,
        axis,
        details,
    }
}

/// What stands before the first colon or full stop: `Every entry into a stage in the window`.
fn first_part(meaning: &str) -> &str {
    let end = meaning.find([':', '.', ';']).unwrap_or(meaning.len());
    &meaning[..end]
}

/// Whether there is something beside all numbers of a row.
fn has_bars(chart: &PageChart) -> bool {
    match chart {
        PageChart::Parts { .. } | PageChart::Dots | PageChart::Days { .. } | PageChart::Percent { .. } => {
            true
        }
        PageChart::Table | PageChart::Columns { .. } | PageChart::Bands => false,
    }
}

/// The columns of a table that are in view.
#[derive(Clone, Debug, Default)]
struct PlacedColumns {
    /// The cells of the label.
    label: u16,
    columns: Vec<PlacedNumber>,
    /// Whether there are more to the left, and to the right.
    more: (bool, bool),
    /// Where the last one ends.
    end: u16,
}

/// A table that looks for room.
struct WantedColumns<'a> {
    section: &'a Section,
    widths: &'a [usize],
    /// The columns with a bar of their own.
    own: &'a [usize],
    page: Rect,
}

/// As many columns as fit. The chosen one is always in view: those before it go where it would have no room.
fn columns(
    section: &Section,
    widths: &[usize],
    chart: &PageChart,
    chosen: Option<usize>,
    page: Rect,
) -> PlacedColumns {
    let own: &[usize] = if let PageChart::Columns { columns, .. } = chart { columns } else { &[] };
    let table = WantedColumns { section, widths, own, page };
    // What the parts are is seen sooner than it is read; but a bar is as well seen shorter, where more words and numbers fit
    // then.
    let [short, long] = [1, 2].map(|fifths| (page.width / 5 * fifths).max(BAR) + 3);
    let short_too = if has_bars(chart) { short } else { 0 };
    let mut all: Vec<usize> = (1..section.columns.len()).collect();
    if table.wanted(&all).saturating_add(short_too) > page.width {
        // Whom a row is about is said by its name already.
        all.retain(|column| section.columns[*column].id != "id");
    }
    let left = page.width.saturating_sub(table.wanted(&all));
    let reserved = if !has_bars(chart) {
        0
    } else if left >= short {
        left.min(long)
    } else {
        let fit = |reserved| {
            let placed = table.fit(&all, page.width.saturating_sub(reserved));
            (placed.columns.len(), placed.label)
        };
        if fit(short) > fit(long) { short } else { long }
    };
    let room = page.width.saturating_sub(reserved);
    let chosen = chosen.and_then(|chosen| all.iter().position(|column| *column == chosen)).unwrap_or(0);
    let is_in_view = |from: usize, placed: &PlacedColumns| chosen < from + placed.columns.len();
    let mut from = 0;
    let mut placed = table.fit(&all, room);
    while from < chosen && !is_in_view(from, &placed) {
        from += 1;
        placed = table.fit(&all[from..], room);
    }
    placed.more = (from > 0, from + placed.columns.len() < all.len());
    placed
}

impl WantedColumns<'_> {
    fn width(&self, column: usize) -> usize {
        self.widths.get(column).copied().unwrap_or(0)
    }

    fn most_label(&self) -> usize {
        if self.page.width < 90 { LABEL } else { WIDE_LABEL }
    }

    fn is_number(&self, column: usize) -> bool {
        let cell = self.section.rows.first().and_then(|row| row.get(column));
        cell.is_none_or(SectionCell::is_number)
    }

    fn cells(&self, column: usize) -> u16 {
        let most = if self.is_number(column) { 16 } else { WIDE_LABEL };
        u16::try_from(self.width(column).min(most)).unwrap_or(0)
    }

    /// The cells of the label and of all of `columns`.
    fn wanted(&self, columns: &[usize]) -> u16 {
        let wanted = columns.iter().map(|column| self.cells(*column) + 2).fold(0, u16::saturating_add);
        wanted.saturating_add(u16::try_from(self.width(0).min(self.most_label())).unwrap_or(0))
    }

    /// The label, and as many of `columns` as fit into `room`, from the first on.
    fn fit(&self, columns: &[usize], room: u16) -> PlacedColumns {
        let page = self.page;
        let label = u16::try_from(self.width(0).min(self.most_label())).unwrap_or(0).min(page.width);
        // The first number is worth more than the end of a label.
        let first = columns.first().map_or(0, |column| self.cells(*column));
        let label = label.min(room.saturating_sub(first.saturating_add(2)).max(LEAST_LABEL));
        let mut placed: Vec<PlacedNumber> = Vec::new();
        let mut x = label + 2;
        for column in columns.iter().copied() {
            let (is_right, width) = (self.is_number(column), self.cells(column));
            let bar = if self.own.contains(&column) { SMALL_BAR + 1 } else { 0 };
            let left = room.saturating_sub(x);
            if width + bar > left {
                // Words may be cut where that leaves some of them.
                if !is_right && left >= LEAST_WORDS {
                    placed.push(PlacedNumber { column, x: page.x + x, width: left, is_right, bar: 0 });
                }
                break;
            }
            placed.push(PlacedNumber { column, x: page.x + x, width, is_right, bar: bar.saturating_sub(1) });
            x += width + bar + 2;
        }
        let bars = u16::try_from(placed.iter().filter(|column| column.bar > 0).count()).unwrap_or(0);
        if let Some(more) = page.width.saturating_sub(x).checked_div(bars) {
            let more = more.min(LONGEST_BAR - SMALL_BAR);
            let mut shift = 0;
            for column in &mut placed {
                column.x += shift;
                if column.bar > 0 {
                    (column.bar, shift) = (column.bar + more, shift + more);
                }
            }
        }
        let end = placed.last().map_or(page.x + label, PlacedNumber::end);
        PlacedColumns { label, columns: placed, more: (false, false), end }
    }
}

/// The row of the screen under a cell: one of the table, or the first one of a section in the list.
pub fn row_at(app: &App, x: u16, y: u16) -> Option<usize> {
    let (pages, placed) = placed(app)?;
    let at = ratatui::layout::Position { x, y };
    if placed.sections.contains(at) {
        let place = usize::from(y - placed.sections.y) + first_section(&placed, pages);
        return (place < pages.sections.len()).then(|| pages.first_of(place));
    }
    let line = placed.rows.contains(at).then(|| usize::from(y - placed.rows.y) + placed.first)?;
    (line < pages.sections[placed.place].rows.len()).then(|| pages.first_of(placed.place) + line)
}

/// The first section of the list in view.
pub fn first_section(placed: &PlacedInsights, pages: &InsightsPages) -> usize {
    let visible = usize::from(placed.sections.height).max(1);
    (placed.place + 1).saturating_sub(visible).min(pages.sections.len().saturating_sub(1))
}
