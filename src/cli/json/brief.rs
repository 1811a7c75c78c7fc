//! The brief of an account.

use serde::Serialize;

use crate::prose::brief::Brief;
use crate::state::Account;

/// An account in a few lines, of `brief --json`.
#[derive(Debug, Serialize)]
pub struct BriefJson<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub lines: Vec<BriefLineJson<'a>>,
}

/// The label is empty where it goes on with what the line before is about.
#[derive(Debug, Serialize)]
pub struct BriefLineJson<'a> {
    pub label: &'a str,
    pub text: &'a str,
}

impl<'a> BriefJson<'a> {
    pub fn new(account: &'a Account, brief: &'a Brief) -> Self {
        let lines = brief.lines.iter().map(|line| BriefLineJson { label: line.label, text: &line.text });
        Self { id: account.id.as_str(), name: account.name(), lines: lines.collect() }
    }
}
