//! How well one colour can be read on another, and the nearest of the fixed palette of 256.

use ratatui::style::Color;

/// Red, green and blue.
pub type Rgb = [u8; 3];

/// What WCAG 2 asks between a text and what it stands on.
pub const READABLE: f64 = 4.5;

/// What is left of it where one colour of the fixed palette has to do on black and on white.
const BARELY: f64 = 3.8;

/// How many of the nearest colours are tried before a readable one is given up: those after them look like another colour.
const NEAR: usize = 12;

/// How much lighter one colour is than the other, from 1 to 21, as WCAG 2 has it.
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    one.max(other) / one.min(other)
}

/// Of 0.05 (black) to 1.05 (white).
fn luminance(color: Rgb) -> f64 {
    let [r, g, b] = color.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
}

/// The colour of the fixed palette that looks most like `color` and can be read on all `papers` as well as it can.
pub fn of_256(color: Rgb, papers: &[Rgb]) -> Color {
    let mut by_distance: Vec<u8> = (16..=255).collect();
    by_distance.sort_by_key(|index| distance(rgb_of_256(*index), color));
    let least = |index: u8| {
        let on = papers.iter().map(|paper| contrast(rgb_of_256(index), *paper));
        on.fold(f64::INFINITY, f64::min)
    };
    let wanted = papers.iter().map(|paper| contrast(color, *paper)).fold(READABLE, f64::min);
    let near = &by_distance[..NEAR];
    let found = [wanted, BARELY].into_iter().find_map(|enough| near.iter().find(|it| least(**it) >= enough));
    Color::Indexed(*found.unwrap_or(&by_distance[0]))
}

/// What a colour of the fixed palette is; of the first sixteen, every terminal has its own.
pub fn rgb_of_256(index: u8) -> Rgb {
    let level = |step: u8| [0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff][usize::from(step % 6)];
    match index {
        0..=231 => {
            let at = index.saturating_sub(16);
            [level(at / 36), level(at / 6), level(at)]
        }
        232.. => [8 + 10 * (index - 232); 3],
    }
}

/// How unlike two colours look: the mean of red says how much red and blue weigh against green.
fn distance(one: Rgb, other: Rgb) -> i32 {
    let [r, g, b] = [0, 1, 2].map(|at| i32::from(one[at]) - i32::from(other[at]));
    let mean = i32::midpoint(i32::from(one[0]), i32::from(other[0]));
    (((512 + mean) * r * r) >> 8) + 4 * g * g + (((767 - mean) * b * b) >> 8)
}
