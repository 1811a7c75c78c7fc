//! The lines of a keymap file, and what is wrong with them.

use toml::de::{DeTable, DeValue};

use super::{Binding, KeyTable};
use crate::config::ConfigError;
use crate::suggest::{either, near};
use crate::tui::input::action::Action;
use crate::tui::input::key_sequence::KeySequence;

/// How a team takes a key away.
const NONE: &str = "none";

/// The lines of a keymap file, in its order, for a keymap that has those `beneath` already.
pub(super) fn bindings(text: &str, file: &str, beneath: &[Binding]) -> Result<Vec<Binding>, ConfigError> {
    let wrong = |at: usize, key: &str, what: String| ConfigError {
        file: file.to_owned(),
        line: Some(text[..at.min(text.len())].matches('\n').count() + 1),
        key: key.to_owned(),
        what,
    };
    let (document, errors) = DeTable::parse_recoverable(text);
    if let Some(error) = errors.first() {
        let span = error.span().unwrap_or_default();
        if error.message() != "duplicate key" {
            return Err(ConfigError::of_toml(file, text, error));
        }
        let key = text[span.clone()].trim_matches(['"', '\'']);
        return Err(wrong(span.start, key, twice(text, span.start)));
    }

    let mut lines = Vec::new();
    for (name, table) in document.get_ref() {
        let known = KeyTable::all().map(|table| format!("[{}]", table.name())).collect::<Vec<_>>().join(", ");
        let (at, name) = (name.span().start, name.get_ref());
        let DeValue::Table(lines_of_it) = table.get_ref() else {
            return Err(wrong(at, name, format!("it is outside a table: put it under one of {known}")));
        };
        let Some(table) = KeyTable::all().find(|table| table.name() == name) else {
            return Err(wrong(at, name, format!("unknown table: use one of {known}")));
        };
        for (key, value) in lines_of_it {
            let (at, key) = (key.span().start, key.get_ref());
            let keys = key.parse::<KeySequence>().map_err(|error| wrong(at, key, error.to_string()))?;
            if keys.single().is_none() && !table.has_sequences() {
                return Err(wrong(at, key, "a question takes one key, no sequence: write one".to_owned()));
            }
            let DeValue::String(action) = value.get_ref() else {
                return Err(wrong(
                    at,
                    key,
                    format!("an action is a word in quotes: write \"{key}\" = \"undo\""),
                ));
            };
            let action = match &**action {
                NONE => None,
                name => Some(Action::named(name).ok_or_else(|| wrong(at, key, unknown_action(name)))?),
            };
            lines.push((at, key, Binding { table, keys, action }));
        }
    }
    // The parser sorts by name; what counts here is the order in which people wrote.
    lines.sort_by_key(|(at, ..)| *at);

    for (later, (at, key, binding)) in lines.iter().enumerate() {
        if let Some((_, first, other)) =
            lines[..later].iter().find(|(.., other)| other.names_the_keys_of(binding))
        {
            let (one, two) = (word(other.action), word(binding.action));
            let what = format!("it is the same key as `{first}`, bound to `{one}` and to `{two}`: leave one");
            return Err(wrong(*at, key, what));
        }
    }
    for (at, key, binding) in lines.iter().filter(|(.., binding)| binding.action.is_some()) {
        let begins = |(.., short): &&(usize, &_, Binding)| short.action.is_some() && short.begins(binding);
        if let Some((_, first, short)) = lines.iter().find(begins) {
            let action = word(short.action);
            return Err(wrong(
                *at,
                key,
                format!("`{first}`, which begins it, is bound to `{action}`: leave one"),
            ));
        }
        let is_freed = |old: &Binding| lines.iter().any(|(.., new)| new.names_the_keys_of(old));
        if let Some(old) =
            beneath.iter().find(|old| old.action.is_some() && old.begins(binding) && !is_freed(old))
        {
            let (first, action) = (&old.keys, word(old.action));
            let what = format!(
                "`{first}`, which begins it, is bound to `{action}`: add \"{first}\" = \"{NONE}\", or begin with another key"
            );
            return Err(wrong(*at, key, what));
        }
    }
    let bindings: Vec<Binding> = lines.into_iter().map(|(.., binding)| binding).collect();
    // A key that was freed to begin sequences has done its work.
    let is_needed =
        |binding: &&Binding| binding.action.is_some() || !bindings.iter().any(|it| binding.begins(it));
    Ok(bindings.iter().filter(is_needed).cloned().collect())
}

fn word(action: Option<Action>) -> &'static str {
    action.map_or(NONE, Action::name)
}

/// What to say of the line at byte `at`, whose key its table has already.
fn twice(text: &str, at: usize) -> String {
    let line = |line: &str| {
        let (key, value) = line.parse::<toml::Table>().ok()?.into_iter().next()?;
        Some((key, value.as_str()?.to_owned()))
    };
    let above = text[..at].rfind('\n').map_or("", |end| &text[..end]);
    let below = text[above.len()..].trim_start_matches('\n').lines().next().unwrap_or_default();
    let both = line(below).and_then(|(key, two)| {
        let table = above.lines().rev().take_while(|line| !line.trim_start().starts_with('['));
        let one = table.filter_map(line).find(|(other, _)| *other == key)?.1;
        Some(format!("it is bound to `{one}` and to `{two}`: leave one"))
    });
    both.unwrap_or_else(|| "it is written twice: leave one".to_owned())
}

/// What to say of an action nobody knows: the names that look like it, or how to find them all.
fn unknown_action(name: &str) -> String {
    let near = near(name, Action::all().map(|action| (action.name(), [action.name()])));
    let near: Vec<_> = near.into_iter().map(|known| format!("`{known}`")).collect();
    if near.is_empty() {
        let all = Action::all().map(Action::name).collect::<Vec<_>>().join(", ");
        return format!("unknown action `{name}`: use one of {all}, or {NONE}");
    }
    format!("unknown action `{name}`: did you mean {}?", either(&near))
}
