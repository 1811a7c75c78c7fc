//! What the tables of `sources.toml` and `receivers.toml` have in common: names, and the way to a secret.

use std::ops::Range;

use toml::Spanned;

use super::error::ConfigError;
use crate::sources::SecretFrom;

/// Whether `word` can be the name of a source or a receiver: it is part of the name of a file.
pub(super) fn is_name(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 40
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
}

/// The way to the secret that one of the two keys names; nothing where neither is there. `wrong` makes an error at a
/// place, about a key.
///
/// # Errors
/// When both are there, or one names nothing.
pub(super) fn secret(
    environment: Option<Spanned<String>>,
    command: Option<Spanned<Vec<String>>>,
    wrong: impl Fn(Range<usize>, &str, &str) -> ConfigError,
) -> Result<Option<SecretFrom>, ConfigError> {
    match (environment, command) {
        (Some(_), Some(command)) => {
            let what = "there are two ways to the secret: keep `secret_env` or `secret_command`";
            Err(wrong(command.span(), "secret_command", what))
        }
        (Some(name), None)
            if name.get_ref().trim().is_empty() || name.get_ref().contains(['=', '\0', ' ']) =>
        {
            let what = "this is no name of an environment variable: write one such as STRIPE_KEY";
            Err(wrong(name.span(), "secret_env", what))
        }
        (Some(name), None) => Ok(Some(SecretFrom::Environment(name.get_ref().as_str().into()))),
        (None, Some(command)) if command.get_ref().first().is_none_or(String::is_empty) => {
            let what = "the program is missing: write [\"pass\", \"show\", \"stripe\"]";
            Err(wrong(command.span(), "secret_command", what))
        }
        (None, Some(command)) => Ok(Some(SecretFrom::Command(command.into_inner()))),
        (None, None) => Ok(None),
    }
}
