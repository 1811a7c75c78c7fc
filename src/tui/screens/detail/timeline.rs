//! What happened to an account: refunds, notes, moves and signals.

use super::writer::PageWriter;
use crate::prose::follow_ups::refund;
use crate::prose::{entries, signals};
use crate::state::{Account, StageId};
use crate::tui::theme::Role;

/// How many of what happened are listed: the rest is in `show`.
const SIGNALS: usize = 30;

impl PageWriter<'_> {
    pub(super) fn refunds(&mut self, account: &Account) {
        if account.refunds.is_empty() {
            return;
        }
        self.heading("Refunds and adjustments");
        let rows = account.refunds.iter().rev();
        self.dated(rows.map(|it| (it.at, format!("{} by {}", refund(it), it.by))).collect());
    }

    pub(super) fn notes(&mut self, account: &Account) {
        if account.notes.is_empty() {
            return;
        }
        self.heading("Notes");
        for note in account.notes.iter().rev() {
            self.say(Role::Dim, &format!("{} by {}", self.moment(note.at), note.by));
            for line in note.text.lines() {
                self.say(Role::Text, line);
            }
        }
    }

    pub(super) fn history(&mut self, account: &Account) {
        self.heading("Stage history");
        if account.history.is_empty() {
            self.say(Role::Dim, "never on the board");
        }
        for (at, item) in account.history.iter().enumerate().rev() {
            let until = account.history.get(at + 1).map_or(self.app.now.at, |next| next.at);
            let days = (self.app.now.date(until) - self.app.now.date(item.at)).num_days();
            let name = |stage: &Option<StageId>| {
                stage.as_ref().map_or_else(|| "off the board".to_owned(), ToString::to_string)
            };
            let to = item.to.as_ref().map_or("off the board", |to| self.app.board.pipeline().label(to));
            let stayed = match (&item.to, days) {
                (None, _) => String::new(),
                (Some(_), 0) => " · same day".to_owned(),
                (Some(_), days) => format!(" · {days} days"),
            };
            let days = if days == 1 { " · 1 day".to_owned() } else { stayed };
            self.say(Role::Text, &format!("{} → {to}{days}", name(&item.from)));
            let cause = entries::cause(&item.cause);
            let cause = cause.map_or_else(String::new, |cause| format!(", {cause}"));
            self.say(Role::Dim, &format!("  {} by {}{cause}", self.moment(item.at), item.by));
            if let Some(reason) = &item.reason {
                self.say(Role::Text, &format!("  “{reason}”"));
            }
        }
    }

    /// What happened, latest first.
    pub(super) fn signals(&mut self, account: &Account) {
        if account.signals.is_empty() {
            return;
        }
        self.heading("What happened");
        let rows = account.signals.iter().rev().take(SIGNALS).map(|signal| {
            let by = signal.by.as_deref().map(|by| format!(" by {by}")).unwrap_or_default();
            (signal.at, format!("{}{by}", signals::titled(signal)))
        });
        self.dated(rows.collect());
        if account.signals.len() > SIGNALS {
            self.say(Role::Dim, &format!("and {} before", account.signals.len() - SIGNALS));
        }
    }
}
