//! `links.toml`: pages about an account in other systems.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::ConfigError;
use super::template::{MissingValue, Template, TemplatePart};
use crate::state::Account;
use crate::text::{self, percent_encoded};

/// A page about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What people call it.
    pub name: String,
    address: Template,
}

impl Link {
    /// Its address for `account`.
    ///
    /// # Errors
    /// When it needs a value that is unknown.
    pub fn address(&self, account: &Account) -> Result<String, MissingValue> {
        self.address.fill(account, percent_encoded)
    }
}

/// Reads `text` as links, in the order of the file.
///
/// # Errors
/// The first error, with its line and what to write instead.
pub fn parse(text: &str, file: &str) -> Result<Vec<Link>, ConfigError> {
    let document = DeTable::parse(text).map_err(|error| ConfigError::of_toml(file, text, &error))?;
    let mut links = Vec::new();
    for (name, value) in document.get_ref() {
        let at = name.span().start;
        let error = |what: String| {
            let key = name.get_ref().to_string();
            ConfigError { key, ..ConfigError::at(file, text, value.span(), what) }
        };
        let address = address(value).map_err(error)?;
        let name = text::clean(name.get_ref()).into_owned();
        links.push((at, Link { name, address }));
    }
    // The parser sorts by name; what counts is the order in which people wrote.
    links.sort_by_key(|(at, _)| *at);
    Ok(links.into_iter().map(|(_, link)| link).collect())
}

fn address(value: &Spanned<DeValue<'_>>) -> Result<Template, String> {
    let DeValue::String(address) = value.get_ref() else {
        return Err("a link is a text in quotes: write \"https://example.com/{external_id}\"".to_owned());
    };
    if text::clean(address) != **address || address.contains(char::is_whitespace) {
        return Err("an address has no spaces and nothing that cannot be seen: take them out".to_owned());
    }
    let template = Template::parse(address)?;
    let scheme = match template.parts().first() {
        Some(TemplatePart::Text(text)) => text.split_once(':').map(|(scheme, _)| scheme),
        Some(TemplatePart::Placeholder(_)) | None => None,
    };
    // What a program does with anything else, such as a file or a script, is not ours to risk.
    if scheme.is_some_and(|scheme| SCHEMES.contains(&scheme)) {
        Ok(template)
    } else {
        Err(format!("an address begins with one of {}:, such as https://example.com", SCHEMES.join(":, ")))
    }
}

const SCHEMES: [&str; 4] = ["https", "http", "mailto", "tel"];
