//! A recording as an animated SVG: a strip of pictures that is drawn through a window, one at a time.
//!
//! A line of the screen that is the same in several pictures stands in the file once. Whoever asked their system for less
//! motion sees the first picture, and so does what shows no animations.

use std::collections::HashMap;
use std::fmt::Write as _;

use gangplank::tui::theme::Background;

use super::cast::{Recording, Shot, TITLE};
use super::ink::{TerminalColors, hex};
use super::shapes::CELL;
use super::svg::{MARGIN, Paper, Styles, escaped, extent, head, rows};

/// The height of the line under the screen that says what is pressed.
const CAPTION: f64 = 40.0;

/// Draws a recording made on a dark background.
pub(crate) fn film(recording: &Recording) -> String {
    let colors = TerminalColors::on(Background::Dark);
    let first = &recording.shots.first().expect("a recording shows something").screen;
    let paper = Paper::of(colors, first);
    let (width, height) = (extent(first.area.width, CELL.0), extent(first.area.height, CELL.1) + CAPTION);
    let mut strip = Strip { paper, styles: Styles::default(), known: HashMap::new(), lines: String::new() };
    let mut pictures = String::new();
    for (at, shot) in recording.shots.iter().enumerate() {
        let left = f64::from(u32::try_from(at).expect("it is short")) * width + MARGIN;
        writeln!(pictures, "<g transform=\"translate({left} {MARGIN})\">{}</g>", strip.picture(shot))
            .expect("memory");
    }
    let mut out = head((width, height), TITLE);
    strip.styles.write(&mut out, &animation(recording, width));
    write!(
        out,
        "<defs>\n{}</defs>\n<rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{}\"/>\n<g class=\"film\">\n{pictures}</g>\n</svg>\n",
        strip.lines,
        hex(paper.page)
    )
    .expect("memory");
    out
}

/// Moves the strip so that the picture of the moment is in the window.
fn animation(recording: &Recording, width: f64) -> String {
    let length = recording.milliseconds;
    let mut rules = String::from("@keyframes film{");
    for (at, shot) in recording.shots.iter().enumerate() {
        let percent = f64::from(shot.milliseconds) * 100.0 / f64::from(length);
        let left = f64::from(u32::try_from(at).expect("it is short")) * width;
        write!(rules, "{percent:.3}%{{transform:translateX(-{left}px)}}").expect("memory");
    }
    // The last picture stays until the end; without this, it would be the first again.
    let last = f64::from(u32::try_from(recording.shots.len() - 1).expect("it is short")) * width;
    write!(
        rules,
        "to{{transform:translateX(-{last}px)}}}}.film{{animation:film {}s step-end infinite}}\
         @media(prefers-reduced-motion:reduce){{.film{{animation:none}}}}",
        f64::from(length) / 1000.0
    )
    .expect("memory");
    rules
}

struct Strip {
    paper: Paper,
    styles: Styles,
    /// The number of a line that was drawn already.
    known: HashMap<String, usize>,
    lines: String,
}

impl Strip {
    /// One picture: its lines, by their numbers.
    fn picture(&mut self, shot: &Shot) -> String {
        let mut picture = String::new();
        for y in 0..shot.screen.area.height {
            let cursor = shot.cursor.filter(|cursor| cursor.y == y);
            let cursor = cursor.map(|cursor| ratatui::layout::Position { y: 0, ..cursor });
            let drawn = rows(&shot.screen, y..y + 1, cursor, self.paper, &mut self.styles);
            if drawn.is_empty() {
                continue;
            }
            let next = self.known.len();
            let number = *self.known.entry(drawn).or_insert_with_key(|drawn| {
                writeln!(self.lines, "<g id=\"l{next}\">{}</g>", drawn.trim_end().replace('\n', ""))
                    .expect("memory");
                next
            });
            write!(picture, "<use href=\"#l{number}\" y=\"{}\"/>", f64::from(y) * CELL.1).expect("memory");
        }
        self.caption(&mut picture, shot);
        picture
    }

    /// What is pressed, and what that does.
    fn caption(&self, picture: &mut String, shot: &Shot) {
        let (ink, page) = (hex(self.paper.colors.text), hex(self.paper.page));
        let y = f64::from(shot.screen.area.height) * CELL.1 + 10.0;
        let mut x = 0.0;
        for key in shot.keys.split_whitespace() {
            let letters = f64::from(u32::try_from(key.chars().count()).expect("it is short")) * CELL.0;
            let wide = letters + 16.0;
            write!(
                picture,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"27\" rx=\"5\" fill=\"{ink}\"/><text x=\"{}\" y=\"{}\" fill=\"{page}\" font-weight=\"bold\" textLength=\"{letters}\">{}</text>",
                x + 8.0,
                y + 19.0,
                escaped(&key.replace('␣', " "))
            )
            .expect("memory");
            x += wide + 8.0;
        }
        let x = if x > 0.0 { x + 6.0 } else { x };
        write!(picture, "<text x=\"{x}\" y=\"{}\" fill=\"{ink}\">{}</text>", y + 19.0, escaped(&shot.says))
            .expect("memory");
    }
}
