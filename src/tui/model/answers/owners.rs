//! An answer that names a person.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::prose::lists::plural;
use crate::prose::{dates, lists};
use crate::state::values::account::Owner;
use crate::state::values::roster::Specialist;
use crate::suggest::{either, near};
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Picked};

/// Typed for no owner, and for the person at this keyboard.
const NO_OWNER: &str = "none";
const ME: &str = "me";

/// The owner a typed name means, or the number of a pick.
pub(super) fn owner(app: &App, answer: &str) -> Option<Owner> {
    let answer = picked(app, answer);
    if [NO_OWNER, "nobody"].iter().any(|word| answer.eq_ignore_ascii_case(word)) {
        return None;
    }
    match app.me().filter(|_| answer.eq_ignore_ascii_case(ME)) {
        Some(me) => Some(app.roster().owner(me)),
        None => Some(app.roster().owner(&answer)),
    }
}

/// Who gets accounts, and until when if not for good.
pub(super) struct OwnerAnswer {
    /// At least one. Several get them by turns.
    pub(super) owners: Vec<Option<Owner>>,
    pub(super) until: Option<DateTime<Utc>>,
}

impl OwnerAnswer {
    /// Who gets the account at `turn`, counted from nothing.
    pub(super) fn at(&self, turn: usize) -> Option<&Owner> {
        self.owners.get(turn % self.owners.len().max(1))?.as_ref()
    }
}

/// The names in `text`. One that is not typed yet, after a comma, does not count.
fn by_turns<'a>(app: &App, text: &'a str) -> Vec<&'a str> {
    let names = app.roster().names_in(text).into_iter();
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    if names.is_empty() { vec![text.trim()] } else { names }
}

/// The name in an answer, and the day after `until`.
pub(super) fn parts(answer: &str) -> (&str, Option<&str>) {
    let lower = answer.to_ascii_lowercase();
    match lower.find(UNTIL) {
        Some(at) => (answer[..at].trim(), Some(answer[at + UNTIL.len()..].trim())),
        None => (answer.trim(), None),
    }
}

const UNTIL: &str = " until ";

/// # Errors
/// What is wrong with the day, in a sentence.
pub(super) fn answer(app: &App, answer: &str) -> Result<OwnerAnswer, String> {
    let (name, until) = parts(answer);
    let until = until.map(|day| super::moment(app, day)).transpose()?;
    let owners: Vec<Option<Owner>> = by_turns(app, name).into_iter().map(|name| owner(app, name)).collect();
    if until.is_some() && owners.contains(&None) {
        return Err("Name who is the owner until then".to_owned());
    }
    Ok(OwnerAnswer { owners, until })
}

/// Who gets an account, where the answer is not their name in full, and until when.
pub(super) fn understood_change(app: &App, text: &str) -> Option<Result<String, String>> {
    let (name, until) = parts(text);
    let Some(day) = until else { return understood_turns(app, name).map(Ok) };
    Some(match answer(app, text) {
        Ok(OwnerAnswer { owners, until }) => {
            let until = until.map(|until| dates::end(&app.now, until)).unwrap_or_default();
            Ok(format!("{} until {until}", in_words(&owners)))
        }
        // As long as one is typing, that is no objection.
        Err(_) if day.is_empty() => Err(super::A_DAY.to_owned()),
        Err(why) => Err(why),
    })
}

/// `dan`, or `dan, magda and kim by turns`.
fn in_words(owners: &[Option<Owner>]) -> String {
    let names: Vec<&str> = owners.iter().map(|owner| owner.as_deref().unwrap_or("no owner")).collect();
    let names_in_words = lists::either(&names, "and");
    if names.len() > 1 { format!("{names_in_words} by turns") } else { names_in_words }
}

/// How many people are offered where there is no team: as many as there are digits, with nobody.
const OFFERED: usize = 8;

/// Whom one may pick: the team, or where there is none, those who own most; and nobody.
pub(super) fn picks(app: &App) -> Vec<String> {
    let team = app.roster().people().iter().map(|person| text::clean(&person.short).into_owned());
    let people = app.workload.people(app.roster()).into_iter().filter(|_| app.roster().is_empty());
    let owners = people.map(|(name, _)| name.to_string()).take(OFFERED);
    team.chain(owners).chain([NO_OWNER.to_owned()]).collect()
}

