//! A screen as an SVG picture: what a terminal would show, for places that have none.
//!
//! Lines and blocks are shapes, so that they join whatever the font is. Text stands at its column and is as wide as its
//! cells, so that columns align in every font.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use gangplank::text;
use gangplank::tui::theme::contrast::Rgb;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;

use super::ink::{Ink, TerminalColors, hex};
use super::shapes::{Brush, CELL, is_stretched, rect, shape};

/// The size of the letters in a cell, and where their feet stand.
const LETTERS: f64 = 16.6;
const BASELINE: f64 = 16.0;

/// Room around the cells.
pub(crate) const MARGIN: f64 = 12.0;

/// Fonts that terminals use; the last is whatever there is.
const FONTS: &str = "'JetBrains Mono','Cascadia Mono','DejaVu Sans Mono',Menlo,Consolas,monospace";

/// What the screen is shown on.
#[derive(Clone, Copy)]
pub(crate) struct Paper {
    pub(crate) colors: TerminalColors,
    /// Behind everything: the theme's own paper, else the terminal's.
    pub(crate) page: Rgb,
}

impl Paper {
    pub(crate) fn of(colors: TerminalColors, screen: &Buffer) -> Self {
        // A theme with a paper leaves no cell without it; where keys are named, nothing is ever chosen.
        let corner = screen.content.last().map_or(colors.paper, |cell| colors.ink(cell).paper);
        Self { colors, page: corner }
    }
}

/// Draws `screen` as SVG; `title` is for those who cannot see it.
pub(crate) fn svg(screen: &Buffer, cursor: Option<Position>, colors: TerminalColors, title: &str) -> String {
    let (paper, mut styles) = (Paper::of(colors, screen), Styles::default());
    let body = rows(screen, 0..screen.area.height, cursor, paper, &mut styles);
    let (width, height) = (extent(screen.area.width, CELL.0), extent(screen.area.height, CELL.1));
    let mut out = head((width, height), title);
    styles.write(&mut out, "");
    write!(
        out,
        "<rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{}\"/>\n<g transform=\"translate({MARGIN} {MARGIN})\">\n{body}</g>\n</svg>\n",
        hex(paper.page)
    )
    .expect("memory");
    out
}

/// How wide or high so many cells are, with the room around them.
pub(crate) fn extent(cells: u16, cell: f64) -> f64 {
    f64::from(cells) * cell + 2.0 * MARGIN
}

/// How a picture of that size begins.
pub(crate) fn head((width, height): (f64, f64), title: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{FONTS}\" font-size=\"{LETTERS}\">\n<title>{}</title>\n",
        escaped(title)
    )
}

/// The looks of letters, each with a class of its own.
#[derive(Default)]
pub(crate) struct Styles(Vec<Ink>);

impl Styles {
    /// The class of letters that look so.
    pub(crate) fn class(&mut self, ink: Ink) -> String {
        let ink = ink.letters();
        let at = self.0.iter().position(|known| *known == ink).unwrap_or_else(|| {
            self.0.push(ink);
            self.0.len() - 1
        });
        let letter = char::from(b"abcdeghijnopqrstuvwxyz"[at % 22]);
        if at < 22 { letter.to_string() } else { format!("{letter}{}", at / 22) }
    }

    /// Writes the style sheet, with `more` at its end.
    pub(crate) fn write(&mut self, out: &mut String, more: &str) {
        out.push_str(
            "<style>.l{fill:none;stroke-width:1.5}.k{fill:none;stroke-width:3}.f{shape-rendering:crispEdges}.m{text-anchor:middle}",
        );
        for ink in self.0.clone() {
            write!(out, ".{}{{fill:{}", self.class(ink), hex(ink.text)).expect("memory");
            for (is_so, rule) in [
                (ink.bold, ";font-weight:bold"),
                (ink.italic, ";font-style:italic"),
                (ink.underlined, ";text-decoration:underline"),
                (ink.struck, ";text-decoration:line-through"),
            ] {
                if is_so {
                    out.push_str(rule);
                }
            }
            out.push('}');
        }
        out.push_str(more);
        out.push_str("</style>\n");
    }
}

/// Draws those rows of `screen`, the first of them at the top.
pub(crate) fn rows(
    screen: &Buffer,
    rows: Range<u16>,
    cursor: Option<Position>,
    paper: Paper,
    styles: &mut Styles,
) -> String {
    let mut layers =
        Layers { paper, styles, papers: BTreeMap::new(), shapes: BTreeMap::new(), texts: String::new() };
    for (row, y) in rows.enumerate() {
        layers.row(screen, y, f64::from(u16::try_from(row).expect("a screen is small")) * CELL.1);
    }
    layers.finish(cursor)
}

/// What lies behind, the shapes, and the letters: in this order, a path for each colour.
struct Layers<'a> {
    paper: Paper,
    styles: &'a mut Styles,
    papers: BTreeMap<Rgb, String>,
    shapes: BTreeMap<(Brush, Rgb), String>,
    texts: String,
}

/// Letters that look alike, beside each other.
struct Run {
    x: f64,
    y: f64,
    ink: Ink,
    text: String,
    cells: u16,
}

