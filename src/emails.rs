//! Emails to accounts, from templates: what is said, to whom, and how it reaches a mail program. Nothing is sent here.
//!
//! | file | what it does |
//! |---|---|
//! | [`file`](mod@file) | templates as Markdown files with front matter |
//! | [`placeholder`] | what a template may say of an account |
//! | [`occasion`] | what an email is for, and whether an account needs it |
//! | [`fit`] | which templates fit an account |
//! | [`mailto`] | an email as an address for a mail program |

pub mod file;
pub mod fit;
pub mod mailto;
pub mod occasion;
pub mod placeholder;

use self::file::EmailTemplate;
use self::placeholder::{EmailPlaceholder, EmailValues};
use crate::config::template::Template;

/// An email to somebody at an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Email {
    /// Addresses, with commas between them; empty where none is known.
    pub to: String,
    pub subject: String,
    pub body: String,
}

/// What a template comes to for one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledEmail {
    pub email: Email,
    /// What is not known: the words in the gaps that stand in the text instead, each once.
    pub missing: Vec<String>,
}

/// Fills `template`. A value that is not known leaves a gap such as `[first name?]`.
pub fn fill(template: &EmailTemplate, values: &EmailValues<'_>) -> FilledEmail {
    let mut missing: Vec<String> = Vec::new();
    let mut text = |template: &Template<EmailPlaceholder>| {
        let value = |placeholder: &EmailPlaceholder| {
            Ok::<_, std::convert::Infallible>(values.value(placeholder).unwrap_or_else(|| {
                let title = placeholder.title();
                let gap = format!("[{title}?]");
                if !missing.contains(&title) {
                    missing.push(title);
                }
                gap
            }))
        };
        let Ok(text) = template.fill_with(value);
        text
    };
    let (subject, body) = (text(&template.subject), text(&template.body));
    let to = values.account.email().unwrap_or_default().to_owned();
    FilledEmail { email: Email { to, subject, body: body.trim().to_owned() }, missing }
}

impl Email {
    /// The email as a page to edit: its head, and the body under it.
    pub fn page(&self) -> String {
        format!("To: {}\nSubject: {}\n\n{}\n", self.to, self.subject, self.body)
    }

    /// Reads a page. Lines of the head that are missing are as in `before`.
    pub fn of_page(page: &str, before: &Self) -> Self {
        let mut email = Self { body: String::new(), ..before.clone() };
        let mut rest = page.trim_start();
        loop {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            if let Some(to) = line.strip_prefix("To:") {
                to.trim().clone_into(&mut email.to);
            } else if let Some(subject) = line.strip_prefix("Subject:") {
                subject.trim().clone_into(&mut email.subject);
            } else {
                break;
            }
            rest = after;
        }
        rest.trim().clone_into(&mut email.body);
        email
    }

    /// The subject and the body, to paste into a mail program.
    pub fn text(&self) -> String {
        format!("Subject: {}\n\n{}\n", self.subject, self.body)
    }

    /// The gaps that are left in it, such as `[first name?]`.
    pub fn gaps(&self) -> Vec<&str> {
        let mut gaps = Vec::new();
        for text in [&self.subject, &self.body] {
            for (at, _) in text.match_indices('[') {
                let gap = text[at..].find("?]").map(|end| &text[at..at + end + 2]);
                let gap = gap.filter(|gap| !gap.contains('\n') && !gap[1..].contains('['));
                gaps.extend(gap.filter(|gap| !gaps.contains(gap)));
            }
        }
        gaps
    }
}
