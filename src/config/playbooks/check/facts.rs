//! Conditions on facts, such as `fact = "forecasted_mrr", above = "100 USD"`.

use std::sync::Arc;

use toml::Spanned;

use super::Check;
use crate::config::error::ConfigError;
use crate::config::playbooks::draft::{Several, ValueDraft};
use crate::playbook::{Bound, Condition, Test};
use crate::state::{FactKey, FactKind, FactValue, Money};

/// The tests of a fact's value; a condition has exactly one.
pub(super) struct FactTests {
    pub(super) known: Option<bool>,
    pub(super) one_of: Option<Several<Arc<str>>>,
    pub(super) is: Option<bool>,
    pub(super) bounds: [(&'static str, Option<Spanned<ValueDraft>>); 4],
}

impl Check<'_> {
    /// The test of the fact `name`.
    pub(super) fn fact(&self, name: &Spanned<String>, tests: FactTests) -> Result<Condition, ConfigError> {
        let key = FactKey::parse(name.get_ref()).ok_or_else(|| {
            let known = FactKey::known().map(|key| key.to_string()).collect::<Vec<_>>().join(", ");
            let what = format!(
                "unknown fact `{}`: write extra.COLUMN for a column of your own, or one of {known}",
                name.get_ref()
            );
            self.wrong(name, "fact", what)
        })?;
        let mut limits = Vec::new();
        for (word, draft) in tests.bounds {
            let Some(draft) = draft else { continue };
            let value = self.value(&key, word, draft)?;
            limits.push(match word {
                "above" => Bound::Above(value),
                "at_least" => Bound::AtLeast(value),
                "below" => Bound::Below(value),
                _ => Bound::AtMost(value),
            });
        }
        let mut found: Vec<Test> = Vec::new();
        found.extend((!limits.is_empty()).then_some(Test::Within(limits)));
        found.extend(tests.known.map(Test::Known));
        found.extend(tests.one_of.map(|texts| Test::OneOf(texts.0)));
        found.extend(tests.is.map(Test::Is));
        match (found.pop(), found.is_empty()) {
            (Some(test), true) => Ok(Condition::Fact(key, test)),
            (Some(_), false) => Err(self.wrong(
                name,
                "fact",
                "test one thing at a time: known, one_of, is, or bounds such as above",
            )),
            (None, _) => Err(self.wrong(
                name,
                "fact",
                "write what to test: known, one_of, is, above, at_least, below or at_most",
            )),
        }
    }

    fn value(&self, key: &FactKey, word: &str, draft: Spanned<ValueDraft>) -> Result<FactValue, ConfigError> {
        let at = Spanned::new(draft.span(), ());
        let (value, wanted) = match (key.kind(), draft.into_inner()) {
            (FactKind::Number, ValueDraft::Number(number)) => (Some(FactValue::Number(number)), ""),
            (FactKind::Number, ValueDraft::Text(_)) => (None, "a number without quotes, such as 10"),
            (FactKind::Money, ValueDraft::Text(text)) => (
                text.parse::<Money>().ok().map(FactValue::Money),
                "an amount with its currency, such as \"100 USD\"",
            ),
            (FactKind::Money, ValueDraft::Number(_)) => {
                (None, "an amount with its currency, such as \"100 USD\"")
            }
            (FactKind::Date, ValueDraft::Text(text)) => {
                (text.parse().ok().map(FactValue::Date), "a date such as \"2025-01-31\"")
            }
            (FactKind::Date, ValueDraft::Number(_)) => (None, "a date such as \"2025-01-31\""),
            (FactKind::Text | FactKind::Flag | FactKind::List, _) => {
                (None, "one_of, is or known: its values have no order")
            }
        };
        value.ok_or_else(|| self.wrong(&at, word, format!("`{key}` needs {wanted}")))
    }
}
