//! Colour by role, and never colour alone: whatever a colour says, a glyph, a word or a modifier says too.
//!
//! A theme is a file (`assets/themes/`, and a person's own): which role looks how. What the terminal cannot show of it is
//! worked out once, when the theme is chosen.

pub mod choice;
pub mod contrast;
pub mod file;
pub mod terminal_colors;

use std::sync::Arc;

use ratatui::style::{Color, Style};
use serde::Deserialize;
use strum::VariantArray;

use self::contrast::{Rgb, of_256, rgb_of_256};
use self::file::{ROOT, ThemeColors, Themes};
pub use self::terminal_colors::{Background, Depth};
use crate::state::PersonColor;

/// What something on the screen is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, VariantArray, strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Plain text.
    Text,
    /// An account's name.
    Name,
    /// What may be overlooked: hints, empty places, units.
    Dim,
    /// What has the focus, apart from the selected card.
    Accent,
    /// The selected card or line.
    Selection,
    /// The same while the keys go elsewhere: to a question, or to an open account.
    Unfocused,
    /// Headings of columns and panes.
    Header,
    /// Lines between things.
    Border,
    /// Urgent, failed or refused.
    Danger,
    /// Soon urgent.
    Warning,
    /// Well and done.
    Ok,
    /// The letters that a filter matched.
    Highlight,
    /// The badge of an account nobody has looked at.
    New,
    /// Amounts.
    Money,
    /// What is before the first answer of a customer.
    PhaseNew,
    /// What is with customers who answered.
    PhaseEngaged,
    /// What is before the end: the final outreach.
    PhaseClosing,
    /// What is over.
    PhaseClosed,
}

impl Role {
    /// Every role.
    pub const ALL: &[Self] = Self::VARIANTS;
}

/// How each role looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Styles([Style; Role::VARIANTS.len()]);

impl Styles {
    pub fn of(&self, role: Role) -> Style {
        self.0[role as usize]
    }

    fn set(&mut self, role: Role, style: Style) {
        self.0[role as usize] = style;
    }
}

/// How each role looks on one terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    name: Arc<str>,
    styles: Styles,
    /// What lies behind everything.
    paper: Option<Color>,
}

impl Theme {
    /// The theme the program comes with for a terminal with that background.
    pub fn new(depth: Depth, background: Background) -> Self {
        let themes = Themes::shipped();
        Self::named(themes, automatic(background), depth, background).unwrap_or_else(|| Self::plain(ROOT))
    }

    /// The theme `name` of `themes` on a terminal that shows so many colours on `background`.
    pub fn named(themes: &Themes, name: &str, depth: Depth, background: Background) -> Option<Self> {
        let theme = themes.get(name)?;
        // With sixteen colours or none, every theme is the terminal's own.
        let shown = if depth <= Depth::Ansi16 { themes.get(ROOT)? } else { theme };
        let on = if theme.background == Background::Unknown { background } else { theme.background };
        let on = if depth <= Depth::Ansi16 { background } else { on };
        let mut it = Self::plain(name);
        for role in Role::ALL {
            it.styles.set(*role, seen(shown.styles(on).of(*role), depth, &papers(shown, depth)));
        }
        it.paper =
            shown.paper.map(|[r, g, b]| Color::Rgb(r, g, b)).and_then(|color| at_depth(color, depth, &[]));
        Some(it)
    }

    fn plain(name: &str) -> Self {
        Self { name: name.into(), styles: Styles::default(), paper: None }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// How `role` looks. Styles patch each other: a card's spans keep their roles inside a selection.
    pub fn style(&self, role: Role) -> Style {
        self.styles.of(role)
    }

    /// What lies behind everything; nothing where that is the terminal's own background.
    pub fn paper(&self) -> Option<Color> {
        self.paper
    }

    /// How the name of a person of that colour looks; of one without, as `role`.
    pub fn person(&self, color: Option<PersonColor>, role: Role) -> Style {
        let Some(color) = color else { return self.style(role) };
        let like = self.style(match color {
            PersonColor::Blue => Role::Accent,
            PersonColor::Cyan => Role::PhaseNew,
            PersonColor::Green => Role::Ok,
            PersonColor::Magenta => Role::New,
            PersonColor::Red => Role::Danger,
            PersonColor::Yellow => Role::Warning,
        });
        like.fg.map_or_else(Style::new, |color| Style::new().fg(color))
    }
}

/// The theme for a terminal with that background, where none is named.
pub fn automatic(background: Background) -> &'static str {
    match background {
        Background::Dark => "dark",
        Background::Light => "light",
        Background::Unknown => "neutral",
    }
}

