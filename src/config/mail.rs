//! `mail` in `config.toml`: the program that an email is handed to.

use toml::Spanned;

use super::error::ConfigError;
use super::template::{Placeholder, PlaceholderSet, Template, TemplatePart, unknown};
use crate::state::Account;

/// A program and its arguments, which begin an email; no shell reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailCommand(Vec<Template<MailPlaceholder>>);

/// What an argument may stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum MailPlaceholder {
    Account(Placeholder),
    To,
    Subject,
    Body,
}

const NAMES: [(&str, MailPlaceholder); 3] =
    [("to", MailPlaceholder::To), ("subject", MailPlaceholder::Subject), ("body", MailPlaceholder::Body)];

impl PlaceholderSet for MailPlaceholder {
    fn parse(name: &str) -> Result<Self, String> {
        let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, it)| it.clone());
        known.or_else(|| Placeholder::named(name).map(Self::Account)).ok_or_else(|| {
            let names = NAMES.iter().map(|(name, _)| (*name).to_owned()).chain(Placeholder::names());
            unknown(name, names, "{to}, {subject}, {body}, {external_id}, {name} or a fact such as {plan}")
        })
    }
}

/// The parts of an email that are handed to a program.
#[derive(Clone, Copy, Debug)]
pub struct MailParts<'a> {
    pub to: &'a str,
    pub subject: &'a str,
    pub body: &'a str,
}

impl MailCommand {
    /// Reads the words of `mail`.
    pub(super) fn parse(words: &[Spanned<String>], text: &str, file: &str) -> Result<Self, ConfigError> {
        let read = |word: &Spanned<String>| {
            Template::parse(word.get_ref()).map_err(|what| ConfigError {
                key: "mail".to_owned(),
                ..ConfigError::at(file, text, word.span(), what)
            })
        };
        let templates: Vec<Template<MailPlaceholder>> = words.iter().map(read).collect::<Result<_, _>>()?;
        if let Some([TemplatePart::Text(_)]) = templates.first().map(Template::parts) {
            return Ok(Self(templates));
        }
        let span = words.first().map_or(0..0, Spanned::span);
        let what = "the program comes first: write mail = [\"program\", \"{to}\", \"{subject}\", \"{body}\"]";
        Err(ConfigError { key: "mail".to_owned(), ..ConfigError::at(file, text, span, what) })
    }

    /// The program and its arguments for an email to `account`.
    ///
    /// # Errors
    /// A sentence when a value is unknown, or would be taken for an option.
    pub fn words(&self, account: &Account, parts: MailParts<'_>) -> Result<Vec<String>, String> {
        let mut words: Vec<String> = Vec::new();
        for template in &self.0 {
            let word = template.fill_with(|placeholder| match placeholder {
                MailPlaceholder::Account(placeholder) => {
                    placeholder.value(account).map_err(|it| it.to_string())
                }
                MailPlaceholder::To => Ok(parts.to.to_owned()),
                MailPlaceholder::Subject => Ok(parts.subject.to_owned()),
                MailPlaceholder::Body => Ok(parts.body.to_owned()),
            })?;
            let is_value = matches!(template.parts(), [TemplatePart::Placeholder(_), ..]);
            if is_value && word.starts_with('-') && !words.iter().any(|word| word == "--") {
                return Err(format!(
                    "“{}” begins with -, and {} may take it for an option: write \"--\" before it in `mail`",
                    word.lines().next().unwrap_or_default(),
                    words.first().map_or("the program", |word| word)
                ));
            }
            words.push(word);
        }
        Ok(words)
    }
}
