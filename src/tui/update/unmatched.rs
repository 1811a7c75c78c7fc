//! The signals that fit no account, or several: going through them, and saying whose each is.

use std::sync::Arc;

use tui_input::Input;

use super::{submit, text_field};
use crate::playbook::{stays, transact};
use crate::prose::{entries, no_effect, signals};
use crate::state::{
    AccountId, Actor, Board, Change, Command, Entry, Event, Position, SignalId, UnmatchedSignal,
};
use crate::text;
use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::filter::index::Finder;
use crate::tui::model::msg::{Effect, Mouse};
use crate::tui::model::prompt::{Prompt, Whose};
use crate::tui::model::screens::{ScreenRows, ScreenState};
use crate::tui::model::status::{Status, Tone};

/// How many accounts are offered at most: more than one reads, and few enough to go through.
const OFFERED: usize = 50;

/// Those that wait, oldest first.
pub(super) fn rows(app: &App) -> Vec<Arc<UnmatchedSignal>> {
    let mut waiting: Vec<Arc<UnmatchedSignal>> =
        app.board.unmatched().filter(|waiting| !waiting.dismissed).cloned().collect();
    waiting.sort_by(|a, b| (a.signal.at, &a.signal.id).cmp(&(b.signal.at, &b.signal.id)));
    waiting
}

/// What `action` does here, if it does not do what it does everywhere.
pub(super) fn act(app: &mut App, action: Action, chord: Chord) -> Result<Option<Effect>, Action> {
    if !matches!(action, Action::Open | Action::Filter | Action::Pick | Action::Dismiss) {
        return Err(action);
    }
    let Some(waiting) = app.page.as_ref().and_then(ScreenState::waiting).cloned() else {
        app.say(Tone::Plain, "There is no unmatched signal");
        return Ok(None);
    };
    let signal = waiting.signal.id.clone();
    match action {
        Action::Pick => Ok(pick(app, &waiting, chord)),
        Action::Dismiss => Ok(Some(submit(app, Command::MatchSignal { signal, account: None }))),
        _ => {
            ask(app, &waiting);
            Ok(None)
        }
    }
}

/// Gives it to the candidate whose number was pressed.
fn pick(app: &mut App, waiting: &UnmatchedSignal, chord: Chord) -> Option<Effect> {
    let number = chord.typed().and_then(|c| c.to_digit(10)).and_then(|n| usize::try_from(n).ok());
    let account = number.and_then(|n| n.checked_sub(1)).and_then(|at| waiting.candidates.get(at)).cloned();
    if account.is_none() {
        app.say(Tone::Plain, &format!("No account has the number {chord}"));
        return None;
    }
    Some(submit(app, Command::MatchSignal { signal: waiting.signal.id.clone(), account }))
}

fn ask(app: &mut App, waiting: &UnmatchedSignal) {
    let known = |id: &&AccountId| app.board.get(id).is_some();
    let mut whose = Whose {
        signal: waiting.signal.id.clone(),
        question: format!("Assign “{}” to?", signals::title(&waiting.signal.data)),
        input: Input::default(),
        found: Vec::new(),
        row: 0,
        would: String::new(),
        candidates: waiting.candidates.iter().filter(known).cloned().collect(),
        finder: Finder::new(&app.board, &app.columns),
    };
    whose.look(app);
    app.status = Status::default();
    app.prompt = Some(Prompt::Whose(Box::new(whose)));
}

impl Whose {
    /// Looks anew for whom it could mean.
    fn look(&mut self, app: &App) {
        let typed = self.input.value().trim();
        self.found =
            if typed.is_empty() { self.candidates.clone() } else { self.finder.find(typed, OFFERED) };
        self.choose(0, app);
    }

    /// Chooses one of them, and works out what that would do.
    pub(super) fn choose(&mut self, row: usize, app: &App) {
        self.row = row.min(self.found.len().saturating_sub(1));
        self.would =
            self.found.get(self.row).map(|account| would(app, &self.signal, account)).unwrap_or_default();
    }
}

