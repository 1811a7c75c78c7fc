//! Where secrets come from: an environment variable, or a program that a person names. They are kept nowhere.

use crate::outgoing::Secret;
use crate::secret_program;
use crate::sources::{SecretFrom, SourceFailure};

/// Fetches the secret.
///
/// # Errors
/// A sentence that says what to do, and never contains what was found.
pub fn fetch(from: &SecretFrom) -> Result<Secret, SourceFailure> {
    match from {
        SecretFrom::Environment(name) => {
            let value = std::env::var(&**name).unwrap_or_default();
            Secret::new(&value).map_err(|why| {
                SourceFailure::Secret(format!("no secret in the environment variable {name} ({why}): set it"))
            })
        }
        SecretFrom::Command(words) => {
            let program = words.first().map_or("", String::as_str);
            let failed = |why: &str| SourceFailure::Secret(format!("no secret from `{program}`: {why}"));
            let text = secret_program::printed(words).map_err(|why| failed(&why))?;
            Secret::new(&text).map_err(failed)
        }
    }
}
