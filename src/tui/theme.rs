//! Colour by role, and never colour alone: whatever a colour says, a glyph, a word or a modifier says too.
//!
//! Nothing here sets a background. The terminal's own is what its user can read on, and the selection is reverse
//! and bold, which every terminal has.

use std::collections::HashMap;
use std::sync::LazyLock;

use ratatui::style::{Color, Modifier, ParseColorError, Style};
use serde::Deserialize;
use strum::VariantArray;

use crate::state::PersonColor;

/// What something on the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
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
}

impl Role {
    /// Every role.
    pub const ALL: &[Self] = Self::VARIANTS;
}

/// How many colours the terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None, or none are wanted: bold, reverse, underline and dim only.
    Mono,
    /// The sixteen that the terminal's user named.
    Ansi16,
    /// The fixed palette of 256.
    Ansi256,
    /// Any.
    TrueColor,
}

/// What the terminal writes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Background {
    /// Dark.
    Dark,
    /// Light.
    Light,
    /// Nobody says, so everything is readable on both.
    Unknown,
}

impl Depth {
    /// What the environment says of the terminal; `variable` looks one up.
    ///
    /// `NO_COLOR` counts when it is not empty (no-color.org); what a person wants, `is_colored`, overrules it.
    pub fn detect(is_colored: Option<bool>, variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").map(|term| term.to_ascii_lowercase());
        let any = matches!(set("COLORTERM").as_deref(), Some("truecolor" | "24bit"));
        let says = match term.as_deref() {
            Some(term) if term.ends_with("-direct") => Self::TrueColor,
            // GNU screen hands its host's COLORTERM on, and does not understand what it promises.
            Some(term) if any && term.starts_with("screen") => Self::Ansi256,
            Some(_) | None if any => Self::TrueColor,
            Some(term) if term.contains("256") => Self::Ansi256,
            Some(term)
                if term == "dumb"
                    || term == "unknown"
                    || term.starts_with("vt")
                    || term.ends_with("-m")
                    || term.ends_with("-mono") =>
            {
                Self::Mono
            }
            // The console of Windows names neither, and shows sixteen at the least.
            Some(_) | None => Self::Ansi16,
        };
        match is_colored {
            Some(false) => Self::Mono,
            Some(true) => says.max(Self::Ansi16),
            None if set("NO_COLOR").is_some() => Self::Mono,
            None => says,
        }
    }
}

impl Background {
    /// What `COLORFGBG` says: `15;0` is white on black.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let hint = variable("COLORFGBG");
        match hint.as_deref().and_then(|hint| hint.rsplit(';').next()?.trim().parse::<u8>().ok()) {
            Some(0..=6 | 8) => Self::Dark,
            Some(7 | 9..=15) => Self::Light,
            Some(_) | None => Self::Unknown,
        }
    }
}

/// One colour at each depth. Where none of the sixteen can be read, there is none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ink {
    any: WrittenColor,
    of_256: u8,
    of_16: Option<WrittenColor>,
}

/// A colour as a file writes it: `#9399a6`, `cyan`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct WrittenColor(Color);

impl TryFrom<String> for WrittenColor {
    type Error = ParseColorError;

    fn try_from(text: String) -> Result<Self, ParseColorError> {
        text.parse().map(Self)
    }
}

const THEMES: &str = include_str!("../../assets/themes.toml");

/// The inks of `assets/themes.toml`.
static INKS: LazyLock<HashMap<Background, HashMap<Role, Ink>>> =
    LazyLock::new(|| toml::from_str(THEMES).expect("a test reads the themes that are built in"));

/// How each role looks on one terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    depth: Depth,
    background: Background,
}

impl Theme {
    /// The theme for a terminal.
    pub fn new(depth: Depth, background: Background) -> Self {
        Self { depth, background }
    }

    /// The theme for the terminal that the environment describes; `variable` looks one up.
    pub fn detect(is_colored: Option<bool>, variable: impl Fn(&str) -> Option<String>) -> Self {
        Self::new(Depth::detect(is_colored, &variable), Background::detect(&variable))
    }

