//! An email that is being written: to whom, from which template, and what was written so far.

use std::sync::Arc;

use crate::emails::Email;
use crate::emails::file::RecordedAs;
use crate::state::AccountId;

/// An email on its way from a template to a mail program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailInWork {
    pub account: AccountId,
    /// What people call the template.
    pub template: Arc<str>,
    /// What it is recorded as once it was sent, if the template says so.
    pub records: Option<RecordedAs>,
    pub email: Email,
}

/// What is done with an email that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailStep {
    OpenMail,
    Copy,
    EditAgain,
    /// It was sent: record it, or nothing.
    Record(Option<RecordedAs>),
}