impl Layers<'_> {
    fn row(&mut self, screen: &Buffer, row: u16, y: f64) {
        let width = screen.area.width;
        let cells = &screen.content[usize::from(row) * usize::from(width)..][..usize::from(width)];
        let looks: Vec<(&Cell, Ink)> = cells.iter().map(|cell| (cell, self.paper.colors.ink(cell))).collect();
        self.papers(&looks, y);
        self.symbols(&looks, y);
    }

    fn papers(&mut self, looks: &[(&Cell, Ink)], y: f64) {
        let mut x = 0.0;
        for same in looks.chunk_by(|one, next| one.1.paper == next.1.paper) {
            let wide = wide(same.len());
            let paper = same[0].1.paper;
            if paper != self.paper.page {
                self.papers.entry(paper).or_default().push_str(&rect(x, y, wide, CELL.1));
            }
            x += wide;
        }
    }

    fn symbols(&mut self, looks: &[(&Cell, Ink)], y: f64) {
        let (mut at, mut run): (usize, Option<Run>) = (0, None);
        while let Some((cell, ink)) = looks.get(at) {
            let (symbol, x) = (cell.symbol(), wide(at));
            if symbol == " " {
                at += 1;
                continue;
            }
            let is_same = |next: &&(&Cell, Ink)| next.0.symbol() == symbol && next.1.text == ink.text;
            let count = if is_stretched(symbol) { looks[at..].iter().take_while(is_same).count() } else { 1 };
            if let Some((brush, path)) = shape(symbol, (x, y), u16::try_from(count).expect("a row is short"))
            {
                self.shapes.entry((brush, ink.text)).or_default().push_str(&path);
                at += count;
                continue;
            }
            let cells = text::width(symbol).max(1);
            let is_even = cells == 1 && symbol.chars().all(is_in_every_font);
            match &mut run {
                // One space between words; more of them are a gap, which needs no letters.
                Some(run) if is_even && run.ink == ink.letters() && x - run.end() <= CELL.0 => {
                    if x > run.end() {
                        run.text.push(' ');
                        run.cells += 1;
                    }
                    run.text.push_str(symbol);
                    run.cells += 1;
                }
                _ => {
                    if let Some(run) = run.take() {
                        self.letters(&run);
                    }
                    let cells = u16::try_from(cells).expect("a symbol is a cell or two wide");
                    let begun = Run { x, y, ink: ink.letters(), text: symbol.to_owned(), cells };
                    if is_even { run = Some(begun) } else { self.lone(&begun) }
                }
            }
            at += cells;
        }
        if let Some(run) = run {
            self.letters(&run);
        }
    }

    fn letters(&mut self, Run { x, y, ink, text, cells }: &Run) {
        let (class, y) = (self.styles.class(*ink), y + BASELINE);
        write!(self.texts, "<text x=\"{x}\" y=\"{y}\" class=\"{class}\"").expect("memory");
        if *cells > 1 {
            write!(self.texts, " textLength=\"{}\"", wide((*cells).into())).expect("memory");
        }
        writeln!(self.texts, ">{}</text>", escaped(text)).expect("memory");
    }

    /// Fonts disagree about the width of what is no letter of a European language: it stands in the middle of its cells.
    fn lone(&mut self, Run { x, y, ink, text, cells }: &Run) {
        let (class, x, y) = (self.styles.class(*ink), x + wide((*cells).into()) / 2.0, y + BASELINE);
        writeln!(self.texts, "<text x=\"{x}\" y=\"{y}\" class=\"{class} m\">{}</text>", escaped(text))
            .expect("memory");
    }

    fn finish(self, cursor: Option<Position>) -> String {
        let mut out = String::new();
        for (color, path) in self.papers {
            writeln!(out, "<path class=\"f\" fill=\"{}\" d=\"{path}\"/>", hex(color)).expect("memory");
        }
        for ((brush, color), path) in self.shapes {
            let color = hex(color);
            let drawn = match brush {
                Brush::Line => format!("class=\"l\" stroke=\"{color}\""),
                Brush::ThickLine => format!("class=\"k\" stroke=\"{color}\""),
                Brush::Fill(100) => format!("class=\"f\" fill=\"{color}\""),
                Brush::Fill(percent) => {
                    format!("class=\"f\" fill=\"{color}\" fill-opacity=\".{percent}\"")
                }
            };
            writeln!(out, "<path {drawn} d=\"{path}\"/>").expect("memory");
        }
        out.push_str(&self.texts);
        if let Some(Position { x, y }) = cursor {
            let bar = rect(f64::from(x) * CELL.0, f64::from(y) * CELL.1 + 2.0, 2.0, CELL.1 - 4.0);
            writeln!(out, "<path class=\"f\" fill=\"{}\" d=\"{bar}\"/>", hex(self.paper.colors.text))
                .expect("memory");
        }
        out
    }
}

impl Run {
    fn end(&self) -> f64 {
        self.x + wide(self.cells.into())
    }
}

/// Letters and punctuation of European languages, and signs of currencies: fonts of terminals have them, one cell wide.
fn is_in_every_font(c: char) -> bool {
    matches!(c, '!'..='~' | '\u{a1}'..='\u{24f}' | '\u{370}'..='\u{52f}' | '‐'..='…' | '\u{20a0}'..='\u{20bf}')
}

/// How far so many cells reach.
fn wide(cells: usize) -> f64 {
    f64::from(u32::try_from(cells).expect("a row is short")) * CELL.0
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
