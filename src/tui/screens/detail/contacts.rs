//! Whom to write to, and when that was done last.

use chrono::{DateTime, Utc};

use super::writer::PageWriter;
use crate::emails::mailto::recipient;
use crate::prose::{dates, lists::plural};
use crate::state::values::signal::Touch;
use crate::state::{Account, FactKey, FactValue};
use crate::tui::theme::Role;

/// How many addresses are listed.
const MOST: usize = 8;

impl PageWriter<'_> {
    /// Every address with what it is, and the last letter each way.
    pub(super) fn contacts(&mut self, account: &Account) {
        let mut all: Vec<(&str, &str)> = Vec::new();
        for (key, role) in [
            (FactKey::Contacts, ""),
            (FactKey::AdminEmails, "admin"),
            (FactKey::RememberedContacts, "remembered"),
        ] {
            for text in account.fact(&key).map(texts).unwrap_or_default() {
                match all.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(text)) {
                    Some(_) => {}
                    None => all.push((text, role)),
                }
            }
        }
        let wrote = account.last(Touch::Outbound);
        let replied = account.last(Touch::Inbound);
        if all.is_empty() && wrote.is_none() && replied.is_none() {
            return;
        }
        self.heading("Contacts");
        if all.is_empty() {
            self.say(Role::Dim, "No address is known");
        }
        let emails: Vec<&str> = account.emails().collect();
        for (text, role) in all.iter().take(MOST) {
            let first = self.page.lines.len();
            self.remarked(text, role);
            for email in emails.iter().filter(|email| text.contains(**email)) {
                self.link(first, email, format!("mailto:{}", recipient(email)));
            }
        }
        if all.len() > MOST {
            self.say(Role::Dim, &format!("and {}", plural(all.len() - MOST, "other", "others")));
        }
        let age = |at: DateTime<Utc>| dates::distance(&self.app.now, self.app.now.date(at));
        let last = [
            wrote.map(|at| format!("written {}", age(at))),
            replied.map(|at| format!("replied {}", age(at))),
        ];
        let last: Vec<String> = last.into_iter().flatten().collect();
        if !last.is_empty() {
            self.say(Role::Dim, &last.join(" · "));
        }
    }
}

fn texts(value: &FactValue) -> Vec<&str> {
    match value {
        FactValue::List(texts) => texts.iter().map(|text| &**text).collect(),
        FactValue::Text(text) => vec![&**text],
        FactValue::Number(_) | FactValue::Money(_) | FactValue::Date(_) | FactValue::Flag(_) => Vec::new(),
    }
}