/// What giving `signal` to `account` would do, in words.
fn would(app: &App, signal: &SignalId, account: &AccountId) -> String {
    let command = Command::MatchSignal { signal: signal.clone(), account: Some(account.clone()) };
    let by = Actor::clone(&app.setup.me);
    let entry = match transact(&app.board, &app.setup.playbooks, &command, &by, app.now) {
        Ok(Some(entry)) => entry,
        Ok(None) => return "nothing".to_owned(),
        Err(refusal) => return refusal.to_string(),
    };
    let mut playbooks: Vec<&str> = Vec::new();
    for event in &entry.events {
        if let Event::Account { change: Change::PlaybookRan { playbook, .. }, .. } = event
            && !playbooks.contains(&&**playbook)
        {
            playbooks.push(playbook);
        }
    }
    let by =
        if playbooks.is_empty() { String::new() } else { format!(" (playbook {})", playbooks.join(", ")) };
    let deeds = entries::changes(&entry.events, &app.board, &app.now);
    if deeds.is_empty() {
        return "already recorded there; no longer unmatched".to_owned();
    }
    let mut after = app.board.clone();
    let entry = Arc::new(entry);
    after.apply(entry.clone());
    let stays = stays(&after, &app.setup.playbooks, &entry, app.now).map(|it| no_effect::text(&it));
    let stays = stays.or_else(|| stands(&after, &entry, account));
    format!("{deeds}{}{by}", stays.map(|stays| format!("; {stays}")).unwrap_or_default())
}

/// Where `account` stands after `entry`, which did not move it.
fn stands(after: &Board, entry: &Entry, account: &AccountId) -> Option<String> {
    if entry.events.iter().any(Event::is_move) {
        return None;
    }
    Some(match after.position_of(after.get(account)?) {
        Position::InStage(_, stage) => format!("stays in {}", stage.id),
        Position::Unmapped(label) => format!("stays in {label}"),
        Position::OffBoard => "stays off the board".to_owned(),
    })
}

/// Takes in a key while the question is asked.
pub(super) fn key(
    app: &mut App,
    mut whose: Box<Whose>,
    chord: Chord,
    action: Option<Action>,
) -> Option<Effect> {
    /// How far a page goes.
    const PAGE: usize = 5;
    let row = whose.row;
    match action {
        Some(Action::Accept) => return accept(app, whose),
        Some(Action::FocusDown) => whose.choose(row + 1, app),
        Some(Action::FocusUp) => whose.choose(row.saturating_sub(1), app),
        Some(Action::PageDown) => whose.choose(row + PAGE, app),
        Some(Action::PageUp) => whose.choose(row.saturating_sub(PAGE), app),
        _ => {
            let before = whose.input.value().to_owned();
            text_field::edit(&mut whose.input, chord, action);
            if whose.input.value() != before {
                whose.look(app);
            }
        }
    }
    app.prompt = Some(Prompt::Whose(whose));
    None
}

/// Gives the signal to the chosen account.
fn accept(app: &mut App, whose: Box<Whose>) -> Option<Effect> {
    if let Some(account) = whose.found.get(whose.row) {
        let command = Command::MatchSignal { signal: whose.signal.clone(), account: Some(account.clone()) };
        return Some(submit(app, command));
    }
    let typed = text::clean(whose.input.value()).into_owned();
    let words = if typed.trim().is_empty() {
        "Type a name, an id, an email or another fact of the account".to_owned()
    } else {
        format!("No account matches “{typed}”")
    };
    app.say(Tone::Refused, &words);
    app.prompt = Some(Prompt::Whose(whose));
    None
}

/// What the mouse does while the question is asked: chooses an account, and takes the one that is chosen already.
pub(super) fn point(app: &mut App, mouse: Mouse, y: u16) -> Option<Effect> {
    let pressed = layout::offer_at(app, y);
    let Some(Prompt::Whose(mut whose)) = app.prompt.take() else { return None };
    let row = match mouse {
        Mouse::WheelDown => Some(whose.row + 1),
        Mouse::WheelUp => Some(whose.row.saturating_sub(1)),
        Mouse::Press if pressed == Some(whose.row) => return accept(app, whose),
        Mouse::Press => pressed,
    };
    if let Some(row) = row {
        whose.choose(row, app);
    }
    app.prompt = Some(Prompt::Whose(whose));
    None
}

/// Takes in pasted text while the question is asked.
pub(super) fn paste(app: &mut App, text: &str) {
    let Some(Prompt::Whose(mut whose)) = app.prompt.take() else { return };
    text_field::insert(&mut whose.input, text);
    whose.look(app);
    app.prompt = Some(Prompt::Whose(whose));
}

/// The row of `signal`, where those that wait are open.
pub(super) fn row_of(app: &App, signal: &SignalId) -> Option<usize> {
    let ScreenRows::Unmatched(waiting) = &app.page.as_ref()?.rows else { return None };
    waiting.iter().position(|waiting| waiting.signal.id == *signal)
}
