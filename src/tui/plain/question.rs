//! A question: its text, what may be picked, what is typed so far and what that finds.

use super::place::hints;
use super::words::sentences;
use crate::prose::lists::plural;
use crate::text;
use crate::tui::input::action::Action;
use crate::tui::layout::choices::{asked, foot, how_keys_pick};
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Choices, Picked};
use crate::tui::model::prompt::{AskedLine, Prompt};
use crate::tui::screens::{self, account_choice, help};

/// So many choices are named when a question is asked; of more, one goes through them or types.
const NAMED: usize = 10;

/// How much of a foot is said.
const WHOLE: u16 = u16::MAX;

/// What is asked, as far as it is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SpokenQuestion {
    /// What it is known by: another one is another question.
    pub(super) key: String,
    /// What is asked, in one line.
    pub(super) text: String,
    /// Lines under it, such as what would be done.
    pub(super) more: Vec<String>,
    /// What is typed, and where the cursor stands in it, in characters. Nothing where nothing can be typed.
    pub(super) typed: Option<(String, usize)>,
    /// How much that finds.
    pub(super) found: String,
    /// How many choices there are; nothing where nothing can be picked.
    count: Option<usize>,
    /// The chosen one, with its number.
    pub(super) chosen: String,
    /// What picking that would do.
    pub(super) outcome: String,
    /// The first choices, where they are few.
    choices: String,
    /// The keys that answer.
    keys: String,
}

impl SpokenQuestion {
    pub(super) fn of(app: &App) -> Option<Self> {
        let prompt = app.prompt.as_ref()?;
        let mut more = Vec::new();
        let (mut found, mut outcome) = (String::new(), foot(app, WHOLE).join(" "));
        let (key, text, input) = match prompt {
            Prompt::Filter(query) => {
                found = screens::found(app).unwrap_or_else(|| {
                    app.matches().map_or_else(String::new, |found| {
                        let first = app.focused().map(|account| account.name().to_owned());
                        sentences([plural(found, "match", "matches"), first.unwrap_or_default()])
                    })
                });
                let text = "Filter: type a name, another fact, or a query such as owner:none".to_owned();
                ("filter".to_owned(), text, Some(&query.input))
            }
            Prompt::Line(AskedLine { label, purpose, accounts, input, .. }) => {
                (format!("{purpose:?} {accounts:?} {label}"), label.clone(), Some(input))
            }
            Prompt::Account(choice) => {
                let is_found = choice.chosen().is_some();
                let words =
                    if is_found { format!("That would be: {}", choice.outcome) } else { String::new() };
                outcome = if is_found || !choice.input.value().trim().is_empty() {
                    words
                } else {
                    account_choice::WHAT_TO_TYPE.to_owned()
                };
                (choice.question.clone(), choice.question.clone(), Some(&choice.input))
            }
            Prompt::Pick(picker) => {
                let input = Some(&picker.input).filter(|_| !picker.purpose.is_menu());
                (format!("{:?}", picker.purpose), picker.title.clone(), input)
            }
            Prompt::HelpSearch(input) => {
                let lines = help::spoken(app);
                // The first line is a heading, where any key does that.
                let first = lines.get(1).or(lines.first()).cloned().unwrap_or_default();
                found = sentences([plural(lines.len(), "line", "lines"), first]);
                ("keys".to_owned(), "Search the keys: type a word or a key".to_owned(), Some(input))
            }
            Prompt::SaveView(input) => {
                ("view".to_owned(), "Save this view as: type a name".to_owned(), Some(input))
            }
            Prompt::PastDay(input) => {
                let words = "Show the board as of: type a day that is over, such as yesterday or 2024-11-01";
                ("day".to_owned(), words.to_owned(), Some(input))
            }
            Prompt::ImportPath(input) => {
                ("file".to_owned(), "File to import: type its path".to_owned(), Some(input))
            }
            Prompt::Confirm(asked) => (asked.question.clone(), asked.question.clone(), None),
            Prompt::Bulk(panel) => {
                more = panel.lines.iter().map(|(words, _)| words.clone()).collect();
                (panel.title.clone(), panel.title.clone(), None)
            }
            Prompt::Import(panel) => {
                more.clone_from(&panel.preview.lines);
                let text = format!("What importing {} would do", panel.preview.path);
                (text.clone(), text, None)
            }
        };
        let typed = input.map(|input| (text::clean(input.value()).into_owned(), input.cursor()));
        let (mut count, mut chosen, mut choices) = (None, String::new(), String::new());
        if let Some((offered, _)) = asked(app) {
            count = Some(offered.shown().len());
            chosen = self::chosen(app, offered);
            choices = named(offered);
        } else if let Prompt::Account(choice) = prompt {
            count = Some(choice.choices.shown().len());
            chosen = self::chosen(app, &choice.choices);
        }
        let keys = keys(app, prompt, count.is_some());
        Some(Self { key, text, more, typed, found, count, chosen, outcome, choices, keys })
    }

