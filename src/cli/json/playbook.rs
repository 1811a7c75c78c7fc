//! What `playbooks --json` and `explain --json` say.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::playbook::Ternary;
use crate::playbook::{Explanation, Verdict};
use crate::prose::{explanations, playbooks};

/// A playbook of `playbooks --json`.
#[derive(Debug, Serialize)]
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
pub struct ExplanationJson<'a> {
    pub playbook: &'a str,
    pub title: &'a str,
    pub on: bool,
    pub verdict: &'static str,
    pub trigger: String,
    pub actions: Vec<String>,
    pub conditions: Vec<ConditionJson>,
    pub next: Option<DateTime<Utc>>,
    pub text: String,
}

/// A condition of `explain --json`. `holds` is null where it cannot be known.
#[derive(Debug, Serialize)]
pub struct ConditionJson {
    pub holds: Option<bool>,
    pub text: String,
}

impl<'a> ExplanationJson<'a> {
    /// What was explained.
    pub fn new(told: &Explanation<'a>) -> Self {
        let conditions = explanations::conditions(told).map(|(report, text)| ConditionJson {
            holds: match report.truth {
                Ternary::Yes => Some(true),
                Ternary::No => Some(false),
                Ternary::Unknown => None,
            },
            text,
        });
        Self {
            playbook: &told.playbook.id.0,
            title: &told.playbook.title,
            on: told.verdict != Verdict::Off,
            verdict: told.verdict.word(),
            trigger: playbooks::trigger(&told.playbook.on),
            actions: told.playbook.then.iter().map(playbooks::action).collect(),
            conditions: conditions.collect(),
            next: told.next,
            text: explanations::text(told),
        }
    }
}
