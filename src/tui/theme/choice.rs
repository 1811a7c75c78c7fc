//! Which theme is shown: the one that is named, else the one for the background of the terminal.

use std::sync::Arc;

use super::file::Themes;
use super::terminal_colors::{Background, Depth};
use super::{Theme, automatic};

/// What the settings and the terminal say of the theme.
#[derive(Clone, Debug)]
pub struct ThemeChoice {
    pub themes: Arc<Themes>,
    pub depth: Depth,
    /// The one that is shown whatever the background is.
    pub named: Option<Arc<str>>,
    /// Those that are shown on a dark and on a light background, where others are wanted than the program comes with.
    pub on_dark: Option<Arc<str>>,
    pub on_light: Option<Arc<str>>,
    pub background: Background,
    /// Whether the person said what the background is: the terminal is not asked then.
    pub is_background_known: bool,
}

impl ThemeChoice {
    /// The themes the program comes with, on a terminal that shows so many colours on `background`.
    pub fn new(depth: Depth, background: Background) -> Self {
        Self {
            themes: Arc::new(Themes::shipped().clone()),
            depth,
            named: None,
            on_dark: None,
            on_light: None,
            background,
            is_background_known: false,
        }
    }

    /// The theme to show.
    pub fn theme(&self) -> Theme {
        let for_background = match self.background {
            Background::Dark => self.on_dark.as_deref(),
            Background::Light => self.on_light.as_deref(),
            Background::Unknown => None,
        };
        let name = self.named.as_deref().or(for_background).unwrap_or_else(|| automatic(self.background));
        self.named(name).unwrap_or_else(|| Theme::new(self.depth, self.background))
    }

    /// The theme `name` on this terminal.
    pub fn named(&self, name: &str) -> Option<Theme> {
        Theme::named(&self.themes, name, self.depth, self.background)
    }

    /// Whether the answer to what the background is may make a difference.
    pub fn asks_for_background(&self) -> bool {
        !self.is_background_known && self.named.is_none() && self.depth > Depth::Ansi16
    }
}
