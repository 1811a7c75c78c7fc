//! How a signal names its account.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::account::{Account, AccountId};
use super::fact::{FactKey, FactValue};

/// How a signal names its account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
pub enum AccountRef {
    #[strum(to_string = "{0}")]
    Id(AccountId),
    /// By its id in another system: the system, and the id.
    #[strum(to_string = "{0} {1}")]
    Other(Arc<str>, Arc<str>),
    /// By an email address of one of its people.
    #[strum(to_string = "{0}")]
    Email(Arc<str>),
    #[strum(to_string = "{0}")]
    Domain(Arc<str>),
    /// By several names at once, as an email to several people does. It means every account that one of them means.
    #[strum(to_string = "{0}")]
    AnyOf(SeveralNames),
}

/// Several names of what may be one account, or may not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeveralNames(pub Vec<AccountRef>);

impl fmt::Display for SeveralNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.0.iter().map(AccountRef::to_string).collect();
        f.pad(&names.join(", "))
    }
}

/// The domains in the text of a fact, which may list several.
pub(in crate::state) fn domains(text: &str) -> impl Iterator<Item = &str> {
    text.split(", ")
}

impl Account {
    /// Whether `named` could mean this account.
    pub fn is_meant_by(&self, named: &AccountRef) -> bool {
        match named {
            AccountRef::Id(id) => self.id == *id,
            AccountRef::Other(system, id) => {
                self.text(&FactKey::OtherId(system.clone())).is_some_and(|known| known == &**id)
            }
            AccountRef::Email(email) => {
                let lists = [FactKey::Contacts, FactKey::AdminEmails, FactKey::RememberedContacts];
                lists.iter().any(|key| match self.fact(key) {
                    Some(FactValue::List(known)) => known.iter().any(|it| it.eq_ignore_ascii_case(email)),
                    Some(FactValue::Text(known)) => known.eq_ignore_ascii_case(email),
                    Some(_) | None => false,
                })
            }
            AccountRef::Domain(domain) => {
                let known = self.text(&FactKey::Domain).unwrap_or_default();
                domains(known).any(|known| known.eq_ignore_ascii_case(domain))
            }
            AccountRef::AnyOf(SeveralNames(all)) => all.iter().any(|each| self.is_meant_by(each)),
        }
    }
}