    /// How `role` looks. Styles patch each other: a card's spans keep their roles inside a selection.
    pub fn style(&self, role: Role) -> Style {
        let plain = Style::new();
        match role {
            Role::Text => plain,
            Role::Selection => plain.add_modifier(Modifier::REVERSED | Modifier::BOLD),
            Role::Header | Role::Name => plain.add_modifier(Modifier::BOLD),
            Role::Highlight => self.ink(Role::Warning).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Role::Dim | Role::Border => self.quiet(role),
            Role::Accent | Role::Danger | Role::New => self.ink(role).add_modifier(Modifier::BOLD),
            Role::Warning | Role::Ok | Role::Money => self.ink(role),
        }
    }

    /// How the name of a person of that colour looks; of one without, as `role`.
    pub fn person(&self, color: Option<PersonColor>, role: Role) -> Style {
        let Some(color) = color else { return self.style(role) };
        self.ink(match color {
            PersonColor::Blue => Role::Accent,
            PersonColor::Cyan => Role::Money,
            PersonColor::Green => Role::Ok,
            PersonColor::Magenta => Role::New,
            PersonColor::Red => Role::Danger,
            PersonColor::Yellow => Role::Warning,
        })
    }

    fn ink(&self, role: Role) -> Style {
        let ink = INKS.get(&self.background).and_then(|inks| inks.get(&role));
        let color = ink.and_then(|ink| match self.depth {
            Depth::TrueColor => Some(ink.any.0),
            Depth::Ansi256 => Some(Color::Indexed(ink.of_256)),
            Depth::Ansi16 => ink.of_16.as_ref().map(|color| color.0),
            Depth::Mono => None,
        });
        color.map_or_else(Style::new, |color| Style::new().fg(color))
    }

