//! Emails from templates.

use serde::Serialize;

use crate::emails::FilledEmail;
use crate::emails::file::EmailTemplate;
use crate::emails::fit::Fit;

/// An email of `write ACCOUNT --json`.
#[derive(Debug, Serialize)]
pub struct EmailJson<'a> {
    pub template: &'a str,
    pub to: &'a str,
    pub subject: &'a str,
    pub body: &'a str,
    /// What is not known, and a gap in the text.
    pub missing: &'a [String],
}

impl<'a> EmailJson<'a> {
    pub fn new(template: &'a EmailTemplate, filled: &'a FilledEmail) -> Self {
        let email = &filled.email;
        Self {
            template: &template.name,
            to: &email.to,
            subject: &email.subject,
            body: &email.body,
            missing: &filled.missing,
        }
    }
}

/// A template of `write ACCOUNT --list --json`.
#[derive(Debug, Serialize)]
pub struct TemplateJson<'a> {
    pub name: &'a str,
    pub title: &'a str,
    /// `now`, `stage` or `no`.
    pub fits: &'static str,
}

impl<'a> TemplateJson<'a> {
    pub fn new(template: &'a EmailTemplate, fit: Fit) -> Self {
        let fits = match fit {
            Fit::Occasion => "now",
            Fit::Stage => "stage",
            Fit::Other => "no",
        };
        Self { name: &template.name, title: &template.title, fits }
    }
}
