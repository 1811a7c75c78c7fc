//! A scale with round numbers.

use crate::text;

/// The cells between two numbers of a scale at least: in fewer, they would touch.
const APART: u64 = 8;

/// A scale from zero to a round number, over so many cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    top: u64,
    step: u64,
    cells: u64,
}

impl Axis {
    /// A scale on which `most` lies, over `cells` cells: its numbers are 1, 2 or 5 apart, or ten times that, and so on.
    pub fn new(most: u64, cells: u16) -> Self {
        let cells = u64::from(cells);
        let step = round_step(most, cells / APART);
        Self { top: most.div_ceil(step).saturating_mul(step), step, cells }
    }

    /// A scale that ends at `most` itself, round or not.
    pub fn exact(most: u64, cells: u64) -> Self {
        Self { top: most, step: most.max(1), cells }
    }

    /// Round numbers that lie on it, `apart` cells or more from each other.
    pub fn round_numbers(&self, apart: u64) -> impl Iterator<Item = u64> + use<> {
        let (top, step) = (self.top, round_step(self.top, self.cells / apart.max(1)));
        (0..=top / step).map(move |at| at * step)
    }

    /// The greatest number of it; zero where there is nothing to show.
    pub fn top(&self) -> u64 {
        self.top
    }

    pub fn cells(&self) -> u64 {
        self.cells
    }

    /// How many of `per_cell` parts of a cell lie before `value`, to the nearest; never more than there are.
    pub fn parts(&self, value: u64, per_cell: u64) -> u64 {
        let all = u128::from(self.cells) * u128::from(per_cell);
        let Some(top) = std::num::NonZeroU128::new(self.top.into()) else { return 0 };
        let parts = (u128::from(value.min(self.top)) * all * 2 + top.get()) / (top.get() * 2);
        u64::try_from(parts.min(all)).unwrap_or(0)
    }

    /// Its numbers, from zero on.
    pub fn numbers(&self) -> impl Iterator<Item = u64> + use<> {
        let Self { top, step, .. } = *self;
        (0..=top / step).map(move |at| at * step)
    }

    /// The line under the chart: its numbers where they lie. As wide as the chart, and one cell more for the last number.
    pub fn words(&self) -> String {
        let mut line = String::new();
        let room = usize::try_from(self.cells).unwrap_or(0) + 1;
        for number in self.numbers() {
            let words = number.to_string();
            let at = usize::try_from(self.parts(number, 1)).unwrap_or(0);
            // The first begins at its place, the last ends there, the others stand over it.
            let start = if number == 0 {
                0
            } else {
                at.saturating_sub(words.len() / 2).min(room.saturating_sub(words.len()))
            };
            let used = text::width(&line);
            if start < used + usize::from(used > 0) || start + words.len() > room {
                continue;
            }
            line.push_str(&" ".repeat(start - used));
            line.push_str(&words);
        }
        line
    }
}

/// How far numbers are apart of which `most` is the last, and which are no more than `steps`: 1, 2 or 5, or ten times that, and
/// so on.
pub fn round_step(most: u64, steps: u64) -> u64 {
    let all = (0..19_u32).flat_map(|zeros| [1, 2, 5].map(|digit| 10_u64.pow(zeros).saturating_mul(digit)));
    let mut fitting = all.filter(|step| most.div_ceil(*step) <= steps.max(1));
    fitting.next().unwrap_or_else(|| most.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_that_ends_anywhere_has_round_numbers() {
        let numbers = |most, cells| Axis::exact(most, cells).round_numbers(3).collect::<Vec<_>>();
        assert_eq!(numbers(77, 18), [0, 20, 40, 60]);
        assert_eq!(numbers(3, 18), [0, 1, 2, 3]);
        assert_eq!(numbers(0, 0), [0]);
    }

    #[test]
    fn steps_are_round() {
        let steps = [1, 4, 5, 8, 9, 61, 152, 98_000].map(|most| round_step(most, 4));
        assert_eq!(steps, [1, 1, 2, 2, 5, 20, 50, 50_000]);
    }

    #[test]
    fn numbers_are_round_and_few() {
        for (most, cells, top, numbers) in [
            (0, 40, 0, vec![0]),
            (1, 40, 1, vec![0, 1]),
            (7, 40, 8, vec![0, 2, 4, 6, 8]),
            (10, 40, 10, vec![0, 2, 4, 6, 8, 10]),
            (11, 40, 15, vec![0, 5, 10, 15]),
            (99, 40, 100, vec![0, 20, 40, 60, 80, 100]),
            (101, 20, 200, vec![0, 100, 200]),
            (1_234, 24, 1_500, vec![0, 500, 1_000, 1_500]),
            (5, 3, 5, vec![0, 5]),
            (5, 0, 5, vec![0, 5]),
        ] {
            let axis = Axis::new(most, cells);
            assert_eq!((axis.top(), axis.numbers().collect::<Vec<_>>()), (top, numbers), "{most} in {cells}");
        }
    }

    #[test]
    fn a_place_lies_within_and_grows_with_its_value() {
        for (most, cells) in [(0, 10), (1, 10), (3, 7), (1_000_000, 33), (u64::MAX, 80), (5, 0)] {
            let axis = Axis::new(most, cells);
            let all = u64::from(cells) * 8;
            let places: Vec<u64> =
                [0, 1, most / 3, most / 2, most, u64::MAX].map(|value| axis.parts(value, 8)).to_vec();
            assert!(places.iter().all(|place| *place <= all), "{most} in {cells}: {places:?}");
            assert_eq!(places[0], 0, "nothing is nothing");
            assert!(axis.parts(most, 8) >= axis.parts(most / 2, 8));
        }
    }

    #[test]
    fn words_stand_under_their_places() {
        assert_eq!(Axis::new(10, 20).words(), "0         5        10");
        assert_eq!(Axis::new(4, 40).words(), "0         1         2         3         4");
        assert_eq!(Axis::new(0, 20).words(), "0", "nothing to show");
        assert_eq!(Axis::new(9, 1).words(), "0");
        for cells in 0..60 {
            let words = Axis::new(12_345, cells).words();
            assert!(words.len() <= usize::from(cells) + 1, "{words:?} in {cells}");
        }
    }
}
