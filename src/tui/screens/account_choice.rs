//! Choosing an account by typing: which one an unmatched signal is about, or which one becomes a part of another.

use crate::playbook::transact;
use crate::prose::{merges, refusals, unmatched as prose};
use crate::state::query::attention::suspected_duplicate;
use crate::state::{AccountId, Actor, Command};
use crate::text;
use crate::tui::input::action::{Action, Motion};
use crate::tui::input::chord::Chord;
use crate::tui::input::text_field;
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Choices, Picked};
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::{AccountChoice, ChoicePurpose, Prompt};
use crate::tui::model::status::{Status, Tone};

/// How many accounts are offered at most: more than one reads, and few enough to go through.
const OFFERED: usize = 50;

/// How much of an address a question shows: what is typed after it must have room.
const LONGEST_ADDRESS: usize = 24;

pub(in crate::tui) const WHAT_TO_TYPE: &str = "Type a name, an id, an email or another fact of the account";

/// Asks which account is meant, one of `candidates` perhaps.
pub(super) fn ask(app: &mut App, purpose: ChoicePurpose, question: String, candidates: Vec<AccountId>) {
    let candidates = candidates.into_iter().filter(|id| app.board.get(id).is_some());
    let candidates: Vec<Choice> = candidates.map(|id| offer(app, id)).collect();
    let start = (!candidates.is_empty()).then_some(0);
    let mut choice = AccountChoice {
        purpose,
        question,
        input: tui_input::Input::default(),
        choices: Choices::new(candidates, start),
        outcome: String::new(),
    };
    choice.foresee(app);
    app.status = Status::default();
    app.prompt = Some(Prompt::Account(Box::new(choice)));
}

fn offer(app: &App, id: AccountId) -> Choice {
    Choice::new(app.account_line(&id), Picked::Account(id))
}

/// Asks which account is to become a part of `into`: by default, the one that it may be the same as.
pub fn ask_merge(app: &mut App, into: AccountId) {
    let account = app.board.get(&into);
    let suspected = account.and_then(|account| suspected_duplicate(&app.board, account));
    let suspected = suspected.map(|(known, _)| known.id.clone());
    let question = format!("Merge which account into {}?", app.short_name(&into));
    ask(app, ChoicePurpose::Merge { into }, question, suspected.into_iter().collect());
}

impl AccountChoice {
    fn search(&mut self, app: &mut App) {
        let typed = self.input.value().trim();
        if typed.is_empty() {
            self.choices.reset();
        } else {
            let mut found = app.find_by_words(typed, OFFERED);
            if let ChoicePurpose::Merge { into } = &self.purpose {
                found.retain(|found| found != into);
            }
            let row = (!found.is_empty()).then_some(0);
            self.choices.show(found.into_iter().map(|id| offer(app, id)).collect(), row);
        }
        self.foresee(app);
    }

    /// Chooses one of the accounts found.
    pub(super) fn choose(&mut self, row: usize, app: &App) {
        self.choices.choose(row);
        self.foresee(app);
    }

    /// Works out what choosing the chosen one would do.
    fn foresee(&mut self, app: &App) {
        self.outcome = self.chosen().map(|account| self.would_do(app, account)).unwrap_or_default();
    }

    /// Whether the address that the signal names is to be remembered, or not after all.
    fn toggle_remember(&mut self, app: &mut App) {
        let ChoicePurpose::Assign { address, remember, .. } = &mut self.purpose else { return };
        let Some(address) = address else {
            app.say(Tone::Plain, "This signal names no address to remember");
            return;
        };
        *remember = !*remember;
        let and = format!(" to, and remember {}?", text::cut(&text::clean(address), LONGEST_ADDRESS));
        let (with, without) = (and.as_str(), " to?");
        let (from, to) = if *remember { (without, with) } else { (with, without) };
        if let Some(start) = self.question.strip_suffix(from) {
            self.question = format!("{start}{to}");
        }
        self.foresee(app);
    }

    fn command(&self, account: AccountId) -> Command {
        match &self.purpose {
            ChoicePurpose::Assign { signal, remember, .. } => {
                Command::MatchSignal { signal: signal.clone(), account: Some(account), remember: *remember }
            }
            ChoicePurpose::Merge { into } => Command::Merge { from: account, into: into.clone() },
        }
    }

    /// What choosing `account` would do, in words.
    fn would_do(&self, app: &App, account: &AccountId) -> String {
        let (board, playbooks) = (&app.board, &app.setup.playbooks);
        let command = self.command(account.clone());
        match transact(board, playbooks, &command, &Actor::clone(&app.setup.me), app.now) {
            Ok(Some(entry)) => match &self.purpose {
                ChoicePurpose::Assign { .. } => prose::outcome(entry, account, board, playbooks, &app.now),
                ChoicePurpose::Merge { into } => merges::outcome(entry, account, into, board),
            },
            Ok(None) => "nothing".to_owned(),
            Err(refusal) => refusals::text(&refusal),
        }
    }
}

/// What a key does while the question is asked.
pub fn key(
    app: &mut App,
    mut choice: Box<AccountChoice>,
    chord: Chord,
    action: Option<Action>,
) -> Option<Effect> {
    if action == Some(Action::Accept) {
        return accept(app, choice);
    }
    if action == Some(Action::Complete) {
        choice.toggle_remember(app);
    } else if let Some(motion) = action.and_then(Action::motion) {
        choice.choices.go(motion);
        choice.foresee(app);
    } else if text_field::edit(&mut choice.input, chord, action) {
        app.status = Status::default();
        choice.search(app);
    }
    app.prompt = Some(Prompt::Account(choice));
    None
}

/// Takes the chosen account for the answer.
pub fn accept(app: &mut App, choice: Box<AccountChoice>) -> Option<Effect> {
    if let Some(account) = choice.chosen().cloned() {
        return Some(app.submit(choice.command(account)));
    }
    let typed = text::clean(choice.input.value()).into_owned();
    let words = if typed.trim().is_empty() {
        WHAT_TO_TYPE.to_owned()
    } else {
        format!("No account matches “{typed}”")
    };
    app.say(Tone::Refused, &words);
    app.prompt = Some(Prompt::Account(choice));
    None
}

/// Goes one account on, or back, with the wheel of the mouse.
pub fn step(app: &mut App, motion: Motion) {
    let Some(Prompt::Account(mut choice)) = app.prompt.take() else { return };
    choice.choices.go(motion);
    choice.foresee(app);
    app.prompt = Some(Prompt::Account(choice));
}

/// Takes in pasted text while the question is asked.
pub fn paste(app: &mut App, text: &str) {
    let Some(Prompt::Account(mut choice)) = app.prompt.take() else { return };
    text_field::insert(&mut choice.input, text);
    choice.search(app);
    app.prompt = Some(Prompt::Account(choice));
}
