//! A screen as an SVG picture: what a terminal would show, for places that have none.

use std::fmt::Write;

use gangplank::text;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// A cell's width and height, and the size of the letters in it.
const CELL: (f64, f64) = (8.4, 18.0);
const LETTERS: f64 = 14.0;

/// Room around the cells.
const MARGIN: f64 = 12.0;

/// What a dark terminal writes on, and with.
const PAPER: &str = "#16181d";
const INK: &str = "#d8dbe2";

/// Fonts that terminals use; the last is whatever there is.
const FONTS: &str = "'JetBrains Mono','Cascadia Mono','DejaVu Sans Mono',Menlo,Consolas,monospace";

/// Draws `screen` as SVG; `title` is for those who cannot see it.
pub(crate) fn svg(screen: &Buffer, title: &str) -> String {
    let area = screen.area;
    let (width, height) =
        (f64::from(area.width) * CELL.0 + 2.0 * MARGIN, f64::from(area.height) * CELL.1 + 2.0 * MARGIN);
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" role="img" font-family="{FONTS}" font-size="{LETTERS}">"#
    ));
    line(format!("<title>{}</title>", escaped(title)));
    line(format!(r#"<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>"#));
    for y in area.rows().map(|row| row.y) {
        for run in runs(screen, y) {
            run.draw(&mut line);
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Neighbouring cells that look alike.
struct Run {
    x: f64,
    y: f64,
    cells: u16,
    text: String,
    look: Look,
}

#[derive(Clone, Copy, PartialEq)]
struct Look {
    ink: Color,
    paper: Color,
    modifier: Modifier,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        Self { ink: cell.fg, paper: cell.bg, modifier: cell.modifier }
    }
}

/// The runs of row `y`. Whatever is not ASCII stands alone: fonts disagree about its width, and it must shift nothing.
fn runs(screen: &Buffer, y: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut column = screen.area.left();
    while column < screen.area.right() {
        let cell = &screen[(column, y)];
        let cells = u16::try_from(text::width(cell.symbol()).max(1)).expect("a symbol is a cell or two wide");
        let (symbol, look) = (cell.symbol(), Look::of(cell));
        let joins =
            runs.last().is_some_and(|run| run.look == look && run.text.is_ascii() && symbol.is_ascii());
        match runs.last_mut().filter(|_| joins) {
            Some(run) => {
                run.text.push_str(symbol);
                run.cells += 1;
            }
            None => runs.push(Run {
                x: MARGIN + f64::from(column - screen.area.left()) * CELL.0,
                y: MARGIN + f64::from(y - screen.area.top()) * CELL.1,
                cells,
                text: symbol.to_owned(),
                look,
            }),
        }
        column += cells;
    }
    runs
}

impl Run {
    fn draw(&self, line: &mut impl FnMut(String)) {
        let Self { x, y, cells, text, look } = self;
        let reversed = look.modifier.contains(Modifier::REVERSED);
        let (ink, paper) = (colour(look.ink, INK), colour(look.paper, PAPER));
        let (ink, paper) = if reversed { (paper, ink) } else { (ink, paper) };
        let width = f64::from(*cells) * CELL.0;
        if paper != PAPER {
            line(format!(
                r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{:.1}" fill="{paper}"/>"#,
                CELL.1
            ));
        }
        let shown = text.trim();
        let (before, length) = (text.len() - text.trim_start().len(), shown.len());
        if shown.is_empty() {
            return;
        }
        let x = x + wide(before);
        if let Some(path) = stroke(shown, x, *y) {
            line(format!(r#"<path d="{path}" stroke="{ink}" fill="none"/>"#));
            return;
        }
        let mut style = String::new();
        for (modifier, attribute) in [
            (Modifier::BOLD, r#" font-weight="bold""#),
            (Modifier::ITALIC, r#" font-style="italic""#),
            (Modifier::UNDERLINED, r#" text-decoration="underline""#),
            (Modifier::DIM, r#" opacity="0.6""#),
        ] {
            if look.modifier.contains(modifier) {
                style.push_str(attribute);
            }
        }
        if shown.is_ascii() {
            write!(style, r#" textLength="{:.1}""#, wide(length)).expect("memory");
        }
        let baseline = y + CELL.1 * 0.74;
        line(format!(
            r#"<text x="{x:.1}" y="{baseline:.1}" fill="{ink}" xml:space="preserve"{style}>{}</text>"#,
            escaped(shown)
        ));
    }
}

/// The lines of a frame reach from cell to cell, which no font does at every height.
fn stroke(symbol: &str, x: f64, y: f64) -> Option<String> {
    let (right, bottom) = (x + CELL.0, y + CELL.1);
    let (middle, centre) = (x + CELL.0 / 2.0, y + CELL.1 / 2.0);
    let across = |from: f64, to: f64| format!("M{from:.1} {centre:.1}H{to:.1}");
    let down = |from: f64, to: f64| format!("M{middle:.1} {from:.1}V{to:.1}");
    let corner = |from: (f64, f64), to: (f64, f64)| {
        format!("M{:.1} {:.1}Q{middle:.1} {centre:.1} {:.1} {:.1}", from.0, from.1, to.0, to.1)
    };
    Some(match symbol {
        "─" => across(x, right),
        "│" => down(y, bottom),
        "╭" => corner((middle, bottom), (right, centre)),
        "╮" => corner((x, centre), (middle, bottom)),
        "╰" => corner((middle, y), (right, centre)),
        "╯" => corner((x, centre), (middle, y)),
        "┌" => across(middle, right) + &down(centre, bottom),
        "┐" => across(x, middle) + &down(centre, bottom),
        "└" => across(middle, right) + &down(y, centre),
        "┘" => across(x, middle) + &down(y, centre),
        "├" => across(middle, right) + &down(y, bottom),
        "┤" => across(x, middle) + &down(y, bottom),
        "┬" => across(x, right) + &down(centre, bottom),
        "┴" => across(x, right) + &down(y, centre),
        "┼" => across(x, right) + &down(y, bottom),
        _ => return None,
    })
}

/// How far so many ASCII characters reach.
fn wide(characters: usize) -> f64 {
    u16::try_from(characters).map_or(0.0, f64::from) * CELL.0
}

fn colour(colour: Color, otherwise: &str) -> String {
    match colour {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        Color::Reset => otherwise.to_owned(),
        other => panic!("the picture is drawn in true colour, and {other} is not"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