    /// Grey where there is one. Of the sixteen, bright black is the background itself in some schemes.
    fn quiet(&self, role: Role) -> Style {
        match self.depth {
            Depth::TrueColor | Depth::Ansi256 => self.ink(role),
            Depth::Ansi16 | Depth::Mono => Style::new().add_modifier(Modifier::DIM),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_environment_says_how_many_colours() {
        use Depth::{Ansi16, Ansi256, Mono, TrueColor};
        const AUTO: Option<bool> = None;
        const ALWAYS: Option<bool> = Some(true);
        const NEVER: Option<bool> = Some(false);
        for (is_colored, environment, depth) in [
            (AUTO, "", Ansi16),
            (AUTO, "COLORTERM=truecolor", TrueColor),
            (AUTO, "TERM=xterm", Ansi16),
            (AUTO, "TERM=xterm-256color", Ansi256),
            (AUTO, "TERM=xterm-256color COLORTERM=truecolor", TrueColor),
            (AUTO, "TERM=xterm-256color COLORTERM=24bit", TrueColor),
            (AUTO, "TERM=xterm-256color COLORTERM=yes", Ansi256),
            (AUTO, "TERM=tmux-256color COLORTERM=truecolor", TrueColor),
            (AUTO, "TERM=screen-256color COLORTERM=truecolor", Ansi256),
            (AUTO, "TERM=screen", Ansi16),
            (AUTO, "TERM=xterm-direct", TrueColor),
            (AUTO, "TERM=linux", Ansi16),
            (AUTO, "TERM=dumb", Mono),
            (AUTO, "TERM=vt100", Mono),
            (AUTO, "TERM=xterm-mono", Mono),
            (AUTO, "TERM=xterm-256color NO_COLOR=1", Mono),
            (AUTO, "TERM=xterm-256color NO_COLOR=", Ansi256),
            (ALWAYS, "TERM=xterm-256color NO_COLOR=1", Ansi256),
            (ALWAYS, "TERM=dumb", Ansi16),
            (NEVER, "TERM=xterm-256color COLORTERM=truecolor", Mono),
        ] {
            assert_eq!(
                Depth::detect(is_colored, variables(environment)),
                depth,
                "{is_colored:?} {environment}"
            );
        }
    }

    #[test]
    fn the_environment_hints_at_the_background() {
        use Background::{Dark, Light, Unknown};
        for (environment, background) in [
            ("", Unknown),
            ("COLORFGBG=15;0", Dark),
            ("COLORFGBG=0;15", Light),
            ("COLORFGBG=0;default;15", Light),
            ("COLORFGBG=7;8", Dark),
            ("COLORFGBG=0;7", Light),
            ("COLORFGBG=15;default", Unknown),
            ("COLORFGBG=", Unknown),
            ("COLORFGBG=0;99", Unknown),
        ] {
            assert_eq!(Background::detect(variables(environment)), background, "{environment}");
        }
    }

    #[test]
    fn nothing_has_a_background_and_mono_has_no_colour() {
        for (depth, background, role, style) in all() {
            assert_eq!(style.bg, None, "{depth:?} {background:?} {role:?}");
            assert!(depth != Depth::Mono || style.fg.is_none(), "{role:?}");
        }
    }

    #[test]
    fn every_background_has_the_same_inks() {
        let inks = |background| INKS[&background].keys().copied().collect::<HashSet<_>>();
        let plain = [Role::Text, Role::Selection, Role::Header, Role::Name, Role::Highlight];
        let inked = Role::ALL.iter().copied().filter(|role| !plain.contains(role)).collect::<HashSet<_>>();
        for background in [Background::Dark, Background::Light, Background::Unknown] {
            assert_eq!(inks(background), inked, "{background:?}");
        }
    }

    #[test]
    fn what_must_be_seen_is_seen_without_colour() {
        let mono = |role| Theme::new(Depth::Mono, Background::Unknown).style(role).add_modifier;
        assert_eq!(mono(Role::Selection), Modifier::REVERSED | Modifier::BOLD);
        for role in [Role::Accent, Role::Header, Role::Danger, Role::New] {
            assert!(mono(role).contains(Modifier::BOLD), "{role:?}");
        }
        assert!(mono(Role::Highlight).contains(Modifier::UNDERLINED));
        for (depth, background, role, style) in all() {
            let here = Theme::new(Depth::Mono, background).style(role).add_modifier;
            assert!(
                depth <= Depth::Ansi16 || here.difference(Modifier::DIM) == style.add_modifier,
                "{role:?}: a colour takes no modifier's place, save that of dim"
            );
        }
    }

    /// WCAG asks 4.5 of text; the fixed palette has no red that reaches it on both black and white. Lines need 3.
    #[test]
    fn every_colour_can_be_read_on_its_background() {
        let dark = [0x0000_0000, 0x001e_1e1e];
        let light = [0x00ff_ffff, 0x00fd_f6e3];
        for (depth, background, role, style) in all() {
            let papers = match background {
                Background::Dark => dark.to_vec(),
                Background::Light => light.to_vec(),
                Background::Unknown => vec![dark[0], light[0]],
            };
            let ink = match style.fg {
                Some(Color::Rgb(r, g, b)) => u32::from_be_bytes([0, r, g, b]),
                Some(Color::Indexed(index)) => of_256(index),
                _ => continue,
            };
            let enough = match (role, background, depth) {
                (Role::Border, ..) => 3.0,
                (_, Background::Unknown, Depth::Ansi256) => 3.8,
                _ => 4.5,
            };
            for paper in papers {
                let contrast = contrast(ink, paper);
                assert!(contrast >= enough, "{depth:?} {role:?}: {ink:06x} on {paper:06x} has {contrast:.2}");
            }
        }
    }

    fn all() -> impl Iterator<Item = (Depth, Background, Role, Style)> {
        let depths = [Depth::Mono, Depth::Ansi16, Depth::Ansi256, Depth::TrueColor];
        let backgrounds = [Background::Dark, Background::Light, Background::Unknown];
        depths.into_iter().flat_map(move |depth| {
            backgrounds.into_iter().flat_map(move |background| {
                Role::ALL
                    .iter()
                    .map(move |role| (depth, background, *role, Theme::new(depth, background).style(*role)))
            })
        })
    }

    /// `A=1 B=2` as an environment.
    fn variables(text: &str) -> impl Fn(&str) -> Option<String> {
        move |name| {
            let value = text.split(' ').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            value.map(str::to_owned)
        }
    }

    fn of_256(index: u8) -> u32 {
        let level = |step: u8| [0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff][usize::from(step % 6)];
        let rgb = match index {
            0..=15 => unreachable!("these sixteen differ from terminal to terminal"),
            16..=231 => [level((index - 16) / 36), level((index - 16) / 6), level(index - 16)],
            232.. => [8 + 10 * (index - 232); 3],
        };
        u32::from_be_bytes([0, rgb[0], rgb[1], rgb[2]])
    }

    fn contrast(a: u32, b: u32) -> f64 {
        let luminance = |rgb: u32| {
            let [_, r, g, b] = rgb.to_be_bytes().map(|c| {
                let c = f64::from(c) / 255.0;
                if c <= 0.03928 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
        };
        let (a, b) = (luminance(a), luminance(b));
        a.max(b) / a.min(b)
    }
}
