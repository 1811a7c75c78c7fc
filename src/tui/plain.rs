//! The board for who hears it: what changed since it was last said, in whole lines.
//!
//! Pure: an [`App`] in, text out. Nothing is said twice: a [`Narrator`] knows what it said, and says what is new, the
//! outcome of a key before where that leads. A line that was said stays as it is; there is no screen to be changed.
//! Only a question's answer is written letter by letter, as screen readers say what is typed.
//!
//! A key is always answered: where it changed nothing, that is said.

mod changes;
mod known;
mod place;
mod question;
mod row;
mod words;

use std::collections::VecDeque;

use self::changes::{Happened, answer, begun, nothing_new, read, tour};
use self::known::Known;
use self::place::Place;
use self::question::SpokenQuestion;
use self::row::SpokenRow;
use self::words::{heard, sentences};
use crate::prose::lists::plural;
use crate::state::Seq;
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::msg::Tell;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::screens::ScreenId;
use crate::tui::model::status::Tone;
use crate::tui::screens::activity;

/// How many rows a person remembers who goes elsewhere and comes back.
const REMEMBERED: usize = 4;

/// How a line ends where the terminal does not add the way back to its left edge.
const LINE_END: &str = "\r\n";

/// Says what happens.
#[derive(Debug, Default)]
pub struct Narrator {
    known: Option<Known>,
    /// What was said last, to be said again.
    last: Vec<String>,
    /// Whether what is typed stands in a line that has not ended.
    is_typing: bool,
    /// Whether a key waits for an answer that comes from the disk.
    owes: bool,
    /// The rows that were said last in whole, the latest last: who comes back to one knows it.
    heard: VecDeque<HeardRow>,
}

/// A row that was said in whole.
#[derive(Debug)]
struct HeardRow {
    key: String,
    words: String,
    /// The entry up to which that was true.
    seq: Seq,
}

/// What is to be written.
#[derive(Debug, Default)]
struct Speech {
    /// What was typed, to stand in one line.
    typed: String,
    lines: Vec<String>,
}

impl Speech {
    fn say(&mut self, line: impl AsRef<str>) {
        let line = heard(line.as_ref());
        if !line.is_empty() && self.lines.last() != Some(&line) {
            self.lines.push(line);
        }
    }

    fn is_empty(&self) -> bool {
        self.typed.is_empty() && self.lines.is_empty()
    }
}

impl Narrator {
    /// What is new in `app`, to be written as it is. `pressed` says whether a key was pressed since.
    pub fn hear(&mut self, app: &App, pressed: bool) -> String {
        let mut speech = Speech::default();
        if is_waiting(app) {
            // What it comes to is said once it is known.
            self.owes |= pressed;
            if let Some(known) = &mut self.known {
                let status = (app.status.tone, app.status.text.clone());
                if known.status != status && app.status.tone != Tone::Done {
                    speech.say(&status.1);
                    known.status = status;
                }
            }
            return self.write(speech);
        }
        let pressed = std::mem::take(&mut self.owes) || pressed;
        let mut now = Known::of(app);
        match self.known.take() {
            None => self.greet(app, &now, &mut speech),
            Some(before) => {
                if matches!(app.prompt, Some(Prompt::Filter(_))) {
                    // What is found is said with what is typed; where that leads, once it is kept.
                    (now.view, now.row) = (before.view.clone(), before.row.clone());
                }
                self.changes(app, &before, &now, &mut speech);
                if pressed && speech.is_empty() {
                    nothing_new(app, &before, &now, &mut speech);
                }
            }
        }
        self.known = Some(now);
        self.write(speech)
    }

