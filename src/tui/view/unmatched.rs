//! The signals that fit no account, or several: what each says, and whom it could mean.

use crate::prose::dates;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::layout;
use super::{put, rule};
use crate::prose::{lists::plural, signals};
use crate::state::values::money::Money;
use crate::state::{AccountId, Signal, SignalData, UnmatchedSignal};
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::prompt::{Prompt, Whose};
use crate::tui::model::screens::ScreenState;
use crate::tui::theme::Role;

/// The widths of what does not grow.
const WHEN: usize = 12;
const WHAT: usize = 23;
const WHO: usize = 12;
/// From this width on, whom it could mean is named.
const WIDE: usize = 110;
/// How wide that is then.
const NAMES: usize = 44;

/// One row per signal, and more about the chosen one under them.
pub(super) fn draw(
    app: &App,
    page: &ScreenState,
    waiting: &[Arc<UnmatchedSignal>],
    area: Rect,
    buf: &mut Buffer,
) {
    let theme = &app.setup.theme;
    let wide = usize::from(area.width) >= WIDE;
    let who = if wide { NAMES } else { WHO };
    let named = usize::from(area.width).saturating_sub(WHEN + WHAT + who + 5);
    let cells = |when: &str, what: &str, name: &str, could_be: &str| {
        let cells =
            [text::fit(when, WHEN), text::fit(what, WHAT), text::fit(name, named), text::fit(could_be, who)];
        cells.join(" ")
    };
    put(
        buf,
        area,
        area.x + 1,
        area.y,
        &cells("When", "Signal", "Named as", "Could be"),
        theme.style(Role::Header),
    );
    let rows = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if waiting.is_empty() {
        let lines = [
            "No unmatched signals.",
            "A signal that fits no account, or several, waits here until you assign or dismiss it.",
        ];
        for (line, row) in lines.iter().zip(rows.rows()) {
            put(buf, row, row.x + 1, row.y, line, theme.style(Role::Dim));
        }
    }
    let visible = layout::page_rows(app);
    for ((at, it), row) in waiting.iter().enumerate().skip(page.first(visible)).take(visible).zip(rows.rows())
    {
        let chosen = at == page.row;
        if chosen {
            put(buf, row, row.x, row.y, "▌", theme.style(Role::Accent));
        }
        let could_be = match it.candidates.len() {
            0 => "no account".to_owned(),
            _ if wide => names(app, &it.candidates),
            several => plural(several, "account", "accounts"),
        };
        let when = dates::short_moment(&app.now, it.signal.at);
        let words = cells(&when, signals::title(&it.signal.data), &text::clean(&it.named), &could_be);
        put(
            buf,
            row,
            row.x + 1,
            row.y,
            &words,
            theme.style(if chosen { Role::Selection } else { Role::Text }),
        );
    }
    if let Some(it) = page.waiting() {
        more(app, it, layout::details(page, area), buf);
    }
}

/// What there is to say about one signal, and whose it could be.
fn more(app: &App, it: &UnmatchedSignal, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = &app.setup.theme;
    rule(app, it.signal.id.as_str(), area, buf);
    for (y, (name, words)) in (area.y + 1..).zip(about(app, it)) {
        let x = put(buf, area, area.x + 1, y, &text::fit(name, LABEL), theme.style(Role::Dim));
        put(buf, area, x, y, &text::clean(&words), theme.style(Role::Text));
    }
    let rows = layout::candidates(area);
    match &app.prompt {
        Some(Prompt::Whose(whose)) => offer(app, whose, rows, buf),
        _ => candidates(app, it, rows, buf),
    }
}

/// The width of a label.
const LABEL: usize = 10;

fn about(app: &App, it: &UnmatchedSignal) -> Vec<(&'static str, String)> {
    let by = it.signal.by.as_deref().map(|by| format!("by {by}, ")).unwrap_or_default();
    let at = dates::moment(&app.now, it.signal.at);
    let mut lines = vec![
        ("says", said(app, &it.signal)),
        ("named as", it.named.to_string()),
        ("heard", format!("{at}, {by}from {}", it.signal.source)),
    ];
    let could = match it.candidates.len() {
        0 => "No account fits: search for one".to_owned(),
        several => plural(several, "account", "accounts"),
    };
    lines.push(("could be", could));
    lines
}

/// The names of accounts, in one line.
fn names(app: &App, ids: &[AccountId]) -> String {
    let names = ids.iter().map(|id| app.board.get(id).map_or(id.as_str(), |account| account.name()));
    text::clean(&names.collect::<Vec<_>>().join(", ")).into_owned()
}

