//! The signals that fit no account, or several: what each says, the accounts it could be about, and assigning it.

use std::ops::Range;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{account_choice, detail, in_view, put_cells, put_heads, under_heading};
use crate::prose::{dates, lists::plural, signals, unmatched as prose};
use crate::state::query::unmatched::name_of;
use crate::state::{AccountId, Command, SignalId, UnmatchedSignal};
use crate::text;
use crate::tui::canvas::{chosen_row, framed, hanging, put, put_lines, rule};
use crate::tui::input::action::{Action, Motion};
use crate::tui::input::chord::Chord;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::focus::scrolled;
use crate::tui::model::hints::Hint;
use crate::tui::model::msg::{Effect, Mouse};
use crate::tui::model::prompt::{AccountChoice, ChoicePurpose, Prompt};
use crate::tui::model::screens::{ScreenRows, ScreenState};
use crate::tui::model::status::Tone;
use crate::tui::theme::Role;

pub(super) const HINTS: &[Hint] = &[
    (Action::Clear, "Back"),
    (Action::Open, "Assign to…"),
    (Action::Pick, "Assign"),
    (Action::Dismiss, "Dismiss"),
    (Action::Undo, "Undo"),
    (Action::Help, "Help"),
];

/// Oldest first.
pub(super) fn rows(app: &App) -> Vec<Arc<UnmatchedSignal>> {
    let mut signals: Vec<_> = app.board.unmatched().filter(|it| !it.dismissed).cloned().collect();
    signals.sort_by(|a, b| (a.signal.at, &a.signal.id).cmp(&(b.signal.at, &b.signal.id)));
    signals
}

/// The row of `signal`, where the unmatched signals are open.
pub fn row_of(app: &App, signal: &SignalId) -> Option<usize> {
    let ScreenRows::Unmatched(signals) = &app.screen.as_ref()?.rows else { return None };
    signals.iter().position(|it| it.signal.id == *signal)
}

fn chosen(app: &mut App) -> Option<Arc<UnmatchedSignal>> {
    let chosen = app.screen.as_ref().and_then(ScreenState::unmatched).cloned();
    if chosen.is_none() {
        app.say(Tone::Plain, "There is no unmatched signal");
    }
    chosen
}

fn assign(app: &mut App, signal: SignalId, account: Option<AccountId>) -> Effect {
    app.submit(Command::MatchSignal { signal, account, remember: false })
}

pub fn dismiss(app: &mut App) -> Option<Effect> {
    let chosen = chosen(app)?;
    let signal = name_of(&app.board, &chosen);
    Some(assign(app, signal, None))
}

/// Assigns the chosen signal to the candidate whose number was pressed.
pub fn pick(app: &mut App, chord: Chord) -> Option<Effect> {
    let chosen = chosen(app)?;
    let number = chord.typed().and_then(|c| c.to_digit(10)).and_then(|n| usize::try_from(n).ok());
    let account = number.and_then(|n| n.checked_sub(1)).and_then(|at| chosen.candidates.get(at)).cloned();
    if account.is_none() {
        app.say(Tone::Plain, &format!("No account has the number {chord}"));
        return None;
    }
    let signal = name_of(&app.board, &chosen);
    Some(assign(app, signal, account))
}

/// Asks which account the chosen signal is about.
pub fn open(app: &mut App) {
    let Some(chosen) = chosen(app) else { return };
    let signal = name_of(&app.board, &chosen);
    let question = format!("Assign “{}” to?", signals::title(&chosen.signal.data));
    let purpose = ChoicePurpose::Assign { signal, address: chosen.address(), remember: false };
    account_choice::ask(app, purpose, question, chosen.candidates.clone());
}

/// What the mouse does while the question is asked: chooses an account, and accepts the one that is chosen already.
pub fn point(app: &mut App, mouse: Mouse, y: u16) -> Option<Effect> {
    match mouse {
        Mouse::WheelDown => account_choice::step(app, Motion::Down),
        Mouse::WheelUp => account_choice::step(app, Motion::Up),
        Mouse::Press | Mouse::PressToMark => {
            let pressed = offer_at(app, y)?;
            let Some(Prompt::Account(mut choice)) = app.prompt.take() else { return None };
            if choice.choices.row() == Some(pressed) {
                return account_choice::accept(app, choice);
            }
            choice.choose(pressed, app);
            app.prompt = Some(Prompt::Account(choice));
        }
        Mouse::Drag | Mouse::Release => {}
    }
    None
}

/// How many lines a part of what is said about a signal may take.
const MOST_LINES: usize = 3;