    /// Answers what a person asks, to be written as it is.
    pub fn tell(&mut self, app: &App, what: Tell) -> String {
        let mut speech = Speech::default();
        let place = Place::of(app);
        match what {
            Tell::Again => {
                speech.lines.clone_from(&self.last);
                if speech.lines.is_empty() {
                    speech.say("Nothing was said yet");
                }
            }
            Tell::Where => {
                speech.say(sentences([
                    place.heading(app),
                    row::chosen(app, &place).map(|row| row.in_short()).unwrap_or_default(),
                ]));
                if let Some(question) = SpokenQuestion::of(app) {
                    let typed = question.typed.as_ref().map_or("", |(typed, _)| typed);
                    let typed =
                        if typed.is_empty() { String::new() } else { format!("Typed so far: {typed}") };
                    speech.say(sentences([format!("Asked: {}", question.text), typed, question.chosen]));
                }
                speech.say(place::whole(app));
            }
            Tell::All => {
                for line in row::all(app, &place) {
                    speech.say(line);
                }
                if speech.lines.is_empty() {
                    speech.say("Nothing is chosen");
                }
            }
            Tell::Keys => speech.say(place::keys(app)),
        }
        self.write(speech)
    }

    /// Ends a line that was begun, and says `words`.
    pub fn announce(&mut self, words: &str) -> String {
        let mut speech = Speech::default();
        speech.say(words);
        self.write(speech)
    }

    /// Ends a line that was begun.
    pub fn end(&mut self) -> String {
        self.write(Speech::default()) + if std::mem::take(&mut self.is_typing) { LINE_END } else { "" }
    }

    /// What is said first of all.
    fn greet(&mut self, app: &App, now: &Known, speech: &mut Speech) {
        let key = |action| app.board_key(action).unwrap_or_default();
        speech.say(sentences([
            "Gangplank, plain mode".to_owned(),
            if app.setup.demo { "Demonstration, nothing is saved".to_owned() } else { String::new() },
            format!(
                "{} says where you are, {} the keys for what is chosen, {} all keys",
                key(Action::SayWhere),
                key(Action::SayKeys),
                key(Action::Help)
            ),
        ]));
        if app.by_others > 0 {
            let count = plural(app.by_others, "change by others", "changes by others");
            let key = key(Action::Show(ScreenId::Activity));
            speech.say(format!("{count} since you looked last: {key} shows them"));
        }
        app.notices.trouble.iter().chain(&app.notices.found).for_each(|notice| speech.say(notice));
        if !app.notices.found.is_empty() {
            speech.say(format!("{} dismisses what was found", key(Action::Clear)));
        }
        tour(app, speech);
        self.arrive(app, now, speech);
    }

    /// Where one is, and the row one arrives at.
    fn arrive(&mut self, app: &App, now: &Known, speech: &mut Speech) {
        speech.say(now.place.heading(app));
        if let Some(row) = &now.row {
            let is_known =
                |heard: &HeardRow| heard.key == row.key && (heard.seq == now.seq || heard.words == row.words);
            let is_heard = self.heard.iter().any(is_known);
            // Who comes back to a group, or to another view of the same account, has heard of it.
            if !is_heard || now.place == Place::Board {
                speech.say(row.group.as_deref().unwrap_or_default());
            }
            if is_heard {
                speech.say(row.in_short());
            } else {
                self.say_row(row, now.seq, speech);
            }
        }
        if let Some(lines) = now.place.lines(app) {
            // A brief is short, and asked for to be heard whole.
            let is_whole = matches!(now.place, Place::Brief(_));
            let said = if is_whole { lines.len() } else { 1 };
            lines.iter().skip(now.line).take(said).for_each(|line| speech.say(line));
        }
        if let Some(question) = &now.question {
            question.lines().iter().for_each(|line| speech.say(line));
        }
    }

