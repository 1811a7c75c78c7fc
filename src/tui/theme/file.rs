//! Themes as files: those the program comes with, and a person's own.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, LazyLock};

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use toml::Spanned;

use super::contrast::Rgb;
use super::terminal_colors::Background;
use super::{Role, Styles};
use crate::config::error::ConfigError;
use crate::suggest::did_you_mean;

/// The theme that every other one begins with.
pub const ROOT: &str = "terminal";

/// The folder in the config directory.
pub const DIRECTORY: &str = "themes";

const SHIPPED: &[(&str, &str)] = &[
    (ROOT, include_str!("../../../assets/themes/terminal.toml")),
    ("dark", include_str!("../../../assets/themes/dark.toml")),
    ("light", include_str!("../../../assets/themes/light.toml")),
    ("neutral", include_str!("../../../assets/themes/neutral.toml")),
    ("high-contrast", include_str!("../../../assets/themes/high-contrast.toml")),
    ("catppuccin-mocha", include_str!("../../../assets/themes/catppuccin-mocha.toml")),
    ("gruvbox-dark", include_str!("../../../assets/themes/gruvbox-dark.toml")),
    ("gruvbox-light", include_str!("../../../assets/themes/gruvbox-light.toml")),
    ("tokyo-night", include_str!("../../../assets/themes/tokyo-night.toml")),
];

/// Every theme there is, by name.
#[derive(Clone, Debug)]
pub struct Themes(BTreeMap<Arc<str>, ThemeColors>);

/// What a theme's files come to.
#[derive(Clone, Debug)]
pub struct ThemeColors {
    pub title: String,
    /// What it is meant to be read on.
    pub background: Background,
    /// What lies behind everything; the terminal's own background, where there is none.
    pub paper: Option<Rgb>,
    on: [(Background, Styles); 3],
}

impl ThemeColors {
    /// How each role looks on `background`.
    pub fn styles(&self, background: Background) -> &Styles {
        let [dark, light, unknown] = &self.on;
        match background {
            Background::Dark => &dark.1,
            Background::Light => &light.1,
            Background::Unknown => &unknown.1,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThemeFile {
    title: String,
    background: Background,
    inherits: Option<Spanned<String>>,
    paper: Option<Spanned<String>>,
    #[serde(default)]
    colors: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    roles: BTreeMap<Role, Spanned<String>>,
    #[serde(default)]
    on_dark: BTreeMap<Role, Spanned<String>>,
    #[serde(default)]
    on_light: BTreeMap<Role, Spanned<String>>,
}

/// A file and where it is.
struct ThemeSource {
    file: String,
    text: String,
    parsed: ThemeFile,
}

impl ThemeSource {
    fn read(file: &str, text: &str) -> Result<Self, ConfigError> {
        let parsed = toml::from_str(text).map_err(|error| ConfigError::of_toml(file, text, &error))?;
        Ok(Self { file: file.to_owned(), text: text.to_owned(), parsed })
    }

    fn error(&self, at: &Spanned<String>, what: String) -> ConfigError {
        ConfigError::at(&self.file, &self.text, at.span(), what)
    }
}

static OF_THE_PROGRAM: LazyLock<Themes> =
    LazyLock::new(|| Themes::new(Vec::new()).expect("a test reads the themes that are built in"));

impl Themes {
    /// Those the program comes with.
    pub fn shipped() -> &'static Self {
        &OF_THE_PROGRAM
    }

    /// Those the program comes with, and `own`: names, files and texts.
    ///
    /// # Errors
    /// The first mistake in a file.
    pub fn new(own: Vec<(Arc<str>, String, String)>) -> Result<Self, ConfigError> {
        let mut sources: BTreeMap<Arc<str>, ThemeSource> = BTreeMap::new();
        for (name, text) in SHIPPED {
            sources.insert((*name).into(), ThemeSource::read(&format!("{name}.toml"), text)?);
        }
        for (name, file, text) in own {
            sources.insert(name, ThemeSource::read(&file, &text)?);
        }
        let resolved = sources.keys().map(|name| Ok((name.clone(), resolve(&sources, name)?)));
        Ok(Self(resolved.collect::<Result<_, ConfigError>>()?))
    }

    pub fn get(&self, name: &str) -> Option<&ThemeColors> {
        self.0.get(name)
    }

    /// Names and what they stand for, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &ThemeColors)> {
        self.0.iter()
    }

    /// What is said of a name that no theme has.
    pub fn unknown(&self, name: &str) -> String {
        let names: Vec<&str> = self.0.keys().map(|name| &**name).collect();
        let rest = did_you_mean(name, &names)
            .unwrap_or_else(|| format!("write auto, or one of {}", names.join(", ")));
        format!("no theme is called `{name}`: {rest}")
    }
}

/// The file of the theme `name` and those it inherits from, the root first.
fn chain<'a>(
    sources: &'a BTreeMap<Arc<str>, ThemeSource>,
    name: &str,
) -> Result<Vec<&'a ThemeSource>, ConfigError> {
    let (mut chain, mut seen): (Vec<&ThemeSource>, HashSet<String>) = (Vec::new(), HashSet::new());
    let mut next = Some(name.to_owned());
    while let Some(name) = next.take() {
        let Some(source) = sources.get(&*name) else { break };
        seen.insert(name.clone());
        chain.push(source);
        if name == ROOT {
            break;
        }
        next = match &source.parsed.inherits {
            None => Some(ROOT.to_owned()),
            Some(parent) if seen.contains(parent.get_ref()) => {
                return Err(source.error(parent, "a theme inherits from itself: name another one".to_owned()));
            }
            Some(parent) if !sources.contains_key(parent.get_ref().as_str()) => {
                let names: Vec<&str> = sources.keys().map(|name| &**name).collect();
                let what =
                    format!("no theme is called `{}`: write one of {}", parent.get_ref(), names.join(", "));
                return Err(source.error(parent, what));
            }
            Some(parent) => Some(parent.get_ref().clone()),
        };
    }
    chain.reverse();
    Ok(chain)
}

