//! A morning as an asciicast, version 2: what a terminal was sent, and when. Any player of such files shows it.
//!
//! <https://docs.asciinema.org/manual/asciicast/v2/>

use std::fmt::Write as _;
use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier};
use serde::Deserialize;
use serde_json::json;

use super::scenes::{MORNING, MORNING_SIZE, readme_look};
use super::screen::{Material, Screen, Start};

/// What the recording is called.
pub(crate) const TITLE: &str = "A morning with Gangplank";

/// Records the morning.
pub(crate) fn record(material: &Material) -> String {
    let mut screen = Screen::new(material, Start::Demo, MORNING_SIZE, "");
    let look = readme_look();
    screen.wear(&look.theme, look.background);
    let (width, height) = MORNING_SIZE;
    let mut before = Buffer::empty(Rect::new(0, 0, width, height));
    let mut cast = String::new();
    let mut line = |value: serde_json::Value| writeln!(cast, "{value}").expect("memory");
    line(json!({"version": 2, "width": width, "height": height, "title": TITLE}));
    let mut milliseconds = 0;
    for moment in MORNING {
        screen.press(moment.keys);
        let (buffer, cursor) = screen.draw();
        let time = f64::from(milliseconds) / 1000.0;
        let keys = moment.keys.replace('\'', "");
        line(json!([time, "m", format!("{keys}\t{}", moment.says)]));
        line(json!([time, "o", changes(&before, &buffer, cursor)]));
        before = buffer;
        milliseconds += moment.milliseconds;
    }
    // A player shows the last screen as long as the others.
    line(json!([f64::from(milliseconds) / 1000.0, "o", ""]));
    cast
}

/// What makes of a terminal that shows `before` one that shows `after`.
fn changes(before: &Buffer, after: &Buffer, cursor: Option<Position>) -> String {
    let mut sent = String::from("\x1b[?25l");
    let (mut place, mut look) = (None, None);
    for (x, y, cell) in before.diff(after) {
        if place != Some((x, y)) {
            write!(sent, "\x1b[{};{}H", y + 1, x + 1).expect("memory");
        }
        let style = (cell.fg, cell.bg, cell.modifier);
        if look != Some(style) {
            select(&mut sent, cell);
        }
        look = Some(style);
        sent.push_str(cell.symbol());
        let cells = u16::try_from(gangplank::text::width(cell.symbol())).expect("a cell or two");
        place = Some((x + cells, y));
    }
    sent.push_str("\x1b[m");
    if let Some(Position { x, y }) = cursor {
        write!(sent, "\x1b[{};{}H\x1b[?25h", y + 1, x + 1).expect("memory");
    }
    sent
}

/// Selects how what follows looks.
fn select(sent: &mut String, cell: &Cell) {
    sent.push_str("\x1b[0");
    for (modifier, code) in [
        (Modifier::BOLD, ";1"),
        (Modifier::DIM, ";2"),
        (Modifier::ITALIC, ";3"),
        (Modifier::UNDERLINED, ";4"),
        (Modifier::REVERSED, ";7"),
    ] {
        if cell.modifier.contains(modifier) {
            sent.push_str(code);
        }
    }
    for (color, code) in [(cell.fg, 38), (cell.bg, 48)] {
        match color {
            Color::Reset => {}
            Color::Rgb(r, g, b) => write!(sent, ";{code};2;{r};{g};{b}").expect("memory"),
            other => panic!("the morning is recorded in true colour, and {other} is not"),
        }
    }
    sent.push('m');
}

/// What is to be seen from a moment on.
pub(crate) struct Shot {
    pub(crate) milliseconds: u32,
    pub(crate) keys: String,
    pub(crate) says: String,
    pub(crate) screen: Buffer,
    pub(crate) cursor: Option<Position>,
}

/// A recording, as a player shows it.
pub(crate) struct Recording {
    pub(crate) shots: Vec<Shot>,
    /// How long it takes.
    pub(crate) milliseconds: u32,
}

#[derive(Deserialize)]
struct Header {
    width: NonZeroU16,
    height: NonZeroU16,
}

/// Plays a recording in a terminal.
pub(crate) fn play(cast: &str) -> Recording {
    let mut lines = cast.lines();
    let header: Header =
        serde_json::from_str(lines.next().expect("a recording has a header")).expect("it is a recording");
    let mut terminal = vt100::Parser::new(header.height, header.width, 0);
    let (mut shots, mut marker, mut last) = (Vec::new(), String::new(), 0);
    for line in lines {
        let (time, kind, data): (f64, String, String) = serde_json::from_str(line).expect("it is an event");
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a recording is short")]
        let milliseconds = (time * 1000.0).round() as u32;
        last = milliseconds;
        match kind.as_str() {
            "m" => marker = data,
            "o" if data.is_empty() => {}
            "o" => {
                terminal.process(data.as_bytes());
                let (keys, says) = marker.split_once('\t').unwrap_or_default();
                let (screen, cursor) = shown(terminal.screen());
                shots.push(Shot {
                    milliseconds,
                    keys: keys.to_owned(),
                    says: says.to_owned(),
                    screen,
                    cursor,
                });
            }
            other => panic!("the recording has an event of the kind {other}"),
        }
    }
    Recording { shots, milliseconds: last }
}

fn shown(terminal: &vt100::Screen) -> (Buffer, Option<Position>) {
    let (height, width) = terminal.size();
    let (height, width) = (height.get(), width.get());
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    for y in 0..height {
        for x in 0..width {
            let Some(seen) = terminal.cell(y, x).filter(|cell| !cell.is_wide_continuation()) else {
                continue;
            };
            let cell = &mut buffer[(x, y)];
            if seen.has_contents() {
                cell.set_symbol(seen.contents());
            }
            (cell.fg, cell.bg) = (color(seen.fgcolor()), color(seen.bgcolor()));
            for (modifier, is_so) in [
                (Modifier::BOLD, seen.bold()),
                (Modifier::DIM, seen.dim()),
                (Modifier::ITALIC, seen.italic()),
                (Modifier::UNDERLINED, seen.underline()),
                (Modifier::REVERSED, seen.inverse()),
            ] {
                cell.modifier.set(modifier, is_so);
            }
        }
    }
    let (y, x) = terminal.cursor_position();
    (buffer, Some(Position { x, y }).filter(|_| !terminal.hide_cursor()))
}

fn color(color: vt100::Color) -> Color {
    match color {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(index) => Color::Indexed(index),
        vt100::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}
