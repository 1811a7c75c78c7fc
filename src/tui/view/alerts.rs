//! The alerts, docked under the board.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::super::app::App;
use super::super::layout;
use super::super::theme::Role;
use super::{put, wipe};
use crate::state::attention::alert_text;
use crate::state::{Alert, AlertState};
use crate::text;

/// The alerts pane, with the chosen alert in view.
pub(super) struct Alerts<'a>(pub(super) &'a App);

impl Widget for Alerts<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Self(app) = self;
        let Some(pane) = app.alerts.filter(|_| !area.is_empty()) else { return };
        let theme = &app.setup.theme;
        wipe(buf, area);
        let alerts = app.shown_alerts();
        let open = alerts.iter().filter(|alert| alert.is_open(app.now.at)).count();
        let mine = if app.mine.is_some() { "only mine · " } else { "" };
        // A thick line, so that one sees without colour too where the keys go.
        let (stroke, role) = if pane.has_keys { ("━", Role::Accent) } else { ("─", Role::Border) };
        let title = format!("{stroke} Alerts · {mine}{open} open ");
        let line =
            format!("{title}{}", stroke.repeat(usize::from(area.width).saturating_sub(text::width(&title))));
        put(buf, area, area.x, area.y, &line, theme.style(role));
        let rows = Rect { y: area.y + 1, height: area.height - 1, ..area };
        if alerts.is_empty() {
            let words = match app.mine {
                Some(_) => "no alert is yours",
                None => "no payment failed, and no large invoice is coming",
            };
            put(buf, rows, rows.x + 1, rows.y, words, theme.style(Role::Ok));
        }
        let top = layout::first_alert(app, area);
        for ((at, alert), row) in alerts.iter().enumerate().skip(top).zip(rows.rows()) {
            self.alert(alert, pane.has_keys && at == pane.row, row, buf);
        }
    }
}

impl Alerts<'_> {
    fn alert(&self, alert: &Alert, chosen: bool, row: Rect, buf: &mut Buffer) {
        let Self(app) = self;
        let theme = &app.setup.theme;
        if chosen {
            put(buf, row, row.x, row.y, "▌", theme.style(Role::Accent));
        }
        let name = app.board.get(&alert.account).map_or(alert.account.as_str(), |account| account.name());
        let width = usize::from(row.width / 4).clamp(8, 24);
        let role = if chosen { Role::Selection } else { Role::Name };
        let shown = text::fit(&text::clean(name), width);
        let x = put(buf, row, row.x + 1, row.y, &shown, theme.style(role)) + 1;
        let role = if alert.is_open(app.now.at) { Role::Danger } else { Role::Dim };
        let words = format!("{}{}", alert_text(alert, &app.now), self.state(alert));
        let room = usize::from(row.right().saturating_sub(x));
        put(buf, row, x, row.y, &text::cut(&text::clean(&words), room), theme.style(role));
    }

    fn state(&self, alert: &Alert) -> String {
        let Self(app) = self;
        let who = alert.acknowledged.as_deref().map(|who| format!(" · {who} is on it"));
        let who =
            who.or_else(|| alert.assignee.as_deref().map(|who| format!(" · for {who}"))).unwrap_or_default();
        match &alert.state {
            AlertState::Snoozed { until } if *until > app.now.at => {
                format!("{who} · put off until {}", app.now.end_in_words(*until))
            }
            AlertState::Open | AlertState::Snoozed { .. } => who,
            AlertState::Closed { outcome, .. } => format!(" · closed: {outcome}"),
        }
    }
}