/// The same, with how many accounts each has; where `are_many` accounts are given, also everybody by turns.
pub(super) fn choices(app: &App, are_many: bool) -> Vec<Choice> {
    let picks = picks(app);
    let people = app.workload.people(app.roster());
    let mut choices: Vec<Choice> = picks
        .iter()
        .map(|pick| {
            let count = match people.iter().find(|(name, _)| app.roster().is_same(name, pick)) {
                _ if pick == NO_OWNER => app.workload.unowned(),
                Some((_, count)) => *count,
                None => 0,
            };
            let label = if pick == NO_OWNER { "nobody" } else { pick };
            let picked = Picked::Answer { text: pick.clone(), goes_on: false };
            Choice { note: plural(count, "account", "accounts"), ..Choice::new(label, picked) }
        })
        .collect();
    let team = &picks[..picks.len() - 1];
    if are_many && team.len() > 1 && !app.roster().is_empty() {
        let text = team.join(",");
        let picked = Picked::Answer { text, goes_on: false };
        choices.push(Choice::new("all of them, by turns", picked));
    }
    choices
}

fn picked(app: &App, answer: &str) -> String {
    let number = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    number.and_then(|at| picks(app).into_iter().nth(at)).unwrap_or_else(|| answer.to_owned())
}

/// What one may write.
pub(super) fn hint(app: &App, may_end: bool, are_many: bool) -> String {
    let team = app.roster().people().first().map(|person| text::clean(&person.short).into_owned());
    let turns = if are_many && team.is_some() { " · 1,2 by turns" } else { "" };
    let first = team.as_deref().unwrap_or("a name");
    if may_end {
        format!("a name, or {NO_OWNER}{turns} · {first} until 12 dec")
    } else {
        format!("a name, or {NO_OWNER}")
    }
}

/// Which one person is meant, where the answer is not their name in full.
pub(super) fn understood(app: &App, answer: &str) -> Option<String> {
    in_other_words(&[owner(app, answer)], answer)
}

/// The same of several, who take turns.
fn understood_turns(app: &App, answer: &str) -> Option<String> {
    let owners: Vec<Option<Owner>> = by_turns(app, answer).into_iter().map(|name| owner(app, name)).collect();
    in_other_words(&owners, answer)
}

fn in_other_words(owners: &[Option<Owner>], answer: &str) -> Option<String> {
    Some(in_words(owners)).filter(|words| words != answer)
}

/// The names that begin with what is `typed`: the short ones, or else any.
pub(super) fn names(app: &App, typed: &str) -> BTreeSet<String> {
    let begins = |name: &String| name.to_lowercase().starts_with(&typed.to_lowercase());
    let short: BTreeSet<String> = picks(app).into_iter().filter(begins).collect();
    if !short.is_empty() {
        return short;
    }
    let on_board = app.columns.list(false).all().iter().filter_map(|row| app.board.get(&row.id));
    let owners = on_board.filter_map(|account| account.owner()).map(str::to_owned);
    let team = app.roster().people().iter().flat_map(Specialist::names).map(ToString::to_string);
    owners.chain(team).chain([app.setup.me.to_string(), NO_OWNER.to_owned()]).filter(begins).collect()
}

/// What to ask about an owner who is not in the team, before it is taken all the same.
pub(super) fn doubt(app: &App, answer: &str) -> Option<String> {
    by_turns(app, answer).into_iter().find_map(|name| doubt_about(app, name))
}

/// The same of one person.
pub(super) fn doubt_about(app: &App, answer: &str) -> Option<String> {
    let roster = app.roster();
    let owner = owner(app, answer).filter(|_| !answer.is_empty() && !roster.is_empty())?;
    if roster.knows(&owner, app.me().map_or("", |me| me)) {
        return None;
    }
    let names = roster.people().iter().map(|it| (&*it.short, it.names().map(|name| &**name)));
    let near = near(&owner, names);
    let meant = if near.is_empty() { String::new() } else { format!(" Did you mean {}?", either(&near)) };
    Some(format!("{owner} is not in the team: enter again assigns it all the same.{meant}"))
}
