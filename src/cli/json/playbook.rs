//! What `playbooks --json` and `explain --json` say.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::playbook::Ternary;
use crate::playbook::{Explanation, Verdict};

/// A playbook of `playbooks --json`.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the contract is documented in docs/json.md")]
pub struct PlaybookJson<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub on: bool,
    pub trigger: String,
    pub actions: Vec<String>,
    pub fired: usize,
    pub last_fired: Option<DateTime<Utc>>,
    pub last_account: Option<&'a str>,
}

/// A playbook of `explain --json`.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the contract is documented in docs/json.md")]
pub struct ExplanationJson<'a> {
    pub playbook: &'a str,
    pub title: &'a str,
    pub on: bool,
    pub verdict: &'static str,
    pub trigger: &'a str,
    pub actions: &'a [String],
    pub conditions: Vec<ConditionJson<'a>>,
    pub next: Option<DateTime<Utc>>,
    pub text: &'a str,
}

/// A condition of `explain --json`. `holds` is null where it cannot be known.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the contract is documented in docs/json.md")]
pub struct ConditionJson<'a> {
    pub holds: Option<bool>,
    pub text: &'a str,
}

impl<'a> ExplanationJson<'a> {
    /// What was explained.
    pub fn new(told: &'a Explanation<'a>) -> Self {
        let conditions = told.conditions.iter().map(|said| ConditionJson {
            holds: match said.truth {
                Ternary::Yes => Some(true),
                Ternary::No => Some(false),
                Ternary::Unknown => None,
            },
            text: &said.words,
        });
        Self {
            playbook: &told.playbook.id.0,
            title: &told.playbook.title,
            on: told.verdict != Verdict::Off,
            verdict: told.verdict.word(),
            trigger: &told.trigger,
            actions: &told.actions,
            conditions: conditions.collect(),
            next: told.next,
            text: &told.sentence,
        }
    }
}