fn resolve(sources: &BTreeMap<Arc<str>, ThemeSource>, name: &str) -> Result<ThemeColors, ConfigError> {
    let chain = chain(sources, name)?;
    let mut colors: BTreeMap<&str, Color> = BTreeMap::new();
    for source in &chain {
        for (name, written) in &source.parsed.colors {
            let color =
                color(written.get_ref(), &BTreeMap::new()).map_err(|what| source.error(written, what))?;
            colors.insert(name, color);
        }
    }
    let mut on = [Background::Dark, Background::Light, Background::Unknown].map(|it| (it, Styles::default()));
    for source in &chain {
        for (background, styles) in &mut on {
            let file = &source.parsed;
            let beside = match background {
                Background::Dark => Some(&file.on_dark),
                Background::Light => Some(&file.on_light),
                Background::Unknown => None,
            };
            for (role, written) in file.roles.iter().chain(beside.into_iter().flatten()) {
                let style = style(written.get_ref(), &colors).map_err(|what| source.error(written, what))?;
                styles.set(*role, style);
            }
        }
    }
    let own = chain.last().map(|source| &source.parsed);
    let mut paper = None;
    for source in &chain {
        if let Some(written) = &source.parsed.paper {
            let named = color(written.get_ref(), &colors).map_err(|what| source.error(written, what))?;
            let Color::Rgb(r, g, b) = named else {
                return Err(source.error(written, "the paper is a colour such as #1e1e2e".to_owned()));
            };
            paper = Some([r, g, b]);
        }
    }
    Ok(ThemeColors {
        title: own.map_or_else(String::new, |file| file.title.clone()),
        background: own.map_or(Background::Unknown, |file| file.background),
        paper,
        on,
    })
}

/// A style in words: `bold red on #202020`.
fn style(words: &str, colors: &BTreeMap<&str, Color>) -> Result<Style, String> {
    let mut style = Style::new();
    let mut words = words.split_whitespace();
    while let Some(word) = words.next() {
        style = match word {
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underline" => style.add_modifier(Modifier::UNDERLINED),
            "reverse" => style.add_modifier(Modifier::REVERSED),
            "on" => match words.next() {
                Some(behind) => style.bg(color(behind, colors)?),
                None => return Err("`on` needs a colour after it, such as `on #202020`".to_owned()),
            },
            named => style.fg(color(named, colors)?),
        };
    }
    Ok(style)
}

fn color(word: &str, colors: &BTreeMap<&str, Color>) -> Result<Color, String> {
    if let Some(color) = colors.get(word) {
        return Ok(*color);
    }
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    word.parse().ok().filter(|_| !is_number).ok_or_else(|| {
        let names = colors.keys().copied().collect::<Vec<_>>().join(", ");
        let own = if names.is_empty() { String::new() } else { format!(", one of [colors] ({names})") };
        format!("`{word}` is no colour: write #rrggbb{own}, or one of the sixteen such as red or lightblue")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> Result<Themes, ConfigError> {
        Themes::new(vec![("mine".into(), "mine.toml".to_owned(), text.to_owned())])
    }

    #[test]
    fn a_theme_changes_what_it_names_and_inherits_the_rest() {
        let themes = own("title = 'Mine'\nbackground = 'dark'\ninherits = 'dark'\n[colors]\nred = '#010203'\n[roles]\nok = 'italic red'\n")
            .expect("it is a theme");
        let styles = themes.get("mine").expect("it is there").styles(Background::Dark);
        let red = Color::Rgb(1, 2, 3);
        assert_eq!(
            styles.of(Role::Danger),
            Style::new().fg(red).add_modifier(Modifier::BOLD),
            "the colour is another one"
        );
        assert_eq!(styles.of(Role::Ok), Style::new().fg(red).add_modifier(Modifier::ITALIC));
        let dark = themes.get("dark").expect("it is shipped").styles(Background::Dark);
        assert_eq!(styles.of(Role::Warning), dark.of(Role::Warning));
    }

    #[test]
    fn a_mistake_names_its_line_and_says_what_to_write() {
        for (text, line, says) in [
            ("title = 'x'\nbackground = 'blue'\n", 2, "unknown value `blue`: write one of dark, light, any"),
            (
                "title = 'x'\nbackground = 'dark'\ninherits = 'drak'\n",
                3,
                "no theme is called `drak`: write one of",
            ),
            ("title = 'x'\nbackground = 'dark'\ninherits = 'mine'\n", 3, "a theme inherits from itself"),
            (
                "title = 'x'\nbackground = 'dark'\n[roles]\ndanger = 'bold ruby'\n",
                4,
                "`ruby` is no colour: write #rrggbb",
            ),
            (
                "title = 'x'\nbackground = 'dark'\n[roles]\ndanger = 'red on'\n",
                4,
                "`on` needs a colour after it",
            ),
            (
                "title = 'x'\nbackground = 'dark'\n[roles]\nloud = 'red'\n",
                4,
                "unknown value `loud`: write one of text, name",
            ),
            ("title = 'x'\nbackground = 'dark'\n[colors]\nred = '#12'\n", 4, "`#12` is no colour"),
            ("title = 'x'\nbackground = 'dark'\npaper = 'red'\n", 3, "the paper is a colour such as #1e1e2e"),
        ] {
            let error = own(text).expect_err(text);
            assert_eq!((error.line, error.what.starts_with(says)), (Some(line), true), "{error}");
        }
    }
}
