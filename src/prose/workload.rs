//! Who looks after how many accounts.

use super::lists::plural;
use crate::state::Roster;
use crate::state::query::workload::Workload;

/// `magda 14 · dan 9 · no owner 211`, of no more than so many people: the others are only counted. Nothing where nobody
/// owns anything and there is no team.
pub fn text(workload: &Workload, roster: &Roster, most: usize) -> Option<String> {
    let people = workload.people(roster);
    let names = people.iter().take(most).map(|(name, count)| format!("{} {count}", without_domain(name)));
    let more = people.len().saturating_sub(most);
    let more = (more > 0).then(|| plural(more, "other", "others"));
    let unowned = (workload.unowned() > 0).then(|| format!("no owner {}", workload.unowned()));
    let parts: Vec<String> = names.chain(more).chain(unowned).collect();
    (!people.is_empty()).then(|| parts.join(" · "))
}

/// The domain of an address says nothing here.
pub fn without_domain(name: &str) -> &str {
    name.split('@').next().unwrap_or_default()
}