/// Where the accounts the signal could be about stand: under what is `said` of it, in the same cells.
fn candidates_area(said: &[Line<'_>], inner: Rect) -> Rect {
    let taken = u16::try_from(said.len()).unwrap_or(u16::MAX).min(inner.height);
    // As wide as its frame is, or the screen: the chosen one is lit from end to end.
    let (x, width) = (inner.x.saturating_sub(1), inner.width + 2);
    Rect { x, y: inner.y + taken, width, height: inner.height - taken }
}

/// The list of accounts on offer, and the lines under it that say what the choice would do.
fn offers_areas(candidates: Rect) -> [Rect; 2] {
    let foot = candidates.height.min(3).min(candidates.height / 2);
    let list = Rect { height: candidates.height - foot, ..candidates };
    [list, Rect { y: list.bottom(), height: foot, ..candidates }]
}

fn offers_in_view(choice: &AccountChoice, list: Rect) -> Range<usize> {
    let visible = usize::from(list.height).max(1);
    let found = choice.choices.shown().len();
    let first = scrolled(0, choice.choices.row().unwrap_or(0), visible, found);
    first..found.min(first + visible)
}

/// Which of the accounts on offer stands at line `y`.
fn offer_at(app: &App, y: u16) -> Option<usize> {
    let Some(Prompt::Account(choice)) = &app.prompt else { return None };
    let screen = app.screen.as_ref()?;
    let it = screen.unmatched()?;
    let inner = inside(screen, layout::areas(app).body);
    let [list, _] = offers_areas(candidates_area(&about(app, it, inner.width), inner));
    let line = y.checked_sub(list.y).filter(|_| y < list.bottom())?;
    offers_in_view(choice, list).nth(usize::from(line))
}

/// The widths of the columns.
const WHEN: usize = 12;
const COUNT: usize = 12;
/// What happened, and the account given: at least their headings.
const LEAST_WHAT: usize = 6;
const WHAT: usize = 23;
const LEAST_NAMED: usize = 13;
/// From this width on, the accounts it could be about are named.
const WIDE: usize = 110;

/// One row per signal, and more about the chosen one under them.
pub(super) fn draw(
    app: &App,
    screen: &ScreenState,
    signals: &[Arc<UnmatchedSignal>],
    area: Rect,
    buf: &mut Buffer,
) {
    let theme = &app.theme;
    let rows = layout::rows(screen, area);
    let wide = usize::from(rows.width) >= WIDE;
    // As wide as what is in view needs, the rest for the accounts it could be about.
    let visible = layout::screen_rows(app);
    let seen = || signals.iter().skip(screen.first(visible)).take(visible);
    let widest = |of: &dyn Fn(&UnmatchedSignal) -> usize| seen().map(|it| of(it)).max().unwrap_or(0);
    let what = widest(&|it| text::width(signals::title(&it.signal.data))).clamp(LEAST_WHAT, WHAT);
    let room = usize::from(rows.width).saturating_sub(WHEN + what + 8);
    let named = widest(&|it| text::width(&text::clean(&it.named)))
        .clamp(LEAST_NAMED, room.saturating_sub(COUNT).max(LEAST_NAMED));
    // Two cells between columns: a space belongs to each but the last.
    let widths = [WHEN + 1, what + 1, named + 1, room.saturating_sub(named)].map(|width| (width, false));
    let heads = ["When", "Signal", "Account given", "Candidates"];
    put_heads(theme, rows, rows.x + 1, (&widths, heads), buf);
    if signals.is_empty() {
        let lines = [
            "No unmatched signals.",
            "A signal that fits no account, or several, waits here until you assign or dismiss it.",
        ];
        for (line, row) in lines.iter().zip(under_heading(area).rows()) {
            put(buf, row, row.x + 1, row.y, line, theme.style(Role::Dim));
        }
        return;
    }
    for (it, line, chosen) in in_view(app, screen, signals, rows, buf) {
        let could_be = match it.candidates.len() {
            0 => "no account".to_owned(),
            _ if wide => names(app, &it.candidates),
            several => plural(several, "account", "accounts"),
        };
        let when = dates::short_moment(&app.now, it.signal.at);
        let cells = [
            (&*when, Role::Dim),
            (signals::title(&it.signal.data), Role::Text),
            (&*it.named, if chosen { app.chosen_role() } else { Role::Name }),
            (&*could_be, if it.candidates.is_empty() { Role::Dim } else { Role::Text }),
        ];
        put_cells(theme, line, line.x + 1, (&widths, cells), buf);
    }
    if let Some(it) = screen.unmatched().filter(|_| !layout::details(screen, area).is_empty()) {
        draw_details(app, screen, it, area, buf);
    }
}

/// Who it is from, and when: `priya@mailbox.example · Thu 26 Nov, 09:17`.
fn headline(app: &App, it: &UnmatchedSignal) -> String {
    let who = it.signal.by.as_deref().unwrap_or(&it.named);
    text::clean(&format!("{who} · {}", dates::moment(&app.now, it.signal.at))).into_owned()
}

/// What there is to say about one signal in the lines of `width` cells: its parts by name.
fn about(app: &App, it: &UnmatchedSignal, width: u16) -> Vec<Line<'static>> {
    let could_be = match it.candidates.len() {
        0 => "No account fits: search for one".to_owned(),
        several => plural(several, "account", "accounts"),
    };
    let parts = [
        ("Signal", signals::with_details(&it.signal.data, &app.now)),
        ("Account given", it.named.to_string()),
        ("Received", prose::heard(&it.signal, &app.now)),
        ("Signal id", it.signal.id.to_string()),
        ("Candidates", could_be),
    ];
    let style = app.theme.style(Role::Text);
    let lines = parts.iter().flat_map(|(name, words)| {
        let label = Span::styled(text::fit(name, LABEL), app.theme.style(Role::Dim));
        hanging(&label, words, style, width.into(), MOST_LINES)
    });
    lines.collect()
}

