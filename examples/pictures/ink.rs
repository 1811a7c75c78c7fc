//! Which colour a cell's text and background have, as a terminal would show them.

use gangplank::tui::theme::Background;
use gangplank::tui::theme::contrast::{Rgb, rgb_of_256};
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// A terminal's own colours.
#[derive(Clone, Copy)]
pub(crate) struct TerminalColors {
    /// Its background and its text.
    pub(crate) paper: Rgb,
    pub(crate) text: Rgb,
    sixteen: [u32; 16],
}

/// A dark terminal as many people have it.
const DARK: TerminalColors = TerminalColors {
    paper: [0x16, 0x18, 0x1d],
    text: [0xd8, 0xdb, 0xe2],
    sixteen: [
        0x16_18_1d, 0xcd_4d_4d, 0x4e_b8_62, 0xd3_ab_3f, 0x4f_8f_e6, 0xbd_6f_d8, 0x3c_b5_bf, 0xd8_db_e2,
        0x77_7d_8a, 0xff_7a_75, 0x6f_dd_83, 0xf2_ce_62, 0x7f_b4_ff, 0xd9_9a_f2, 0x66_d9_e2, 0xff_ff_ff,
    ],
};

/// A light one.
const LIGHT: TerminalColors = TerminalColors {
    paper: [0xff; 3],
    text: [0x1f, 0x23, 0x28],
    sixteen: [
        0x1f_23_28, 0xb3_26_1e, 0x1a_7f_37, 0x8a_63_00, 0x0b_57_d0, 0x8e_24_aa, 0x0b_7a_83, 0x8a_8f_98,
        0x57_60_6a, 0xd1_24_2f, 0x2d_a4_4e, 0xb0_80_00, 0x2f_78_e8, 0xa0_40_c0, 0x1b_91_9b, 0xff_ff_ff,
    ],
};

impl TerminalColors {
    pub(crate) fn on(background: Background) -> Self {
        match background {
            Background::Light => LIGHT,
            Background::Dark | Background::Unknown => DARK,
        }
    }

    fn rgb(&self, color: Color) -> Option<Rgb> {
        let of_sixteen = |at: usize| {
            let [_, r, g, b] = self.sixteen[at].to_be_bytes();
            Some([r, g, b])
        };
        match color {
            Color::Reset => None,
            Color::Rgb(r, g, b) => Some([r, g, b]),
            Color::Indexed(index @ 16..) => Some(rgb_of_256(index)),
            Color::Indexed(index) => of_sixteen(index.into()),
            Color::Black => of_sixteen(0),
            Color::Red => of_sixteen(1),
            Color::Green => of_sixteen(2),
            Color::Yellow => of_sixteen(3),
            Color::Blue => of_sixteen(4),
            Color::Magenta => of_sixteen(5),
            Color::Cyan => of_sixteen(6),
            Color::Gray => of_sixteen(7),
            Color::DarkGray => of_sixteen(8),
            Color::LightRed => of_sixteen(9),
            Color::LightGreen => of_sixteen(10),
            Color::LightYellow => of_sixteen(11),
            Color::LightBlue => of_sixteen(12),
            Color::LightMagenta => of_sixteen(13),
            Color::LightCyan => of_sixteen(14),
            Color::White => of_sixteen(15),
        }
    }

    /// How `cell` looks.
    pub(crate) fn ink(&self, cell: &Cell) -> Ink {
        let has = |modifier| cell.modifier.contains(modifier);
        let (text, paper) = (self.rgb(cell.fg).unwrap_or(self.text), self.rgb(cell.bg).unwrap_or(self.paper));
        let (text, paper) = if has(Modifier::REVERSED) { (paper, text) } else { (text, paper) };
        let text = if has(Modifier::DIM) { between(text, paper) } else { text };
        Ink {
            text,
            paper,
            bold: has(Modifier::BOLD),
            italic: has(Modifier::ITALIC),
            underlined: has(Modifier::UNDERLINED),
            struck: has(Modifier::CROSSED_OUT),
        }
    }
}

/// Dim text: what terminals do with it.
fn between(text: Rgb, paper: Rgb) -> Rgb {
    std::array::from_fn(|at| {
        let (text, paper) = (u16::from(text[at]), u16::from(paper[at]));
        u8::try_from((text * 62 + paper * 38) / 100).expect("it lies between two bytes")
    })
}

/// How a cell looks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::struct_excessive_bools, reason = "each is a way of its own in which terminals set text off")]
pub(crate) struct Ink {
    pub(crate) text: Rgb,
    pub(crate) paper: Rgb,
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) underlined: bool,
    pub(crate) struck: bool,
}

impl Ink {
    /// The same text, whatever lies behind it.
    pub(crate) fn letters(self) -> Self {
        Self { paper: [0; 3], ..self }
    }
}

/// As SVG writes it.
pub(crate) fn hex([r, g, b]: Rgb) -> String {
    let short = |byte: u8| byte >> 4 == byte & 0xf;
    if short(r) && short(g) && short(b) {
        return format!("#{:x}{:x}{:x}", r & 0xf, g & 0xf, b & 0xf);
    }
    format!("#{r:02x}{g:02x}{b:02x}")
}