    /// What differs from what is known.
    fn changes(&mut self, app: &App, before: &Known, now: &Known, speech: &mut Speech) {
        let is_same_question =
            matches!((&before.question, &now.question), (Some(a), Some(b)) if a.key == b.key);
        let happened = Happened::since(before, app);
        let by_me = happened.by_me;
        if now.status != before.status && !happened.by_others.contains(&now.status.1) {
            speech.say(&now.status.1);
        }
        if now.trouble != before.trouble {
            now.trouble.iter().for_each(|trouble| speech.say(trouble));
        }
        if now.found < before.found {
            speech.say("Notice dismissed");
        }
        app.notices.found.iter().skip(before.found).for_each(|notice| speech.say(notice));
        happened.say(app, speech);
        if let (Some(was), Some(is), true) = (&before.question, &now.question, is_same_question) {
            answer(was, is, speech);
        }
        // What is done to all that are marked says so itself.
        if now.marks != before.marks && !by_me && !now.status.1.to_lowercase().contains("mark") {
            speech.say(match now.marks {
                0 => "Mark removed, no account is marked".to_owned(),
                count if count > before.marks => format!("Marked, {count} marked"),
                count => format!("Mark removed, {count} marked"),
            });
        }
        let has_arrived = now.place != before.place || now.view != before.view;
        if !has_arrived && now.waiting != before.waiting && !by_me {
            speech.say(match now.waiting {
                0 => "No account needs you now".to_owned(),
                1 => "1 account needs you now".to_owned(),
                count => format!("{count} accounts need you now"),
            });
        }
        if now.tour != before.tour {
            tour(app, speech);
        }
        if now.begun != before.begun && !now.begun.is_empty() {
            begun(app, speech);
        }
        if has_arrived {
            let mut arrived = now.clone();
            arrived.question = None;
            self.arrive(app, &arrived, speech);
        } else {
            self.moved(app, before, now, speech);
        }
        if let (Some(question), false) = (&now.question, is_same_question) {
            question.lines().iter().for_each(|line| speech.say(line));
        }
    }

    /// Another row, or another line, of the same.
    fn moved(&mut self, app: &App, before: &Known, now: &Known, speech: &mut Speech) {
        let group = |known: &Known| known.row.as_ref().and_then(|row| row.group.clone());
        let name = |group: &str| group.split(", ").next().unwrap_or_default().to_owned();
        let is_other = |was: &SpokenRow| now.row.as_ref().is_none_or(|is| is.key != was.key);
        if before.row.as_ref().is_none_or(is_other)
            && let Some(row) = &now.row
        {
            if let Some(is) = group(now).filter(|is| group(before).map(|was| name(&was)) != Some(name(is))) {
                speech.say(is);
            }
            self.say_row(row, now.seq, speech);
        } else if let Some(number) =
            now.number.as_ref().filter(|number| before.number.as_ref() != Some(number))
        {
            speech.say(number);
        } else if before.row.is_some() && now.row.is_none() && now.place.lines(app).is_none() {
            // Nothing is left here.
            speech.say(now.place.heading(app));
        }
        if now.line != before.line
            && now.question.as_ref().is_none_or(|it| it.key != "keys" || it.found.is_empty())
        {
            let lines = now.place.lines(app).unwrap_or_default();
            let range = read(before.line, now.line);
            lines.iter().skip(*range.start()).take(range.count()).for_each(|line| speech.say(line));
        }
    }

    fn say_row(&mut self, row: &SpokenRow, seq: Seq, speech: &mut Speech) {
        if !row.name.is_empty() {
            speech.say(row.line());
            self.heard.retain(|heard| heard.key != row.key);
            if self.heard.len() == REMEMBERED {
                self.heard.pop_front();
            }
            self.heard.push_back(HeardRow { key: row.key.clone(), words: row.words.clone(), seq });
        }
    }

    fn write(&mut self, speech: Speech) -> String {
        let mut text = speech.typed;
        self.is_typing |= !text.is_empty();
        if speech.lines.is_empty() {
            return text;
        }
        if std::mem::take(&mut self.is_typing) {
            text.push_str(LINE_END);
        }
        for line in &speech.lines {
            text.push_str(line);
            text.push_str(LINE_END);
        }
        self.last = speech.lines;
        text
    }
}

/// Whether what a key did is not known yet.
fn is_waiting(app: &App) -> bool {
    app.pending > 0 || (app.reading && activity::is_open(app))
}
