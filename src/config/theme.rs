//! What `config.toml` says of the theme.

use std::sync::Arc;

use toml_edit::{Item, value};

use super::error::{ConfigError, document};

/// What the settings say of the theme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThemeSettings {
    /// Whatever the background of the terminal is.
    pub always: Option<NamedTheme>,
    pub on_dark: Option<NamedTheme>,
    pub on_light: Option<NamedTheme>,
}

/// The name of a theme, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTheme {
    pub name: Arc<str>,
    /// What is to be said where no theme has that name, without saying it.
    pub place: ConfigError,
}

/// `text`, which is that of the settings, with the theme `name`; all else is as it was.
///
/// # Errors
/// When the text is no TOML.
pub fn with_theme(text: &str, name: &str, file: &str) -> Result<String, ConfigError> {
    let mut document = document(text, file)?;
    match document.get_mut("theme").and_then(Item::as_value_mut) {
        Some(written) => {
            // What stands behind it on the line is the person's.
            let beside = written.decor().clone();
            *written = name.into();
            *written.decor_mut() = beside;
        }
        None => drop(document.insert("theme", value(name))),
    }
    Ok(document.to_string())
}

/// The theme that is chosen by the background.
pub const AUTO: &str = "auto";
