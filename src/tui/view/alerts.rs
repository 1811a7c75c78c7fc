//! The alerts, docked under the board.

use crate::prose::dates;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::prose::follow_ups::{alert_in_short, alert_text};
use crate::prose::workload::without_domain;
use crate::state::query::ownership::Whose;
use crate::state::{Alert, AlertState};
use crate::text;
use crate::tui::canvas::{chosen_row, put, put_mark, wipe};
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::focus::AlertsPane;
use crate::tui::theme::Role;

/// How many cells of what an alert is about are shown at least, before who looks after it.
const LEAST_ALERT: usize = 22;

/// Draws the alerts pane, with the chosen alert in view.
pub(super) fn draw(app: &App, area: Rect, buf: &mut Buffer) {
    let Some(pane) = app.alerts.filter(|_| !area.is_empty()) else { return };
    let theme = &app.theme;
    wipe(buf, area);
    let alerts = app.shown_alerts();
    let top = layout::first_alert(app, area);
    // A thick line, so that one sees without colour too where the keys go.
    let (stroke, role) = if pane.has_keys { ("━", Role::Accent) } else { ("─", Role::Border) };
    let title = format!("{stroke} {} ", title(app, &alerts, top, usize::from(area.height - 1)));
    let title = text::cut(&title, usize::from(area.width));
    let line =
        format!("{title}{}", stroke.repeat(usize::from(area.width).saturating_sub(text::width(&title))));
    put(buf, area, area.x, area.y, &line, theme.style(role));
    let rows = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if alerts.is_empty() {
        let words = empty_message(&app.whose);
        put(buf, rows, rows.x + 1, rows.y, words, theme.style(awake(pane, Role::Ok)));
    }
    let in_view = || alerts.iter().enumerate().skip(top).zip(rows.rows());
    // How they stand is read down a column, where there is room for one.
    let longest = in_view().map(|((_, alert), _)| text::width(&text::clean(&alert_text(alert, &app.now))));
    let longest = u16::try_from(longest.max().unwrap_or(0)).unwrap_or(u16::MAX);
    for ((at, alert), row) in in_view() {
        draw_alert(app, pane, alert, at, longest, row, buf);
    }
}

/// What to say where there is no alert.
pub(in crate::tui) fn empty_message(whose: &Whose) -> &'static str {
    match whose {
        Whose::Of(_) => "No alerts of yours",
        Whose::OfOrNobodys(_) => "No alerts of yours, and none without an assignee",
        Whose::Everybodys => "No failed payments, no upcoming large invoices",
    }
}

fn draw_alert(
    app: &App,
    pane: AlertsPane,
    alert: &Alert,
    at: usize,
    longest: u16,
    row: Rect,
    buf: &mut Buffer,
) {
    let theme = &app.theme;
    let chosen = pane.has_keys && at == pane.row;
    let chosen_role = app.chosen_alert_role();
    if chosen {
        chosen_row(&app.theme, chosen_role, row, buf);
    }
    if app.marks.contains(&alert.account) {
        put_mark(&app.theme, row, chosen, buf);
    }
    let name = app.board.get(&alert.account).map_or(alert.account.as_str(), |account| account.name());
    let width = usize::from(row.width / 4).clamp(8, 24);
    let role = awake(pane, if chosen { chosen_role } else { Role::Name });
    let shown = text::fit(&text::clean(name), width);
    let x = put(buf, row, row.x + 1, row.y, &shown, theme.style(role)) + 1;
    // The mark alone is red: it says that nobody is on it yet.
    let (mark, role) = match (alert.is_open(app.now.at), alert.acknowledged.is_some()) {
        (true, false) => ("▲ ", Role::Danger),
        (true, true) => ("△ ", Role::Warning),
        (false, _) => ("  ", Role::Dim),
    };
    let mut x = put(buf, row, x, row.y, mark, theme.style(awake(pane, role)));
    let beside = x.saturating_add(longest).saturating_add(2);
    let role = if alert.is_open(app.now.at) { Role::Text } else { Role::Dim };
    let what = text::clean(&alert_text(alert, &app.now)).into_owned();
    let state = text::clean(&state(app, alert)).into_owned();
    // With whom it is must not push out what it is about; of that, the amount and how often come first.
    let room = usize::from(row.right().saturating_sub(x + 1));
    let left = room.saturating_sub(if state.is_empty() { 0 } else { text::width(&state) + 2 });
    let room = if left < LEAST_ALERT { room } else { left };
    let short = alert_in_short(alert).filter(|_| text::width(&what) > room);
    let shown = text::cut(&text::clean(short.as_deref().unwrap_or(&what)), room).into_owned();
    x = put(buf, row, x, row.y, &shown, theme.style(awake(pane, role))) + 2;
    let end = |x: u16| usize::from(x) + text::width(&state) < usize::from(row.right());
    let x = if end(beside) { x.max(beside) } else { x };
    if end(x) {
        put(buf, row, x, row.y, &state, theme.style(awake(pane, Role::Dim)));
    }
}

/// While keys go elsewhere, nothing here looks as if they came here.
fn awake(pane: AlertsPane, role: Role) -> Role {
    if pane.has_keys { role } else { Role::Dim }
}

/// How many there are of each kind, and how many lie above and below those in view.
fn title(app: &App, alerts: &[&Arc<Alert>], top: usize, visible: usize) -> String {
    let open = alerts.iter().filter(|alert| alert.is_open(app.now.at)).count();
    let closed = alerts.iter().filter(|alert| alert.is_closed()).count();
    let mut parts = vec!["Alerts".to_owned()];
    parts.extend(match app.whose {
        Whose::Everybodys => None,
        Whose::Of(_) => Some("only mine".to_owned()),
        Whose::OfOrNobodys(_) => Some("mine and no assignee".to_owned()),
    });
    parts.push(format!("{open} open"));
    for (count, words) in [
        (alerts.len() - open - closed, "snoozed"),
        (closed, "closed"),
        (top, "more ↑"),
        (alerts.len().saturating_sub(top + visible), "more ↓"),
    ] {
        parts.extend((count > 0).then(|| format!("{count} {words}")));
    }
    parts.join(" · ")
}

/// How it stands, and with whom.
fn state(app: &App, alert: &Alert) -> String {
    let short = |who| without_domain(app.roster().short(who));
    let who = match (&alert.acknowledged, &alert.assignee) {
        (Some(who), _) => format!("acknowledged by {}", short(who)),
        (None, Some(who)) => short(who).to_owned(),
        (None, None) => "nobody yet".to_owned(),
    };
    match &alert.state {
        AlertState::Snoozed { until } if *until > app.now.at => {
            format!("snoozed until {} · {who}", dates::end(&app.now, *until))
        }
        AlertState::Open | AlertState::Snoozed { .. } => who,
        AlertState::Closed { outcome, .. } => format!("closed: {outcome}"),
    }
}