/// The signal in words, with what it carries.
fn said(app: &App, signal: &Signal) -> String {
    let words = signals::title(&signal.data);
    let money = |money: &Money| money.to_string();
    let more = match &signal.data {
        SignalData::CallBooked { starts_at, .. } | SignalData::CallRescheduled { starts_at, .. } => {
            format!("for {}", dates::moment(&app.now, *starts_at))
        }
        SignalData::CallCanceled { call }
        | SignalData::CallHeld { call: Some(call) }
        | SignalData::CallNoShow { call: Some(call) } => {
            format!("call {call}")
        }
        SignalData::Handoff { reason } => reason.to_string(),
        SignalData::InvoiceUpcoming { period_end, amount, .. } => {
            format!("{}, until {}", money(amount), dates::day(&app.now, *period_end))
        }
        SignalData::InvoicePaymentFailed { invoice, amount, attempt, .. } => {
            format!("{}, attempt {attempt}, invoice {invoice}", money(amount))
        }
        SignalData::InvoicePaid { invoice, .. } => format!("invoice {invoice}"),
        SignalData::FactsChanged { facts } => {
            facts.iter().map(|(key, value)| format!("{key} {value}")).collect::<Vec<_>>().join(", ")
        }
        SignalData::OutreachSent
        | SignalData::ReplyReceived { .. }
        | SignalData::CallHeld { call: None }
        | SignalData::CallNoShow { call: None }
        | SignalData::FinalOutreachSent
        | SignalData::SubscriptionCanceled
        | SignalData::PaidCallPurchased => return words.to_owned(),
    };
    format!("{words}: {more}")
}

/// Whom it could mean, by numbers.
fn candidates(app: &App, it: &UnmatchedSignal, area: Rect, buf: &mut Buffer) {
    let theme = &app.setup.theme;
    let rows = usize::from(area.height);
    for ((at, id), row) in it.candidates.iter().enumerate().zip(area.rows()) {
        let hidden = it.candidates.len() - at;
        if at + 1 == rows && hidden > 1 {
            let words = format!("and {hidden} more: enter searches them");
            put(buf, row, row.x + 1, row.y, &words, theme.style(Role::Dim));
            break;
        }
        let number = if at < 9 { (at + 1).to_string() } else { String::new() };
        let x = put(buf, row, row.x + 1, row.y, &text::fit_right(&number, 2), theme.style(Role::Key)) + 1;
        put(buf, row, x, row.y, &account(app, id), theme.style(Role::Name));
    }
}

/// The accounts on offer, the chosen one with what giving it to that one would do.
fn offer(app: &App, whose: &Whose, area: Rect, buf: &mut Buffer) {
    let theme = &app.setup.theme;
    let [list, foot] = layout::offers(area);
    for (at, row) in layout::offers_in_view(whose, list).zip(list.rows()) {
        let chosen = at == whose.row;
        if chosen {
            put(buf, row, row.x, row.y, "▌", theme.style(Role::Accent));
        }
        let role = if chosen { Role::Selection } else { Role::Name };
        put(buf, row, row.x + 4, row.y, &account(app, &whose.found[at]), theme.style(role));
    }
    let words = match (whose.found.is_empty(), whose.input.value().trim().is_empty()) {
        (true, true) => "Type a name, an id, an email or another fact of the account".to_owned(),
        (true, false) => "No account matches".to_owned(),
        (false, _) => format!("That would be: {}", text::clean(&whose.would)),
    };
    let wrapped = textwrap::wrap(&words, usize::from(foot.width.saturating_sub(2)).max(8));
    for (line, row) in wrapped.iter().zip(foot.rows()) {
        put(buf, row, row.x + 1, row.y, line, theme.style(Role::Dim));
    }
}

/// An account in one line: its name, its id and where it stands.
fn account(app: &App, id: &AccountId) -> String {
    let Some(account) = app.board.get(id) else { return text::clean(id.as_str()).into_owned() };
    let place = account.placement.as_ref();
    let place = place.map_or("off the board", |place| app.board.pipeline().label(&place.stage));
    text::clean(&format!("{} ({id}) · {place}", account.name())).into_owned()
}

pub(super) fn title(waiting: &[Arc<UnmatchedSignal>]) -> String {
    format!("unmatched · {}", plural(waiting.len(), "unmatched signal", "unmatched signals"))
}
