//! What is known of an account and from where, and when it first entered each stage.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::writer::PageWriter;
use crate::prose::dates;
use crate::prose::lists::{either, plural};
use crate::state::{Account, FactKey, FactRef};
use crate::text;
use crate::tui::theme::Role;

impl PageWriter<'_> {
    /// The facts, those that one source told on one day together: the latest first, and how old they are.
    /// Addresses stand among the contacts.
    pub(super) fn facts(&mut self, account: &Account) {
        let addresses = [FactKey::Contacts, FactKey::AdminEmails, FactKey::RememberedContacts];
        let is_here = |(key, _): &(&FactKey, FactRef<'_>)| !addresses.contains(key);
        // As wide as the longest name: each cell is worth more behind it.
        let names = account.facts.iter().filter(is_here).map(|(key, _)| text::width(&key.title()));
        self.label = names.max().unwrap_or(0).clamp(8, (self.width / 2).clamp(8, 20));
        self.heading(&plural(account.facts.iter().filter(is_here).count(), "fact", "facts"));
        let now = self.app.now;
        let mut told: BTreeMap<(Reverse<NaiveDate>, &str), Vec<_>> = BTreeMap::new();
        for (key, fact) in account.facts.iter().filter(is_here) {
            told.entry((Reverse(now.date(fact.at)), &**fact.source)).or_default().push((key, fact));
        }
        for ((Reverse(day), source), facts) in told {
            self.say(Role::Dim, &format!("{source}, {}", dates::distance(&now, day)));
            for (key, fact) in facts {
                self.field(&key.title(), &dates::fact(&now, fact.value), "");
            }
        }
    }

    pub(super) fn stamps(&mut self, account: &Account) {
        if account.stamps.is_empty() {
            return;
        }
        self.heading("First entered");
        let pipeline = self.app.board.pipeline();
        let rows = account.stamps.iter().map(|(stamp, at)| {
            let stage = pipeline.stages().iter().find(|stage| stage.id.as_str() == &**stamp);
            let of_several = || {
                let ids = pipeline.stages().iter().map(|stage| stage.id.as_str());
                let ids: Vec<&str> = ids.filter(|id| id.starts_with(&**stamp)).collect();
                format!("{stamp} ({})", either(&ids, "or"))
            };
            let name = stage.map_or_else(of_several, |stage| stage.label.to_string());
            (*at, if account.is_imported(*at) { format!("{name}, as imported") } else { name })
        });
        self.dated(rows.collect());
    }
}
