//! The day's queue: every account that needs a person, why, and what to press.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::super::action::Action;
use super::super::app::App;
use super::super::filter::highlights;
use super::super::keymap::Mode;
use super::super::queue::Empty;
use super::super::theme::Role;
use super::card::{highlight, renewal};
use super::put;
use crate::state::words::plural;
use crate::state::{Mismatch, Pressing, Reason, Standing};
use crate::text;

/// One row per account that needs a person.
pub(super) struct Today<'a>(pub(super) &'a App);

const NAME: usize = 22;
const STAGE: usize = 3;
const DUE: usize = 8;
/// The key, and the word for it.
const PRESS: usize = 13;

impl Widget for Today<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Self(app) = self;
        if area.is_empty() {
            return;
        }
        let theme = &app.setup.theme;
        let width = usize::from(area.width.saturating_sub(1));
        let name = NAME.min(width / 4).max(4);
        let press = if width >= 60 { PRESS } else { 0 };
        let why = width.saturating_sub(name + STAGE + DUE + press + 4);
        let heading = format!(
            "{} {} {} {} {}",
            text::fit("Name", name),
            text::fit("St.", STAGE),
            text::fit_right("Due in", DUE),
            text::fit("Press", press),
            text::fit("Why it needs you", why)
        );
        put(buf, area, area.x + 1, area.y, &heading, theme.style(Role::Header));
        let rows = Rect { y: area.y + 1, height: area.height - 1, ..area };
        if let Some(words) = nobody(app) {
            let words = text::clean(&words);
            for (line, row) in textwrap::wrap(&words, width.max(4)).iter().zip(rows.rows()) {
                put(buf, row, row.x + 1, row.y, line, theme.style(Role::Ok));
            }
        }
        for (row, line) in app.queue.rows().iter().skip(app.focus.list_top).zip(rows.rows()) {
            let Some(account) = app.board.get(&row.id) else { continue };
            let reasons = app.queue.reasons(&row.id);
            let Some(first) = reasons.first() else { continue };
            let focused = app.focus.account.as_ref() == Some(&row.id);
            if focused {
                put(buf, line, line.x, line.y, "▌", theme.style(Role::Accent));
            }
            let role = if focused { Role::Selection } else { Role::Name };
            let whole = text::clean(account.name());
            let mut x = put(buf, line, line.x + 1, line.y, &text::fit(&whole, name), theme.style(role)) + 1;
            if let Some(filter) = &app.filter {
                let marks = highlights(filter.typed(), &whole);
                let place = Rect { x: line.x + 1, ..line };
                highlight(buf, place, &text::cut(&whole, name), &marks, theme.style(Role::Highlight));
            }
            let stage = match app.board.standing(account) {
                Standing::Off => "off",
                Standing::In(_, stage) => stage.id.as_str(),
                Standing::Unmapped(_) => "?",
            };
            x = put(buf, line, x, line.y, &text::fit(&text::clean(stage), STAGE), theme.style(Role::Text))
                + 1;
            let (due, role) = renewal(app, account);
            x = put(buf, line, x, line.y, &text::fit_right(&due, DUE), theme.style(role)) + 1;
            if press > 0 {
                let hint = text::fit(&hint(app, first), press);
                x = put(buf, line, x, line.y, &hint, theme.style(Role::Accent)) + 1;
            }
            let more = if reasons.len() > 1 { format!(" · +{}", reasons.len() - 1) } else { String::new() };
            let words = format!("{}{more}", text::clean(first.text()));
            put(buf, line, x, line.y, &text::cut(&words, why), theme.style(urgency(first)));
        }
    }
}

/// What to say where there is no row.
fn nobody(app: &App) -> Option<String> {
    let key = |action| app.setup.keymap.key(Mode::Board, action).unwrap_or_default();
    if let (Some(filter), true) = (&app.filter, app.queue.rows().is_empty() && !app.queue.is_empty()) {
        return Some(format!(
            "nothing in today matches “{}”: {} shows all",
            filter.query,
            key(Action::Clear)
        ));
    }
    Some(match app.queue.empty()? {
        Empty::Next(words) => words.clone(),
        Empty::Others(count) => {
            let others = plural(*count, "account needs", "accounts need");
            format!("nothing waits for {}: {others} others, {} shows all", app.setup.me, key(Action::Mine))
        }
    })
}

fn urgency(reason: &Reason) -> Role {
    match reason.pressing() {
        Pressing::Now => Role::Danger,
        Pressing::Soon => Role::Warning,
        Pressing::Later => Role::Text,
    }
}

/// What to press for a reason, and what that says.
fn hint(app: &App, reason: &Reason) -> String {
    let (action, words) = match reason {
        Reason::OpenAlert { .. } => (Action::Alerts, "alerts"),
        Reason::TaskDue { .. } => (Action::TaskDone, "done"),
        Reason::Unseen { .. } => (Action::Open, "open"),
        Reason::OverTarget { .. } | Reason::Inconsistent { mismatch: Mismatch::NoRenewal, .. } => {
            (Action::Snooze, "later")
        }
        Reason::CallOutcomeMissing { .. } => (Action::CallHeld, "held"),
        Reason::FinalOutreachDue { .. } => (Action::FinalOutreachSent, "final wrote"),
        Reason::OutreachOverdue { .. }
        | Reason::OutreachDue { .. }
        | Reason::ReplyWaiting { .. }
        | Reason::Quiet { .. }
        | Reason::Inconsistent { mismatch: Mismatch::NoOutreach, .. } => (Action::OutreachSent, "wrote"),
        Reason::NoNextStep { .. } => (Action::Task, "plan"),
        Reason::Inconsistent { mismatch: Mismatch::Unmapped, .. } => (Action::MoveTo, "place it"),
        Reason::Inconsistent { mismatch: Mismatch::StillNew, .. } => (Action::NextStage, "move on"),
        Reason::Inconsistent { mismatch: Mismatch::NoOwner, .. } => (Action::Owner, "owner"),
        Reason::Inconsistent { mismatch: Mismatch::Misplaced, .. } => (Action::MoveTo, "move to…"),
    };
    app.setup.keymap.key(Mode::Board, action).map_or_else(String::new, |key| format!("{key} {words}"))
}
