//! Which playbooks acted, and what made them, in words.

use chrono::DateTime;

use crate::state::signal::{Kind, Signal};
use crate::state::words::happened;
use crate::state::{AccountId, Entry, Event, Now};

/// How many playbooks, each with its cause, are named before a number says how many more there are.
const NAMED: usize = 8;

/// The playbooks that did something in `entry`, each with what made it: `(playbook contacted: outreach sent)`. Empty
/// where none did.
pub(super) fn playbooks(entry: &Entry, now: &Now) -> String {
    let mut accounts = entry.events.iter().filter_map(Event::account);
    let first = accounts.next();
    // Of several accounts, how often is told, and not when each time.
    let several = accounts.any(|account| Some(account) != first);
    let mut acted: Vec<(String, usize)> = Vec::new();
    for (_, playbook, occasion) in firings(entry) {
        let cause =
            signal(occasion, entry).filter(|_| several).map(|signal| happened(&signal.what).to_owned());
        let named = format!("{playbook}: {}", cause.unwrap_or_else(|| because(occasion, entry, now)));
        match acted.iter_mut().find(|(known, _)| *known == named) {
            Some((_, times)) => *times += 1,
            None => acted.push((named, 1)),
        }
    }
    let times = |times: usize| if times == 1 { String::new() } else { format!(" ×{times}") };
    let mut named: Vec<String> =
        acted.iter().take(NAMED).map(|(named, count)| format!("{named}{}", times(*count))).collect();
    if acted.len() > NAMED {
        named.push(format!("and {} more", acted.len() - NAMED));
    }
    match &named[..] {
        [] => String::new(),
        [one] => format!(" (playbook {one})"),
        several => format!(" (playbooks {})", several.join("; ")),
    }
}

/// What made `playbook` act on `account` in `entry`; nothing where it did not.
pub(super) fn of(account: &AccountId, playbook: &str, entry: &Entry, now: &Now) -> Option<String> {
    let (.., occasion) = firings(entry).find(|(whose, acted, _)| *whose == account && *acted == playbook)?;
    Some(because(occasion, entry, now))
}

/// Every playbook that did something in `entry`: for whom, its id, and for which occasion.
fn firings(entry: &Entry) -> impl Iterator<Item = (&AccountId, &str, &str)> {
    let events = &entry.events;
    events.iter().enumerate().filter_map(|(place, event)| match event {
        Event::Fired { account, playbook, occasion, .. } => {
            // What it did follows its mark. One that goes by time is marked also where there was nothing to do.
            let did = events.get(place + 1).is_some_and(|next| {
                next.account() == Some(account)
                    && !matches!(next, Event::Fired { .. } | Event::Recorded { .. })
            });
            did.then_some((account, &**playbook, &**occasion))
        }
        _ => None,
    })
}

/// What an occasion of `entry` was, in words: `replied`, `renewal on 2024-12-22`.
pub(super) fn because(occasion: &str, entry: &Entry, now: &Now) -> String {
    let since = |millis: &str| {
        let at = millis.parse().ok().and_then(DateTime::from_timestamp_millis);
        at.map_or_else(|| millis.to_owned(), |at| now.moment_in_figures(at))
    };
    match occasion.split_once(':') {
        Some(("renewal", day)) => return format!("renewal on {day}"),
        Some(("stay", stay)) => {
            let (stage, start) = stay.rsplit_once(':').unwrap_or((stay, ""));
            return format!("in {stage} since {}", since(start));
        }
        Some(("silence", start)) => return format!("no contact since {}", since(start)),
        Some(("day", day)) => return format!("it is {day}"),
        Some(_) | None => {}
    }
    if occasion == "facts changed" {
        return "new facts".to_owned();
    }
    let Some(signal) = signal(occasion, entry) else { return occasion.to_owned() };
    let happened = happened(&signal.what);
    // What is told late is told with its time.
    if now.date(signal.at) == now.date(entry.at) {
        return happened.to_owned();
    }
    format!("{happened} on {}", now.moment_in_figures(signal.at))
}

/// The signal of `entry` that is the occasion, if one is.
fn signal<'a>(occasion: &str, entry: &'a Entry) -> Option<&'a Signal> {
    let (word, id) = occasion.split_once(' ')?;
    Kind::parse(word)?;
    entry.events.iter().find_map(|event| match event {
        Event::Recorded { signal, .. } if signal.id.as_str() == id => Some(signal),
        _ => None,
    })
}
