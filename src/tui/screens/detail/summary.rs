//! Where an account stands, in short; what it needs a person for, and what is open.

use chrono::{DateTime, Utc};

use super::writer::PageWriter;
use crate::prose::dates;
use crate::prose::follow_ups::{alert_text, task_with_due};
use crate::prose::reasons;
use crate::state::{Account, Alert, FactKey, Position, Reason, RiskLevel, Task};
use crate::tui::model::badges::stage_differs;
use crate::tui::model::hints::hint;
use crate::tui::theme::Role;

impl PageWriter<'_> {
    pub(super) fn summary(&mut self, account: &Account) {
        let app = self.app;
        self.label = (self.width / 3).clamp(8, 13);
        let since = account.placement.as_ref().map(|place| self.since(place.since)).unwrap_or_default();
        match app.board.position_of(account) {
            Position::OffBoard => self.field("Stage", "off the board", ""),
            Position::InStage(_, stage) => self.field("Stage", &stage.label, &since),
            Position::Unmapped(label) => {
                self.field("Stage", &format!("unmapped: {label}"), &since);
            }
        }
        if stage_differs(app, account) {
            let says = account.text(&FactKey::StageLabel).unwrap_or_default();
            let name = if self.is_heard() { "The last import" } else { "≠ import" };
            self.field(name, &format!("says {says}"), "import --take-stages accepts it");
        }
        let money = account.forecasted_mrr().map_or_else(String::new, |money| format!(" · {money} a month"));
        match account.next_renewal(app.now.today()) {
            Some(date) => {
                let distance = dates::distance(&app.now, date);
                self.field("Renewal", &dates::day(&app.now, date), &format!("{distance}{money}"));
            }
            None => self.field("Renewal", "unknown", money.trim_start_matches(" · ")),
        }
        if let Some(snooze) = account.snooze.as_ref().filter(|_| account.is_snoozed(app.now.at)) {
            self.field("Snoozed", &format!("until {}", dates::end(&self.app.now, snooze.until)), "");
        }
        let owner = account.owner().unwrap_or("no owner");
        let short = self.app.roster().short(owner);
        self.field("Owner", short, if short == owner { "" } else { owner });
        if let Some(cover) = &account.cover {
            let covered = account.covered_owner().map_or("nobody", |owner| self.app.roster().short(owner));
            let until = dates::end(&self.app.now, cover.until);
            self.field("", &format!("held for {covered} until {until}"), "");
        }
        let pipeline = app.board.pipeline();
        if let Some(week) = account.week(pipeline, &app.now).filter(|_| app.board.is_open(account)) {
            let target = pipeline.target_weeks;
            let is_over = if week > target { "past the target of" } else { "of" };
            self.field("Week", &week.to_string(), &format!("{is_over} {target}"));
        }
        if let Some(engaged) = account.engaged {
            self.field("Engaged", &self.day(engaged), "");
        }
        if account.risk.level != RiskLevel::None {
            let why = account.risk.reason.as_deref().unwrap_or_default().to_owned();
            self.field("Payment risk", &account.risk.level.to_string(), &why);
        }
        if !account.segments.is_empty() {
            let segments: Vec<&str> = account.segments.iter().map(|segment| &**segment).collect();
            self.field("Segments", &segments.join(", "), "");
        }
    }

    /// Everything it needs a person for, and what to press for each.
    pub(super) fn reasons(&mut self, account: &Account) {
        let reasons = self.app.queue.reasons(&account.id);
        if reasons.is_empty() {
            return;
        }
        self.label = (self.width * 3 / 8).clamp(8, 17);
        self.heading("Needs you");
        for reason in reasons {
            let (mut key, why) = (hint(self.app, account, reason), reasons::text(reason, &self.app.now));
            let role = super::key_role(self.app);
            if let Some((_, words)) = key.split_once(' ').filter(|_| role.is_none()) {
                key = words.to_owned();
            }
            // The reason before the key, for who hears it.
            let [first, second] = if self.is_heard() { [&why, &key] } else { [&key, &why] };
            let line = self.page.lines.len();
            self.field(first, second, "");
            if let Some(role) = role {
                self.lead(line, role);
            }
        }
    }

    /// What else is open: alerts, tasks and calls that need nobody today.
    pub(super) fn open(&mut self, account: &Account) {
        let now = self.app.now;
        let reasons = self.app.queue.reasons(&account.id);
        let asks = |alert: &Alert| {
            reasons
                .iter()
                .any(|reason| matches!(reason, Reason::OpenAlert { alert: it } if it.key == alert.key))
        };
        let is_due = |task: &Task| {
            reasons.iter().any(|reason| matches!(reason, Reason::TaskDue { task: it } if **it == *task))
        };
        let alerts: Vec<(bool, String)> = self
            .app
            .board
            .alerts_of(&account.id)
            .filter(|alert| !alert.is_closed() && !asks(alert))
            .map(|alert| (alert.acknowledged.is_some(), alert_text(alert, &now)))
            .collect();
        let tasks = account
            .tasks
            .values()
            .filter(|task| task.done.is_none() && !is_due(task))
            .map(|task| task_with_due(task, &now));
        let calls = account.calls.values().filter(|call| call.outcome.is_none());
        let calls = calls.map(|call| format!("call on {}", self.moment(call.starts_at)));
        let open: Vec<String> = tasks.chain(calls).collect();
        if alerts.is_empty() && open.is_empty() {
            return;
        }
        self.heading("Open");
        for (is_acknowledged, alert) in &alerts {
            // The mark alone says how much it presses.
            let (mark, role) =
                if *is_acknowledged { ("△ ", Role::Warning) } else { ("▲ ", Role::Danger) };
            self.marked((mark, role), alert);
        }
        for words in &open {
            self.say(Role::Text, words);
        }
    }

    fn since(&self, at: DateTime<Utc>) -> String {
        match self.app.now.days_since(at) {
            0 => "since today".to_owned(),
            1 => "since yesterday".to_owned(),
            days => format!("since {}, {days} days", self.day(at)),
        }
    }
}
