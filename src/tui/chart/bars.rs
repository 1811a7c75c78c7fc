//! Bars.

use super::axis::Axis;

const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// What the parts of a bar are drawn with, the first one highest: they are told apart without colour, too.
pub const PARTS: [&str; 5] = ["▇", "▅", "▃", "▂", "▁"];

/// A bar to an eighth of a cell. Whatever is there at all is seen.
pub fn bar(value: u64, axis: &Axis) -> String {
    let eighths = if value > 0 && axis.cells() > 0 { axis.parts(value, 8).max(1) } else { 0 };
    let (full, rest) = (eighths / 8, eighths % 8);
    "█".repeat(usize::try_from(full).unwrap_or(0)) + EIGHTHS[usize::try_from(rest).unwrap_or(0)]
}

/// How many cells each of `parts` gets of a bar as long as all of them together: they add up to that bar, and whatever is
/// there at all is seen as long as there are cells for it.
pub fn shared(parts: &[u64], axis: &Axis) -> Vec<usize> {
    let whole = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(*part));
    let some = parts.iter().filter(|part| **part > 0).count();
    let all = usize::try_from(axis.cells()).unwrap_or(0);
    let cells = usize::try_from(axis.parts(whole, 1)).unwrap_or(0).max(some).min(all);
    divided(parts, cells)
}

/// `cells` divided among `parts`: by their size, those with the greatest remainder first.
#[expect(clippy::missing_panics_doc, reason = "it cannot: one is greater than zero")]
pub fn divided(parts: &[u64], cells: usize) -> Vec<usize> {
    let whole: u128 = parts.iter().map(|part| u128::from(*part)).sum();
    if whole == 0 {
        return vec![0; parts.len()];
    }
    let least = |part: u64| usize::from(part > 0);
    let some: usize = parts.iter().map(|part| least(*part)).sum();
    let floor = |part: u64| if cells >= some { least(part) } else { 0 };
    let exact = |part: u64| u128::from(part) * cells as u128;
    let mut given: Vec<usize> = parts
        .iter()
        .map(|part| usize::try_from(exact(*part) / whole).unwrap_or(0).max(floor(*part)))
        .collect();
    let mut order: Vec<usize> = (0..parts.len()).filter(|at| parts[*at] > 0).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(exact(parts[*at]) % whole), *at));
    let mut next = order.iter().cycle();
    while given.iter().sum::<usize>() < cells {
        given[*next.next().expect("a part is greater than zero")] += 1;
    }
    // What was given so that everything is seen is taken from the longest.
    while given.iter().sum::<usize>() > cells {
        let longest = (0..given.len()).max_by_key(|at| (given[*at], std::cmp::Reverse(*at)));
        given[longest.expect("a part is greater than zero")] -= 1;
    }
    given
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text;

    #[test]
    fn a_bar_has_eighths() {
        for (value, most, cells, wanted) in [
            (0, 8, 8, ""),
            (10, 10, 1, "█"),
            (8, 10, 1, "▊"),
            (1, 10, 10, "█"),
            (5, 10, 1, "▌"),
            (1, 1_000, 10, "▏"),
            (3, 0, 10, "▏"),
            (3, 3, 0, ""),
        ] {
            assert_eq!(bar(value, &Axis::new(most, cells)), wanted, "{value} of {most} in {cells}");
        }
    }

    #[test]
    fn parts_share_the_cells() {
        assert_eq!(divided(&[1, 1, 1], 10), [4, 3, 3]);
        assert_eq!(divided(&[100, 1], 10), [9, 1], "whatever is there is seen");
        assert_eq!(divided(&[0, 0], 10), [0, 0]);
        assert_eq!(divided(&[5], 0), [0]);
        assert_eq!(divided(&[5, 5, 5], 2).iter().sum::<usize>(), 2);
        assert_eq!(shared(&[], &Axis::new(5, 10)), Vec::<usize>::new());
    }

    proptest! {
        #[test]
        fn a_bar_never_leaves_its_room(value: u64, most: u64, cells in 0..200_u16) {
            let axis = Axis::new(most, cells);
            prop_assert!(text::width(&bar(value, &axis)) <= usize::from(cells));
        }

        #[test]
        fn parts_add_up(parts in proptest::collection::vec(0..1_000_000_u64, 0..8), cells in 0..200_u16) {
            let divided = divided(&parts, cells.into());
            let is_something = parts.iter().any(|part| *part > 0);
            prop_assert_eq!(divided.iter().sum::<usize>(), if is_something { cells.into() } else { 0 });
            for (part, cells) in parts.iter().zip(&divided) {
                prop_assert!(*part > 0 || *cells == 0, "nothing has no cell");
            }
            let axis = Axis::new(parts.iter().sum(), cells);
            prop_assert!(shared(&parts, &axis).iter().sum::<usize>() <= usize::from(cells));
        }
    }
}
