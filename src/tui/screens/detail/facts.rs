//! What is known of an account and from where, and when it first entered each stage.

use chrono::{DateTime, Utc};

use super::writer::PageWriter;
use crate::prose::dates;
use crate::prose::lists::plural;
use crate::state::{Account, FactValue};
use crate::tui::theme::Role;

impl PageWriter<'_> {
    /// The facts, those from one source together: the latest source first.
    pub(super) fn facts(&mut self, account: &Account) {
        self.heading(&plural(account.facts.len(), "fact", "facts"));
        let mut sources: Vec<(DateTime<Utc>, &str)> =
            account.facts.values().map(|fact| (fact.at, &*fact.source)).collect();
        sources.sort_unstable();
        sources.dedup();
        for (at, source) in sources.into_iter().rev() {
            self.say(Role::Dim, &format!("from {source}, {}", self.moment(at)));
            for (key, fact) in
                account.facts.iter().filter(|(_, fact)| fact.at == at && &*fact.source == source)
            {
                let value = match &fact.value {
                    FactValue::Date(date) => dates::day(&self.app.now, *date),
                    value => value.to_string(),
                };
                self.field(&key.title(), &value, "");
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
            let name = match pipeline.stages().iter().find(|stage| stage.id.as_str() == &**stamp) {
                Some(stage) => stage.label.to_string(),
                None => format!("{stamp}. (any of bucket {stamp})"),
            };
            (*at, if account.is_imported(*at) { format!("{name}, as imported") } else { name })
        });
        self.dated(rows.collect());
    }
}