/// The cells of what is said about the chosen signal on the screen in `area`: without the frame, or the line over it.
fn inside(screen: &ScreenState, area: Rect) -> Rect {
    let details = layout::details(screen, area);
    if layout::has_details_beside(screen, area) {
        return detail::inner(details);
    }
    let height = details.height.saturating_sub(1);
    Rect { x: details.x + 1, y: details.y + 1, width: details.width.saturating_sub(2), height }
}

/// What there is to say about the chosen signal, and the accounts it could be about.
fn draw_details(app: &App, screen: &ScreenState, it: &UnmatchedSignal, area: Rect, buf: &mut Buffer) {
    let (details, inner) = (layout::details(screen, area), inside(screen, area));
    let title = headline(app, it);
    if layout::has_details_beside(screen, area) {
        let title = text::cut(&title, inner.width.into()).into_owned();
        framed(&app.theme, Role::Border, details, &format!(" {title} "), String::new(), buf);
    } else {
        rule(&app.theme, &title, details, buf);
    }
    let said = about(app, it, inner.width);
    put_lines(buf, inner, &said, 0);
    let area = candidates_area(&said, inner);
    match &app.prompt {
        Some(Prompt::Account(choice)) => draw_offers(app, choice, area, buf),
        _ => draw_candidates(app, it, area, buf),
    }
}

/// The width of a label.
const LABEL: usize = 14;

/// The names of accounts, in one line.
pub(in crate::tui) fn names(app: &App, ids: &[AccountId]) -> String {
    let names = ids.iter().map(|id| app.board.get(id).map_or(id.as_str(), |account| account.name()));
    text::clean(&names.collect::<Vec<_>>().join(", ")).into_owned()
}

/// The accounts it could be about, by numbers.
fn draw_candidates(app: &App, it: &UnmatchedSignal, area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let rows = usize::from(area.height);
    for ((at, id), row) in it.candidates.iter().enumerate().zip(area.rows()) {
        let hidden = it.candidates.len() - at;
        if at + 1 == rows && hidden > 1 {
            let words = format!("and {hidden} more: enter searches them");
            put(buf, row, row.x + 1, row.y, &words, theme.style(Role::Dim));
            break;
        }
        let number = if at < 9 { (at + 1).to_string() } else { String::new() };
        let x = put(buf, row, row.x + 1, row.y, &text::fit_right(&number, 2), theme.style(Role::Accent)) + 1;
        put(buf, row, x, row.y, &app.account_line(id), theme.style(Role::Name));
    }
}

/// The accounts on offer, the chosen one with what assigning the signal to it would do.
fn draw_offers(app: &App, choice: &AccountChoice, area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let [list, foot] = offers_areas(area);
    for (at, row) in offers_in_view(choice, list).zip(list.rows()) {
        let chosen = choice.choices.row() == Some(at);
        if chosen {
            chosen_row(&app.theme, Role::Selection, row, buf);
        }
        let role = if chosen { Role::Selection } else { Role::Name };
        put(buf, row, row.x + 4, row.y, &choice.choices.shown()[at].label, theme.style(role));
    }
    let words = match (choice.choices.shown().is_empty(), choice.input.value().trim().is_empty()) {
        (true, true) => account_choice::WHAT_TO_TYPE.to_owned(),
        (true, false) => "No account matches".to_owned(),
        (false, _) => format!("That would be: {}", text::clean(&choice.outcome)),
    };
    let wrapped = textwrap::wrap(&words, usize::from(foot.width.saturating_sub(2)).max(8));
    for (line, row) in wrapped.iter().zip(foot.rows()) {
        put(buf, row, row.x + 1, row.y, line, theme.style(Role::Dim));
    }
}

pub(super) fn title(signals: &[Arc<UnmatchedSignal>]) -> String {
    format!("unmatched · {}", plural(signals.len(), "unmatched signal", "unmatched signals"))
}