    /// What is said when it is asked.
    pub(super) fn lines(&self) -> Vec<String> {
        let so_far = match &self.typed {
            Some((typed, _)) if !typed.trim().is_empty() => format!("Typed so far: {typed}"),
            Some(_) | None => String::new(),
        };
        let count = match self.count {
            None | Some(0) => String::new(),
            Some(_) if !self.choices.is_empty() => self.choices.clone(),
            Some(count) => plural(count, "choice", "choices"),
        };
        let chosen = if self.chosen.is_empty() { String::new() } else { format!("Chosen: {}", self.chosen) };
        let first = sentences([&self.text, &so_far, &count, &chosen, &self.outcome]);
        let mut lines = vec![first];
        lines.extend(self.more.iter().cloned());
        lines.push(self.keys.clone());
        lines.retain(|line| !line.trim().is_empty());
        lines
    }

    /// What is found by what is typed, the chosen one and what it would do: where that changes, it is said.
    pub(super) fn answers(&self) -> String {
        let count = match self.count {
            _ if !self.found.is_empty() => self.found.clone(),
            Some(0) => "no match".to_owned(),
            Some(count @ 2..) => plural(count, "choice", "choices"),
            Some(1) | None => String::new(),
        };
        sentences([&count, &self.chosen, &self.outcome])
    }
}

/// The chosen one of `choices`, with its number.
fn chosen(app: &App, choices: &Choices) -> String {
    let (Some(row), Some(choice)) = (choices.row(), choices.chosen()) else { return String::new() };
    format!("{} of {}: {}", row + 1, choices.shown().len(), described(app, choice))
}

fn described(app: &App, choice: &Choice) -> String {
    let is_number = choice.key.parse::<usize>().is_ok();
    let key = if choice.key.is_empty() || is_number || choice.label.starts_with(&choice.key) {
        String::new()
    } else {
        format!("key {}", app.spelled(choice.key.clone()))
    };
    let note = match choice.picked {
        // Those are keys.
        Picked::Act(_) | Picked::OwnCommand(_) => {
            let keys = choice.note.split(", ").map(|keys| app.spelled(keys.to_owned()));
            keys.collect::<Vec<_>>().join(" or ")
        }
        _ => choice.note.clone(),
    };
    let switch = match choice.is_on {
        Some(true) => "on",
        Some(false) => "off",
        None => "",
    };
    let refused = choice.refused.as_ref().map(|why| format!("cannot be picked: {why}")).unwrap_or_default();
    let parts = [&*choice.label, switch, &note, &key, choice.kind, &refused];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The choices, where they are few: `1 none; 2 low`.
fn named(choices: &Choices) -> String {
    let shown = choices.shown();
    if shown.is_empty() || shown.len() > NAMED {
        return String::new();
    }
    let name = |(at, choice): (usize, &Choice)| {
        let key = if choice.key.is_empty() { (at + 1).to_string() } else { choice.key.clone() };
        if choice.label.starts_with(&key) { choice.label.clone() } else { format!("{key} {}", choice.label) }
    };
    shown.iter().enumerate().map(name).collect::<Vec<_>>().join("; ")
}

/// The keys that answer, in words.
fn keys(app: &App, prompt: &Prompt, can_pick: bool) -> String {
    let mode = app.mode();
    let key = |action| app.key_in(mode, action).unwrap_or_default();
    let (accept, clear) = (key(Action::Accept), key(Action::Clear));
    let can_be_done = match prompt {
        Prompt::Bulk(panel) => panel.batch.is_some(),
        Prompt::Import(panel) => panel.preview.batch.is_some(),
        // A question may have more answers than yes and no.
        Prompt::Confirm(_) => return hints(app).join("; "),
        Prompt::Filter(_)
        | Prompt::Line(_)
        | Prompt::Account(_)
        | Prompt::Pick(_)
        | Prompt::HelpSearch(_)
        | Prompt::SaveView(_)
        | Prompt::PastDay(_)
        | Prompt::ImportPath(_) => true,
    };
    let accepts = match prompt {
        Prompt::Bulk(_) | Prompt::Import(_) => "does it",
        Prompt::Filter(_) | Prompt::HelpSearch(_) => "keeps it",
        Prompt::Line(_) | Prompt::SaveView(_) | Prompt::PastDay(_) | Prompt::ImportPath(_) => "takes it",
        Prompt::Account(_) | Prompt::Pick(_) | Prompt::Confirm(_) => "picks it",
    };
    let accept = if can_be_done { format!("{accept} {accepts}") } else { "Nothing can be done".to_owned() };
    let picks = if can_pick { how_keys_pick(app).trim() } else { "" };
    sentences([&*format!("{accept}, {clear} cancels"), picks])
}
