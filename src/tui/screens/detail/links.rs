//! The pages about an account in other systems.

use super::writer::PageWriter;
use crate::state::Account;
use crate::text;

impl PageWriter<'_> {
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
