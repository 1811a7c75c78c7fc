//! An answer that names a person.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::times;
use crate::prose::{dates, lists};
use crate::state::values::account::Owner;
use crate::state::values::actor::is_same;
use crate::state::values::roster::Specialist;
use crate::suggest::{either, near};
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Picked};

/// Typed for no owner.
pub(super) const NO_OWNER: &str = "none";
/// Typed for the person at this keyboard.
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
    let until = until.map(|day| times::moment(app, day)).transpose()?;
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
        Err(_) if day.is_empty() => Err(times::A_DAY.to_owned()),
        Err(why) => Err(why),
    })
}

/// `dan`, or `dan, magda and kim by turns`.
fn in_words(owners: &[Option<Owner>]) -> String {
    let names: Vec<&str> = owners.iter().map(|owner| owner.as_deref().unwrap_or("no owner")).collect();
    let names_in_words = lists::either(&names, "and");
    if names.len() > 1 { format!("{names_in_words} by turns") } else { names_in_words }
}

/// How many people a digit picks; the digit that is left stands for nobody.
const DIGITS: usize = 9;

/// The key of nobody, whoever else is offered.
const NOBODY_KEY: &str = "0";

/// Whom one may pick, by their number: the team, or where there is none, those who own something.
fn people(app: &App) -> Vec<String> {
    if app.roster().is_empty() {
        app.offered_owners.iter().map(ToString::to_string).collect()
    } else {
        app.roster().people().iter().map(|person| person.short.to_string()).collect()
    }
}

/// `offered`, with those in front of it who own something by now: a digit means the same person all day.
pub(in crate::tui) fn offered(app: &App) -> Vec<Arc<str>> {
    let mut offered = app.offered_owners.clone();
    for (name, _) in app.workload.people(app.roster()) {
        if !offered.iter().any(|known| is_same(known, &name)) {
            offered.push(name);
        }
    }
    offered
}

/// The same, with how many accounts each has, and nobody; where `are_many` accounts are given, also the whole team by turns.
pub(super) fn choices(app: &App, are_many: bool) -> Vec<Choice> {
    let people = people(app);
    let loads = app.workload.people(app.roster());
    let accounts = |count| format!("{count} open");
    let key = |at: usize| if at < DIGITS { (at + 1).to_string() } else { String::new() };
    let mut choices: Vec<Choice> = (people.iter().enumerate())
        .map(|(at, name)| {
            let load = loads.iter().find(|(other, _)| app.roster().is_same(other, name));
            let note = accounts(load.map_or(0, |(_, count)| *count));
            let picked = Picked::Answer { text: name.clone(), goes_on: false };
            Choice { key: key(at), note, ..Choice::new(text::clean(name), picked) }
        })
        .collect();
    if are_many && people.len() > 1 && !app.roster().is_empty() {
        let picked = Picked::Answer { text: people.join(","), goes_on: false };
        choices.push(Choice { key: key(people.len()), ..Choice::new("all of them, by turns", picked) });
    }
    let picked = Picked::Answer { text: NO_OWNER.to_owned(), goes_on: false };
    let nobody = Choice::new("nobody", picked);
    choices.insert(
        choices.len().min(DIGITS),
        Choice { key: NOBODY_KEY.to_owned(), note: accounts(app.workload.unowned()), ..nobody },
    );
    choices
}

/// The choice of somebody who owns nothing yet, where `typed` names one and there is no team.
pub(super) fn newcomer(app: &App, typed: &str) -> Option<Choice> {
    let name = typed.trim();
    let is_me = name.eq_ignore_ascii_case(ME) || app.me().is_some_and(|me| is_same(me, name));
    if is_me || !app.roster().is_empty() || parts(typed).1.is_some() || picked(app, name) != name {
        return None;
    }
    let picked = Picked::Answer { text: name.to_owned(), goes_on: false };
    Some(Choice { note: "new owner".to_owned(), ..Choice::new(text::clean(name), picked) })
}

fn picked(app: &App, answer: &str) -> String {
    if answer == NOBODY_KEY {
        return NO_OWNER.to_owned();
    }
    let number = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let by_number = number.filter(|at| *at < DIGITS).and_then(|at| people(app).into_iter().nth(at));
    by_number.unwrap_or_else(|| answer.to_owned())
}

/// What one may write.
pub(super) fn hint(app: &App, may_end: bool, are_many: bool) -> String {
    let people = people(app);
    let turns = if are_many && people.len() > 1 { " · 1,2 by turns" } else { "" };
    let first = people.first().map_or_else(|| "a name".into(), |name| text::clean(name));
    if may_end {
        let day = dates::day_to_type(app.now.today() + TimeDelta::days(14));
        format!("a name, or {NO_OWNER}{turns} · {first} until {day}")
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
    let short: BTreeSet<String> = people(app).into_iter().filter(begins).collect();
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
    let owner = owner(app, answer).filter(|_| !answer.is_empty())?;
    if roster.is_empty() {
        return doubt_about_beginning(app, &owner);
    }
    if roster.knows(&owner, app.me().map_or("", |me| me)) {
        return None;
    }
    let names = roster.people().iter().map(|it| (&*it.short, it.names().map(|name| &**name)));
    let near = near(&owner, names);
    let meant = if near.is_empty() { String::new() } else { format!(" Did you mean {}?", either(&near)) };
    Some(format!("{owner} is not in the team: enter again assigns it all the same.{meant}"))
}

/// What to ask about `owner`, which where there is no team may be a new name, or the beginning of one there is.
fn doubt_about_beginning(app: &App, owner: &str) -> Option<String> {
    let known = people(app);
    let is_me = app.me().is_some_and(|me| is_same(me, owner));
    if is_me || known.iter().any(|name| is_same(name, owner)) {
        return None;
    }
    let begins = |name: &&String| name.to_lowercase().starts_with(&owner.to_lowercase());
    let meant: Vec<&str> = known.iter().filter(begins).map(String::as_str).collect();
    let words = || {
        format!(
            "{owner} owns nothing yet: enter again makes it a new owner. Did you mean {}?",
            either(&meant)
        )
    };
    (!meant.is_empty()).then(words)
}
