//! Dots, eight to a cell.

/// Dots beside and over each other in a cell.
pub const ACROSS: u64 = 2;
const DOWN: usize = 4;

/// The bits of a letter of dots, by column, from its foot up.
const BITS: [[u8; DOWN]; 2] = [[0x40, 0x04, 0x02, 0x01], [0x80, 0x20, 0x10, 0x08]];

/// One line of a plot: dots that stand at the same place stand over each other, as many as there is room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DotLine {
    cells: Vec<u8>,
}

impl DotLine {
    /// Dots at `places`, counted in half cells, in a line of `cells` cells. What lies beyond it stands in its last one.
    pub fn new(places: impl IntoIterator<Item = u64>, cells: usize) -> Self {
        let mut line = Self { cells: vec![0; cells] };
        for place in places {
            line.add(place);
        }
        line
    }

    fn add(&mut self, place: u64) {
        let cell = self.cell_of(place);
        let column = usize::try_from(place % ACROSS).unwrap_or(0);
        if let Some(bits) = self.cells.get_mut(cell)
            && let Some(free) = BITS[column].iter().find(|bit| *bits & **bit == 0)
        {
            *bits |= free;
        }
    }

    /// The cell where a dot at `place` stands.
    pub fn cell_of(&self, place: u64) -> usize {
        usize::try_from(place / ACROSS).unwrap_or(usize::MAX).min(self.cells.len().saturating_sub(1))
    }

    /// The letter of a cell; nothing where it has no dot.
    pub fn letter(&self, cell: usize) -> Option<char> {
        self.cells.get(cell).copied().filter(|bits| *bits != 0).and_then(letter)
    }
}

/// The letter with these dots.
fn letter(bits: u8) -> Option<char> {
    char::from_u32(0x2800 + u32::from(bits))
}

/// The letter whose dots are those for which `is_set` says so, by column from the left and by row from the foot.
pub(super) fn letter_of(is_set: impl Fn(usize, usize) -> bool) -> Option<char> {
    let dots = (0..2).flat_map(|column| (0..DOWN).map(move |row| (column, row)));
    let bits = dots.filter(|(column, row)| is_set(*column, *row));
    let bits = bits.fold(0, |bits, (column, row)| bits | BITS[column][row]);
    if bits == 0 { None } else { letter(bits) }
}

/// The dots of `height` cells, one over the other.
pub(super) fn dots_high(height: usize) -> usize {
    height * DOWN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(places: &[u64], cells: usize) -> String {
        let line = DotLine::new(places.iter().copied(), cells);
        (0..cells).map(|cell| line.letter(cell).unwrap_or(' ')).collect()
    }

    #[test]
    fn dots_stand_at_their_places() {
        for (places, cells, wanted) in [
            (&[][..], 3, "   "),
            (&[0], 2, "⡀ "),
            (&[1], 2, "⢀ "),
            (&[0, 0, 1], 2, "⣄ "),
            (&[2, 2, 2, 2, 2, 2], 2, " ⡇"),
            (&[99], 2, " ⢀"),
            (&[1], 0, ""),
        ] {
            assert_eq!(shown(places, cells), wanted, "{places:?}");
        }
    }
}
