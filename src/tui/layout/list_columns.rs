//! The columns of the list: how wide each is, and which of them fit.

use ratatui::layout::Rect;

use crate::config::views::ListColumn;
use crate::state::FactKind;
use crate::text;

/// In the order they are given room; the name takes what is left.
const BY_WORTH: [ListColumn; 9] = [
    ListColumn::Stage,
    ListColumn::Renews,
    ListColumn::Forecast,
    ListColumn::Owner,
    ListColumn::Week,
    ListColumn::Risk,
    ListColumn::Id,
    ListColumn::Renewal,
    ListColumn::Segments,
];

/// How wide names are at least, with the marks behind them.
const LEAST_NAME: usize = 26;

/// The title of a column, its width, and whether it is set to the right.
pub fn heading(column: &ListColumn, wide: bool) -> (String, usize, bool) {
    let (title, width, is_right) = match column {
        ListColumn::Name => ("Name", LEAST_NAME, false),
        ListColumn::Stage => ("Stage", if wide { 30 } else { 5 }, false),
        ListColumn::Forecast => ("Forecast", 11, true),
        ListColumn::Renews => ("Renews", 8, true),
        ListColumn::Renewal => ("Renewal", 11, false),
        ListColumn::Owner => ("Owner", if wide { 12 } else { 9 }, false),
        ListColumn::Week => ("Week", 5, false),
        ListColumn::Risk => ("Risk", 6, false),
        ListColumn::Id => ("Id", 12, false),
        ListColumn::Segments => ("Segments", 22, false),
        ListColumn::Fact(key) => {
            let title = key.title().into_owned();
            let is_right = matches!(key.kind(), FactKind::Number | FactKind::Money);
            let width = text::width(&title).clamp(if key.kind() == FactKind::Date { 11 } else { 8 }, 16);
            return (title, width, is_right);
        }
    };
    (title.to_owned(), width, is_right)
}

/// The cells between two columns: with room for more, numbers and words that meet are told apart more easily.
pub fn gap(wide: bool) -> u16 {
    if wide { 2 } else { 1 }
}

fn width(column: &ListColumn, wide: bool) -> usize {
    heading(column, wide).1
}

/// The fields that fit into `width` cells, in the order they stand in, each with its width; and whether stages have
/// room for their titles.
pub fn fields(named: &[ListColumn], width: usize) -> (Vec<(ListColumn, usize)>, bool) {
    let wide = width >= 118;
    let mut left = width.saturating_sub(1 + self::width(&ListColumn::Name, wide));
    let mut chosen = vec![ListColumn::Name];
    let wanted = if named.is_empty() { &BY_WORTH[..] } else { named };
    for column in wanted.iter().filter(|column| **column != ListColumn::Name) {
        let needed = self::width(column, wide) + usize::from(gap(wide));
        if needed > left {
            break;
        }
        left -= needed;
        chosen.push(column.clone());
    }
    // What is left goes to names, up to where they stop getting longer.
    let name = (self::width(&ListColumn::Name, wide) + left).min(40).min(width.saturating_sub(1));
    match named.iter().position(|column| *column == ListColumn::Name) {
        // The columns of a view stand as it says; whose row it is, is always said.
        Some(at) => {
            let last = at.min(chosen.len() - 1);
            chosen[..=last].rotate_left(1);
        }
        _ if named.is_empty() => chosen.sort_unstable(),
        _ => {}
    }
    let sized = chosen.into_iter().map(|column| {
        let width = if column == ListColumn::Name { name } else { self::width(&column, wide) };
        (column, width)
    });
    (sized.collect(), wide)
}

/// The column that the cell at `x` of a list over `area` lies in.
pub fn at(named: &[ListColumn], area: Rect, x: u16) -> Option<ListColumn> {
    let mut end = area.x + 1;
    let (fields, wide) = fields(named, usize::from(area.width));
    let found = fields.into_iter().find(|(_, width)| {
        end = end.saturating_add(u16::try_from(*width).unwrap_or(u16::MAX)).saturating_add(gap(wide));
        x < end
    });
    found.map(|(column, _)| column)
}