/// What a theme must be readable on: its paper, or what people have as a dark or a light background; and what lies behind
/// chosen rows.
fn papers(theme: &ThemeColors, depth: Depth) -> Vec<Rgb> {
    const DARK: [Rgb; 2] = [[0; 3], [0x1e; 3]];
    const LIGHT: [Rgb; 2] = [[0xff; 3], [0xfd, 0xf6, 0xe3]];
    let mut papers = match (theme.paper, theme.background) {
        (Some(paper), _) => vec![paper],
        (None, Background::Dark) => DARK.to_vec(),
        (None, Background::Light) => LIGHT.to_vec(),
        (None, Background::Unknown) => vec![DARK[0], LIGHT[0]],
    };
    let behind = |role| theme.styles(theme.background).of(role).bg;
    let behind_rows = [Role::Selection, Role::Unfocused].into_iter().filter_map(behind);
    papers.extend(behind_rows.filter_map(|color| match at_depth(color, depth, &[])? {
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(index) => Some(rgb_of_256(index)),
        _ => None,
    }));
    papers
}

/// `style` as a terminal with so many colours shows it.
fn seen(style: Style, depth: Depth, papers: &[Rgb]) -> Style {
    Style {
        fg: style.fg.and_then(|color| at_depth(color, depth, papers)),
        bg: style.bg.and_then(|color| at_depth(color, depth, &[])),
        ..style
    }
}

fn at_depth(color: Color, depth: Depth, papers: &[Rgb]) -> Option<Color> {
    match (depth, color) {
        (Depth::Mono, _) | (Depth::Ansi16, Color::Rgb(..)) => None,
        (Depth::Ansi256, Color::Rgb(r, g, b)) => Some(of_256([r, g, b], papers)),
        (Depth::Ansi16 | Depth::Ansi256 | Depth::TrueColor, color) => Some(color),
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Modifier;

    use super::contrast::{READABLE, contrast};
    use super::*;

    #[test]
    fn what_must_be_seen_is_seen_without_colour() {
        let mono = |role| Theme::new(Depth::Mono, Background::Unknown).style(role).add_modifier;
        assert_eq!(mono(Role::Selection), Modifier::REVERSED | Modifier::BOLD);
        for role in [Role::Accent, Role::Header, Role::Danger, Role::New] {
            assert!(mono(role).contains(Modifier::BOLD), "{role:?}");
        }
        assert!(mono(Role::Highlight).contains(Modifier::UNDERLINED));
        for (name, depth, _, role, style) in all().filter(|it| it.1 == Depth::Mono) {
            assert_eq!((style.fg, style.bg), (None, None), "{name} {depth:?} {role:?}");
        }
    }

    /// WCAG asks 4.5 of text, on the paper and on what lies behind the selection; the fixed palette has no red that reaches it
    /// on both black and white. Lines need 3.
    #[test]
    fn every_colour_can_be_read_on_what_it_stands_on() {
        let rgb = |color: Option<Color>| match color? {
            Color::Rgb(r, g, b) => Some([r, g, b]),
            Color::Indexed(index) => Some(rgb_of_256(index)),
            _ => None,
        };
        for (name, depth, background, role, style) in all() {
            let themes = Themes::shipped();
            let colors = themes.get(name).expect("it is shipped");
            let mut papers = papers(colors, depth);
            if role == Role::Border {
                // No line stands on the selection.
                papers.truncate(if colors.paper.is_some() { 1 } else { 2 });
            }
            let Some(ink) = rgb(style.fg) else { continue };
            let enough = match (role, colors.background, depth) {
                (Role::Border, ..) => 3.0,
                (_, Background::Unknown, Depth::Ansi256) => 3.8,
                _ => READABLE,
            };
            for paper in papers {
                let contrast = contrast(ink, paper);
                let what = format!("{name} {depth:?} {background:?} {role:?}: {ink:?} on {paper:?}");
                assert!(contrast >= enough, "{what} has {contrast:.2}");
            }
        }
    }

    fn all() -> impl Iterator<Item = (&'static str, Depth, Background, Role, Style)> {
        let depths = [Depth::Mono, Depth::Ansi16, Depth::Ansi256, Depth::TrueColor];
        let backgrounds = [Background::Dark, Background::Light, Background::Unknown];
        let of = |name: &'static str, depth, background| {
            let theme = Theme::named(Themes::shipped(), name, depth, background).expect("it is shipped");
            Role::ALL.iter().map(move |role| (name, depth, background, *role, theme.style(*role)))
        };
        Themes::shipped().iter().flat_map(move |(name, _)| {
            depths.into_iter().flat_map(move |depth| {
                backgrounds.into_iter().flat_map(move |background| of(name, depth, background))
            })
        })
    }
}
