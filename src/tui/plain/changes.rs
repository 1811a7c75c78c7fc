//! What is said of a single change.

use std::ops::RangeInclusive;

use super::Speech;
use super::known::Known;
use super::question::SpokenQuestion;
use super::row::SpokenRow;
use super::words::sentences;
use crate::prose::entries;
use crate::state::Actor;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::InputMode;
use crate::tui::layout::{self, PLAIN_PAGE};
use crate::tui::model::app::App;
use crate::tui::model::screens::ScreenId;
use crate::tui::model::status::Tone;
use crate::tui::model::tour::Tour;
use crate::tui::model::which_key;

/// Of more changes by others at once, only their number is said.
const OTHERS: usize = 3;

/// Which lines are said where one went from line `from` to line `to`: a page that one goes on, else the line one is at.
pub(super) fn read(from: usize, to: usize) -> RangeInclusive<usize> {
    if to > from && to - from <= PLAIN_PAGE { from + 1..=to } else { to..=to }
}

/// What was typed, and what else changed in a question.
pub(super) fn answer(was: &SpokenQuestion, is: &SpokenQuestion, speech: &mut Speech) {
    if let (Some((old, old_cursor)), Some((new, cursor))) = (&was.typed, &is.typed) {
        let has_answers = is.answers() != was.answers() && !is.answers().is_empty();
        let added = new.strip_prefix(old.as_str()).filter(|added| !added.is_empty());
        match added {
            Some(added) if !has_answers => return speech.typed.push_str(added),
            _ if new != old && has_answers => {
                let typed = if new.is_empty() { "Nothing typed" } else { new };
                return speech.say(format!("{typed}, {}", is.answers()));
            }
            _ if new != old => return speech.say(if new.is_empty() { "Nothing typed" } else { new }),
            _ if cursor != old_cursor => {
                let at = new.chars().nth(*cursor).map_or_else(
                    || "end".to_owned(),
                    |c| match c {
                        ' ' => "space".to_owned(),
                        c => c.to_string(),
                    },
                );
                return speech.say(at);
            }
            _ => {}
        }
    }
    if is.chosen != was.chosen || is.outcome != was.outcome {
        let outcome = if is.outcome == was.outcome { "" } else { &*is.outcome };
        speech.say(sentences([&is.chosen, outcome]));
    } else if is.found != was.found {
        speech.say(&is.found);
    } else if is.more != was.more {
        is.more.iter().for_each(|line| speech.say(line));
    }
}

/// What happened to the board since it was known.
pub(super) struct Happened {
    /// Whether the person at the keys did something.
    pub(super) by_me: bool,
    /// What others and the clock did, a sentence each.
    pub(super) by_others: Vec<String>,
}

impl Happened {
    pub(super) fn since(before: &Known, app: &App) -> Self {
        let is_new = app.board.seq() != before.seq;
        let Some(new) = app.board.entries_since(before.seq).filter(|_| is_new) else {
            return Self { by_me: is_new, by_others: Vec::new() };
        };
        let (mine, others): (Vec<_>, Vec<_>) =
            new.filter(|entry| entry.changes_something()).partition(|entry| entry.by == app.setup.me);
        let by_others = others.iter().map(|entry| {
            let who = match &entry.by {
                Actor::Clock => "By itself".to_owned(),
                Actor::Person(_) | Actor::Source(_) => entry.by.to_string(),
            };
            format!("{who}: {}", entries::text(entry, &app.board, &app.now))
        });
        Self { by_me: !mine.is_empty(), by_others: by_others.collect() }
    }

    /// Says what others did; of much at once, only how much.
    pub(super) fn say(&self, app: &App, speech: &mut Speech) {
        if self.by_others.len() > OTHERS {
            let key = app.board_key(Action::Show(ScreenId::Activity)).unwrap_or_default();
            return speech.say(format!("{} changes by others: {key} shows them", self.by_others.len()));
        }
        self.by_others.iter().for_each(|sentence| speech.say(sentence));
    }
}

pub(super) fn tour(app: &App, speech: &mut Speech) {
    let Some(tour) = &app.tour else { return };
    let key = |action| app.board_key(action).unwrap_or_default();
    let (at, of) = (tour.number(), Tour::steps().len());
    speech.say(sentences([
        format!("Tour, {at} of {of}"),
        layout::tour::words(app, &tour.step().says),
        format!("{} skips this, {} ends the tour", key(Action::TourSkip), key(Action::TourEnd)),
    ]));
}

/// How the keys that were begun may go on.
pub(super) fn begun(app: &App, speech: &mut Speech) {
    let begun: Vec<String> = app.begun_keys.iter().map(|key| app.spelled(key.to_string())).collect();
    let rest = which_key::continuations(app).into_iter();
    let rest = rest.map(|(keys, words)| format!("{} {words}", app.spelled(keys.to_string())));
    speech.say(format!("{}, then: {}", begun.join(" "), rest.collect::<Vec<_>>().join("; ")));
}

/// A key changed nothing that would have been said.
pub(super) fn nothing_new(app: &App, before: &Known, now: &Known, speech: &mut Speech) {
    let here = || {
        let line = now.place.lines(app).map(|lines| {
            let is_last = now.line + 1 >= lines.len();
            let end = if is_last { "End of the text" } else { "Beginning of the text" };
            if is_last || now.line == 0 { end.to_owned() } else { String::new() }
        });
        line.or_else(|| now.row.as_ref().map(SpokenRow::in_short)).unwrap_or_default()
    };
    match (&before.question, &now.question) {
        (_, Some(question)) => {
            let typed = question.typed.as_ref().map(|(typed, _)| typed.clone()).unwrap_or_default();
            let what = if question.chosen.is_empty() { typed } else { question.chosen.clone() };
            // What is wrong with the answer still is.
            let objection = match now.status.0 {
                Tone::Refused | Tone::Failed => now.status.1.as_str(),
                Tone::Plain | Tone::Done => "",
            };
            speech.say(sentences([objection, "No change", &what]));
        }
        (Some(_), None) => speech.say(sentences(["Closed".to_owned(), here()])),
        (None, None) if !now.status.1.is_empty() => speech.say(&now.status.1),
        (None, None) if !before.begun.is_empty() => speech.say("Canceled"),
        (None, None) => speech.say(sentences(["No change".to_owned(), here()])),
    }
    // The keys are all that there is to say of nothing.
    if speech.is_empty() {
        let key = app.key_in(InputMode::Board, Action::Help).unwrap_or_default();
        speech.say(format!("Nothing here; {key} says the keys"));
    }
}
