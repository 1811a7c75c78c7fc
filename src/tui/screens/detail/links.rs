//! The addresses a page leads to.

use super::writer::PageWriter;
use crate::config::template::percent_encoded;
use crate::state::Account;
use crate::text;

impl PageWriter<'_> {
    /// The pages about it in other systems.
    pub(super) fn pages(&mut self, account: &Account) {
        let links = &self.app.setup.links;
        let known = links.iter().filter_map(|link| Some((&link.name, link.address(account).ok()?)));
        let known: Vec<(&String, String)> = known.collect();
        if known.is_empty() {
            return;
        }
        self.label = (self.width / 3).clamp(8, 13);
        self.heading("Links");
        for (name, address) in known {
            let first = self.page.lines.len();
            let room = self.width.saturating_sub(self.label + 1).max(4);
            let shown = text::cut(&text::clean(&address), room).into_owned();
            self.field(name, &shown, "");
            self.link(first, &shown, address);
        }
    }
}

/// The address by which a program writes to `email`.
pub(super) fn mailto(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((name, domain)) => format!("mailto:{}@{}", percent_encoded(name), percent_encoded(domain)),
        None => format!("mailto:{}", percent_encoded(email)),
    }
}
