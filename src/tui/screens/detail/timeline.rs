//! What happened to an account, newest first.

use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::writer::{PageWriter, wrapped};
use crate::prose::timeline::{self, TimelineWords};
use crate::prose::{dates, lists::plural};
use crate::state::query::timeline::{TimelineEvent, TimelineFilter, TimelineItem, timeline};
use crate::state::{Account, AlertKind, Change, SignalData};
use crate::text;
use crate::tui::input::action::Action;
use crate::tui::model::account_journal::AccountJournal;
use crate::tui::model::badges::phase;
use crate::tui::model::columns::ColumnId;
use crate::tui::theme::Role;

/// From this width on, a moment names its day of the week, too.
const WEEKDAYS_FROM: usize = 54;
/// Below this width, what happened stands under its moment.
const BESIDE_FROM: usize = 30;

impl PageWriter<'_> {
    /// At most `most` things that happened, of those that are to be seen.
    pub(super) fn timeline(&mut self, account: &Account, most: usize) {
        let app = self.app;
        let journal = app.journal.as_ref().filter(|journal| journal.account == account.id);
        let items = timeline(&app.board, account, journal.map_or(&[], |journal| journal.entries()));
        let filter = app.timeline;
        let shown: Vec<&TimelineItem> = items.iter().filter(|item| filter.means(item)).collect();
        let title = match filter {
            TimelineFilter::All => "Timeline".to_owned(),
            filter => format!("Timeline · {}", timeline::filter_title(filter)),
        };
        let key = app.board_key(Action::Timeline);
        self.heading_with_key(&title, key.as_deref(), "Filter");
        if shown.is_empty() {
            let words = match (filter, &key) {
                (TimelineFilter::All, _) => "Nothing has happened yet".to_owned(),
                (_, None) => "Nothing of that kind has happened".to_owned(),
                (_, Some(key)) => format!("Nothing of that kind has happened: {key} shows others"),
            };
            self.say(Role::Dim, &words);
        }
        for item in shown.iter().take(most) {
            self.item(account, item);
        }
        let before = shown.len().saturating_sub(most);
        if before > 0 {
            let words =
                format!("and {} before: gangplank show {}", plural(before, "thing", "things"), account.id);
            self.say(Role::Dim, &words);
        } else if let Some(end) = journal.and_then(AccountJournal::end) {
            self.say(Role::Dim, &format!("changes before #{end}: gangplank log {}", account.id));
        }
    }

    fn item(&mut self, account: &Account, item: &TimelineItem) {
        let (app, width) = (self.app, self.width);
        let theme = &app.theme;
        let TimelineWords { what, more, who } =
            timeline::words(item, account, &app.board, app.roster(), &app.now);
        if self.is_heard() {
            // What tells items apart comes first.
            let when = dates::moment(&app.now, item.at);
            let who = if who.is_empty() { String::new() } else { format!(", {who}") };
            let words = std::iter::once(what).chain(more).collect::<Vec<_>>().join(". ");
            return self.say(Role::Text, &format!("{words}. {when}{who}"));
        }
        let is_wide = width >= WEEKDAYS_FROM;
        let moment = dates::dated(&app.now, item.at, is_wide);
        let moment = text::fit(&moment, if is_wide { 16 } else { 12 });
        let (mark, role) = self.mark(item);
        let struck = |role| match item.undone {
            None => theme.style(role),
            Some(_) => theme.style(Role::Dim).add_modifier(Modifier::CROSSED_OUT),
        };
        let indent = if width >= BESIDE_FROM { text::width(&moment) + 4 } else { 2 };
        let mut start = vec![
            Span::styled(moment, theme.style(Role::Dim)),
            Span::raw("  "),
            Span::styled(mark, theme.style(role)),
            Span::raw(" "),
        ];
        if width < BESIDE_FROM {
            self.page.lines.push(Line::from(std::mem::take(&mut start)));
            start = vec![Span::raw("  ")];
        }
        let room = width.saturating_sub(indent).max(4);
        let mut parts: Vec<Vec<Span<'static>>> = Vec::new();
        for part in wrapped(&text::clean(&what), room) {
            parts.push(vec![Span::styled(part, struck(Role::Text))]);
        }
        let who = text::clean(&who).into_owned();
        if !who.is_empty() {
            let last = parts.last_mut().filter(|last| {
                let taken: usize = last.iter().map(Span::width).sum();
                taken + 2 + text::width(&who) <= room
            });
            let style = theme.style(Role::Dim);
            match last {
                Some(last) => last.extend([Span::raw("  "), Span::styled(who, style)]),
                None => {
                    parts.extend(wrapped(&who, room).into_iter().map(|part| vec![Span::styled(part, style)]));
                }
            }
        }
        for line in &more {
            for part in wrapped(&text::clean(line), room) {
                parts.push(vec![Span::styled(part, struck(Role::Text))]);
            }
        }
        for part in parts {
            let mut line = std::mem::replace(&mut start, vec![Span::raw(" ".repeat(indent))]);
            line.extend(part);
            self.page.lines.push(Line::from(line));
        }
    }

    /// What kind of thing it was, in a cell.
    fn mark(&self, item: &TimelineItem) -> (&'static str, Role) {
        if item.undone.is_some() {
            return ("↶", Role::Dim);
        }
        match &item.event {
            TimelineEvent::Signal(signal) => match &signal.data {
                SignalData::OutreachSent | SignalData::FinalOutreachSent => ("»", Role::Accent),
                SignalData::ReplyReceived { .. } => ("«", Role::Ok),
                SignalData::CallBooked { .. }
                | SignalData::CallRescheduled { .. }
                | SignalData::CallHeld { .. }
                | SignalData::CallNoShowWithdrawn { .. }
                | SignalData::PaidCallPurchased => ("◷", Role::Accent),
                SignalData::EmailBounced { .. }
                | SignalData::CallCanceled { .. }
                | SignalData::CallNoShow { .. }
                | SignalData::SubscriptionCancelScheduled { .. } => ("✕", Role::Warning),
                SignalData::InvoicePaymentFailed { .. } => ("✕", Role::Danger),
                SignalData::SubscriptionCanceled | SignalData::SubscriptionEnded { .. } => ("✕", Role::Dim),
                SignalData::SubscriptionCancelWithdrawn { .. }
                | SignalData::InvoiceUpcoming { .. }
                | SignalData::InvoicePaid { .. }
                | SignalData::InvoiceVoided { .. }
                | SignalData::InvoiceUncollectible { .. } => ("$", Role::Money),
                SignalData::Handoff { .. } => ("→", Role::Accent),
                SignalData::FactsChanged { .. } => ("·", Role::Dim),
            },
            TimelineEvent::Moved { to, .. } => {
                let at = to.as_ref().and_then(|to| self.app.board.pipeline().position(to));
                ("→", at.map_or(Role::Dim, |at| phase(self.app, ColumnId::Stage(at))))
            }
            TimelineEvent::NoteAdded(_) => ("✎", Role::Accent),
            TimelineEvent::Refunded(_) => ("$", Role::Money),
            TimelineEvent::PointTouched(point) if point.ticked => ("☑", Role::Ok),
            TimelineEvent::PointTouched(_) => ("☐", Role::Dim),
            TimelineEvent::TaskDone { .. } => ("☑", Role::Ok),
            TimelineEvent::AlertRaised(alert) => match alert.kind {
                AlertKind::FailedPayment | AlertKind::LargeInvoice | AlertKind::Playbook => {
                    ("▲", Role::Danger)
                }
            },
            TimelineEvent::AlertClosed(_) => ("△", Role::Ok),
            TimelineEvent::Changed(change) => match &**change {
                Change::RiskChanged { .. } => ("⚑", Role::Warning),
                Change::SnoozeChanged { .. } => ("☾", Role::Dim),
                Change::TaskChanged { .. } => ("☐", Role::Dim),
                Change::AlertChanged { .. } => ("△", Role::Warning),
                Change::FactsUpdated { .. } | Change::FactsRestored { .. } => ("≈", Role::Dim),
                _ => ("·", Role::Dim),
            },
        }
    }
}
