//! What a terminal draws itself, since no font does it at every height: the lines of frames, and blocks.

use std::fmt::Write as _;

/// A cell's width and height.
pub(crate) const CELL: (f64, f64) = (10.0, 21.0);

/// How a shape is drawn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Brush {
    /// Along the path.
    Line,
    /// The same, thicker.
    ThickLine,
    /// Inside the path, so opaque (in percent).
    Fill(u8),
}

/// The shape of `symbol` in so many cells, the corner of the first at `(x, y)`, as the data of an SVG path; nothing for what
/// is text.
pub(crate) fn shape(symbol: &str, (x, y): (f64, f64), cells: u16) -> Option<(Brush, String)> {
    let mut chars = symbol.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else { return None };
    let width = CELL.0 * f64::from(cells);
    line(c, (x, y), width).or_else(|| block(c, (x, y), width))
}

/// Whether neighbours of this kind are one shape.
pub(crate) fn is_stretched(symbol: &str) -> bool {
    matches!(
        symbol,
        "─" | "━"
            | "▀"
            | "▔"
            | "░"
            | "▒"
            | "▓"
            | "▁"
            | "▂"
            | "▃"
            | "▄"
            | "▅"
            | "▆"
            | "▇"
            | "█"
    )
}

fn line(c: char, (x, y): (f64, f64), width: f64) -> Option<(Brush, String)> {
    let (right, bottom) = (x + width, y + CELL.1);
    let (middle, centre) = (x + width / 2.0, y + CELL.1 / 2.0);
    // Each corner turns within half a cell's width.
    let radius = CELL.0 / 2.0;
    let turn =
        |from: f64, edge: f64, to: f64| format!("M{middle} {from}V{edge}Q{middle} {centre} {to} {centre}");
    match c {
        '╭' => return Some((Brush::Line, turn(bottom, centre + radius, right))),
        '╮' => return Some((Brush::Line, turn(bottom, centre + radius, x))),
        '╰' => return Some((Brush::Line, turn(y, centre - radius, right))),
        '╯' => return Some((Brush::Line, turn(y, centre - radius, x))),
        _ => {}
    }
    let (ways, brush) = ways(c)?;
    let goes = |way| ways.contains(way);
    let mut path = String::new();
    if goes('l') || goes('r') {
        let from = if goes('l') { x } else { middle };
        let to = if goes('r') { right } else { middle };
        write!(path, "M{from} {centre}H{to}").expect("memory");
    }
    if goes('u') || goes('d') {
        let from = if goes('u') { y } else { centre };
        let to = if goes('d') { bottom } else { centre };
        write!(path, "M{middle} {from}V{to}").expect("memory");
    }
    Some((brush, path))
}

/// Which ways a line goes from the middle of its cell: left, right, up, down.
fn ways(c: char) -> Option<(&'static str, Brush)> {
    Some(match c {
        '─' => ("lr", Brush::Line),
        '│' => ("ud", Brush::Line),
        '┌' => ("rd", Brush::Line),
        '┐' => ("ld", Brush::Line),
        '└' => ("ru", Brush::Line),
        '┘' => ("lu", Brush::Line),
        '├' => ("rud", Brush::Line),
        '┤' => ("lud", Brush::Line),
        '┬' => ("lrd", Brush::Line),
        '┴' => ("lru", Brush::Line),
        '┼' => ("lrud", Brush::Line),
        '╴' => ("l", Brush::Line),
        '╵' => ("u", Brush::Line),
        '╶' => ("r", Brush::Line),
        '╷' => ("d", Brush::Line),
        '━' => ("lr", Brush::ThickLine),
        '┃' => ("ud", Brush::ThickLine),
        _ => return None,
    })
}

/// Blocks in eighths and halves of a cell, and shades.
fn block(c: char, (x, y): (f64, f64), width: f64) -> Option<(Brush, String)> {
    let eighths = |from: char| f64::from(u32::from(c) - u32::from(from) + 1) / 8.0;
    let height = CELL.1;
    let from_below = |part: f64| rect(x, y + height * (1.0 - part), width, height * part);
    let from_left = |part: f64| rect(x, y, width * part, height);
    let whole = || rect(x, y, width, height);
    Some(match c {
        '▁'..='█' => (Brush::Fill(100), from_below(eighths('▁'))),
        '▏' | '▎' | '▍' | '▌' | '▋' | '▊' | '▉' => {
            (Brush::Fill(100), from_left(f64::from(u32::from('▐') - u32::from(c)) / 8.0))
        }
        '▐' => (Brush::Fill(100), rect(x + width / 2.0, y, width / 2.0, height)),
        '▕' => (Brush::Fill(100), rect(x + width * 0.875, y, width / 8.0, height)),
        '▀' => (Brush::Fill(100), rect(x, y, width, height / 2.0)),
        '▔' => (Brush::Fill(100), rect(x, y, width, height / 8.0)),
        '░' => (Brush::Fill(25), whole()),
        '▒' => (Brush::Fill(50), whole()),
        '▓' => (Brush::Fill(75), whole()),
        _ => return None,
    })
}

/// A rectangle as the data of a path.
pub(crate) fn rect(x: f64, y: f64, width: f64, height: f64) -> String {
    format!("M{x} {y}h{width}v{height}h-{width}z")
}
