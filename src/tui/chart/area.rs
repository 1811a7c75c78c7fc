//! Bands over each other, as they grow and shrink.

use super::axis::Axis;
use super::dots::{dots_high, letter_of};

/// A cell of bands: its letter, and the band that most of it shows.
pub type BandCell = Option<(char, usize)>;

/// `series` over each other, the first one lowest, in lines of `cells` cells from the top down; `axis` says how high a number is,
/// and has as many cells as there are lines. Every other band has every other dot: neighbours are told apart without colour.
pub fn stacked(series: &[&[u64]], axis: &Axis, cells: usize) -> Vec<Vec<BandCell>> {
    let height = usize::try_from(axis.cells()).unwrap_or(0);
    let days = series.iter().map(|values| values.len()).min().unwrap_or(0);
    if days == 0 || cells == 0 {
        return vec![vec![None; cells]; height];
    }
    let high = dots_high(height);
    let per_cell = (high / height.max(1)) as u64;
    let columns: Vec<Vec<Option<usize>>> = (0..cells * 2)
        .map(|column| {
            // The first day at the left end, the last one at the right.
            let day = (column * (days - 1) + (cells * 2 - 1) / 2) / (cells * 2 - 1).max(1);
            let mut bands = vec![None; high];
            let (mut sum, mut from) = (0_u64, 0_usize);
            for (band, values) in series.iter().enumerate() {
                sum = sum.saturating_add(values[day.min(days - 1)]);
                let to = usize::try_from(axis.parts(sum, per_cell)).unwrap_or(0).min(high);
                bands[from..to].fill(Some(band));
                from = to;
            }
            bands
        })
        .collect();
    let cell = |line: usize, cell: usize| {
        let foot = (height - 1 - line) * (high / height);
        let dot = |column: usize, row: usize| columns[cell * 2 + column][foot + row];
        let is_set = |band: usize, at: usize| band.is_multiple_of(2) || at.is_multiple_of(2);
        let letter =
            letter_of(|column, row| dot(column, row).is_some_and(|band| is_set(band, column + row)))?;
        let mut bands = vec![0; series.len()];
        for band in (0..2).flat_map(|column| (0..high / height).filter_map(move |row| dot(column, row))) {
            bands[band] += 1;
        }
        let band = (0..bands.len()).max_by_key(|band| bands[*band])?;
        Some((letter, band))
    };
    (0..height).map(|line| (0..cells).map(|at| cell(line, at)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(series: &[&[u64]], (cells, height): (usize, u16)) -> Vec<String> {
        let most = (0..series.first().map_or(0, |values| values.len()))
            .map(|day| series.iter().map(|values| values[day]).sum())
            .max();
        let axis = Axis::new(most.unwrap_or(0), height);
        let lines = stacked(series, &axis, cells);
        let line =
            |line: &Vec<BandCell>| line.iter().map(|cell| cell.map_or(' ', |(letter, _)| letter)).collect();
        lines.iter().map(line).collect()
    }

    #[test]
    fn bands_stand_over_each_other() {
        assert_eq!(shown(&[&[4, 4]], (3, 1)), ["⣶⣶⣶"], "to the round number over it");
        assert_eq!(shown(&[&[5, 5], &[5, 5]], (2, 2)), ["⡪⡪", "⣿⣿"], "the upper one has every other dot");
        assert_eq!(shown(&[&[0, 0]], (2, 1)), ["  "], "nothing");
        assert_eq!(shown(&[&[1]], (2, 1)), ["⣿⣿"], "one day");
        assert_eq!(shown(&[], (2, 1)), ["  "]);
        assert_eq!(shown(&[&[1]], (0, 1)), [""]);
        assert!(shown(&[&[1]], (3, 0)).is_empty());
        assert_eq!(shown(&[&[0, 10]], (4, 1)), ["  ⣿⣿"], "each day has its share of the width");
    }
}
