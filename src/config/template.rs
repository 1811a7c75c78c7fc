//! Texts with placeholders for what is known of an account: `https://example.com/{external_id}`.

use crate::state::{Account, AccountId, FactKey};
use crate::suggest;

/// A text with placeholders in braces. `{{` and `}}` stand for braces. `P` is what placeholders there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template<P = Placeholder>(Vec<TemplatePart<P>>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart<P = Placeholder> {
    Text(String),
    Placeholder(P),
}

/// The placeholders that a kind of text may have.
pub trait PlaceholderSet: Sized {
    /// The placeholder called `name`.
    ///
    /// # Errors
    /// A sentence that says which there are.
    fn parse(name: &str) -> Result<Self, String>;
}

/// What a placeholder stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placeholder {
    ExternalId,
    /// The first address.
    Email,
    /// All addresses, with commas between them.
    Emails,
    /// The id of its stage.
    Stage,
    Owner,
    Fact(FactKey),
}

/// What an account would have to have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{account} has no {what}")]
pub struct MissingValue {
    pub account: String,
    pub what: String,
}

const NAMES: [(&str, Placeholder); 5] = [
    ("external_id", Placeholder::ExternalId),
    ("email", Placeholder::Email),
    ("emails", Placeholder::Emails),
    ("stage", Placeholder::Stage),
    ("owner", Placeholder::Owner),
];

impl<P: PlaceholderSet> Template<P> {
    /// Reads a text with placeholders.
    ///
    /// # Errors
    /// A sentence when a placeholder is unknown or a brace stands alone.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut parts, mut literal, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                literal.push_str(brace);
                rest = after;
                continue;
            }
            let end = rest.find('}').filter(|_| brace == "{");
            let Some(end) = end else {
                return Err(format!("`{brace}` stands alone: write `{brace}{brace}` for a brace"));
            };
            if !literal.is_empty() {
                parts.push(TemplatePart::Text(std::mem::take(&mut literal)));
            }
            parts.push(TemplatePart::Placeholder(P::parse(&rest[..end])?));
            rest = &rest[end + 1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(TemplatePart::Text(literal));
        }
        Ok(Self(parts))
    }

    pub fn parts(&self) -> &[TemplatePart<P>] {
        &self.0
    }

    /// The text with each placeholder as `value` says.
    ///
    /// # Errors
    /// The first of `value`.
    pub fn fill_with<E>(&self, mut value: impl FnMut(&P) -> Result<String, E>) -> Result<String, E> {
        let texts = self.0.iter().map(|part| match part {
            TemplatePart::Text(text) => Ok(text.clone()),
            TemplatePart::Placeholder(placeholder) => value(placeholder),
        });
        texts.collect()
    }
}

impl Template {
    /// The text for `account`, each value as `write` writes it.
    ///
    /// # Errors
    /// When a value is unknown.
    pub fn fill(&self, account: &Account, write: impl Fn(&str) -> String) -> Result<String, MissingValue> {
        self.fill_with(|placeholder| Ok(write(&placeholder.value(account)?)))
    }
}

impl From<Placeholder> for Template {
    fn from(placeholder: Placeholder) -> Self {
        Self(vec![TemplatePart::Placeholder(placeholder)])
    }
}

impl PlaceholderSet for Placeholder {
    fn parse(name: &str) -> Result<Self, String> {
        Self::named(name).ok_or_else(|| {
            let rest = "{external_id}, {email}, {emails}, {name}, {stage}, {owner} or a fact such as {plan} or \
                        {extra.region}";
            unknown(name, Self::names(), rest)
        })
    }
}

/// What is said of a placeholder that is not one of `names`; the `rest` is what to use where none is like it.
pub fn unknown(name: &str, names: impl Iterator<Item = String>, rest: &str) -> String {
    let near = suggest::did_you_mean(name, &names.collect::<Vec<_>>());
    format!("unknown placeholder {{{name}}}: {}", near.unwrap_or_else(|| format!("use {rest}")))
}

impl Placeholder {
    /// The placeholder called `name`, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, it)| it.clone());
        known.or_else(|| FactKey::parse(name).map(Self::Fact))
    }

    /// What placeholders are called.
    pub fn names() -> impl Iterator<Item = String> {
        let names = NAMES.iter().map(|(name, _)| (*name).to_owned());
        names.chain(FactKey::known().map(|key| key.to_string()))
    }

    /// Its value for `account`.
    ///
    /// # Errors
    /// When it is unknown.
    pub fn value(&self, account: &Account) -> Result<String, MissingValue> {
        let value = match self {
            Self::ExternalId => Some(account.id.to_string()),
            Self::Email => account.email().map(str::to_owned),
            Self::Emails => Some(account.emails().collect::<Vec<_>>().join(",")),
            Self::Stage => account.placement.as_ref().map(|place| place.stage.to_string()),
            Self::Owner => account.owner().map(str::to_owned),
            Self::Fact(key) => account.facts.get(key).map(|fact| fact.value.to_string()),
        };
        value.filter(|value| !value.is_empty()).ok_or_else(|| {
            let id: &AccountId = &account.id;
            let name = if account.name().is_empty() { id.as_str() } else { account.name() };
            MissingValue { account: name.to_owned(), what: self.title() }
        })
    }

    /// What it stands for, in words.
    pub fn title(&self) -> String {
        match self {
            Self::ExternalId => "id".to_owned(),
            Self::Email | Self::Emails => "email address".to_owned(),
            Self::Stage => "stage".to_owned(),
            Self::Owner => "owner".to_owned(),
            Self::Fact(key) => format!("fact `{key}`"),
        }
    }
}
