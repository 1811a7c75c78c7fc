//! What an event makes of its account.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::account::{Account, HistoryItem};
use super::super::event::{Entry, Event};
use super::super::fact::Fact;

/// Folds `event` of `entry` into its account.
pub(super) fn change(account: &mut Account, event: &Event, entry: &Entry) {
    match event {
        Event::Added { .. }
        | Event::Removed { .. }
        | Event::Alerted { .. }
        | Event::Unmatched { .. }
        | Event::Switched { .. }
        | Event::Fired { once: false, .. }
        | Event::Unfired { once: false, .. } => {}
        Event::Learned { source, at, facts, .. } => {
            let known = Arc::make_mut(&mut account.facts);
            for (key, value) in facts {
                let fact = Fact { value: value.clone(), source: source.clone(), at: at.unwrap_or(entry.at) };
                known.insert(key.clone(), fact);
            }
        }
        Event::Restored { to, .. } => {
            let known = Arc::make_mut(&mut account.facts);
            for (key, fact) in to {
                match fact {
                    Some(fact) => known.insert(key.clone(), fact.clone()),
                    None => known.remove(key),
                }
            }
        }
        Event::Moved { from, to, cause, reason, .. } => {
            account.place.clone_from(to);
            account.history.push(HistoryItem {
                seq: entry.seq,
                at: entry.at,
                by: entry.by.clone(),
                from: from.as_ref().map(|place| place.stage.clone()),
                to: to.as_ref().map(|place| place.stage.clone()),
                cause: cause.clone(),
                reason: reason.clone(),
            });
        }
        Event::Stamped { stamp, at, .. } => {
            account.stamps.entry(stamp.clone()).or_insert(*at);
        }
        Event::Unstamped { stamp, .. } => {
            account.stamps.remove(stamp);
        }
        Event::Engaged { to, .. } => account.engaged = *to,
        Event::Joined { segment, .. } => {
            account.segments.insert(segment.clone());
        }
        Event::Left { segment, .. } => {
            account.segments.remove(segment);
        }
        Event::Owned { to, .. } => account.owner.clone_from(to),
        Event::Assessed { to, .. } => account.risk = to.clone(),
        Event::Noted { note, .. } => {
            // A note that comes back stands where it stood, before later ones.
            let place = account.notes.partition_point(|known| known.at <= note.at);
            account.notes.insert(place, note.clone());
        }
        Event::Struck { note, .. } => {
            if let Some(position) = account.notes.iter().rposition(|known| known == note) {
                account.notes.remove(position);
            }
        }
        Event::Seen { to, .. } => account.seen = *to,
        Event::Recorded { signal, .. } => {
            // A late signal stands where it belongs in time.
            let signals = Arc::make_mut(&mut account.signals);
            let place = signals.partition_point(|known| known.at <= signal.at);
            signals.insert(place, signal.clone());
        }
        Event::Unrecorded { signal, .. } => {
            Arc::make_mut(&mut account.signals).retain(|known| known.id != signal.id);
        }
        Event::Called { call, to, .. } => set(&mut account.calls, call, to.as_ref()),
        Event::Tasked { task, to, .. } => set(&mut account.tasks, task, to.as_ref()),
        Event::Snoozed { to, .. } => account.snooze.clone_from(to),
        Event::Fired { playbook, occasion, .. } => {
            account.fired.insert((playbook.clone(), occasion.clone()));
        }
        Event::Unfired { playbook, occasion, .. } => {
            account.fired.remove(&(playbook.clone(), occasion.clone()));
        }
    }
}

fn set<V: Clone>(map: &mut BTreeMap<Arc<str>, V>, key: &Arc<str>, value: Option<&V>) {
    match value {
        Some(value) => map.insert(key.clone(), value.clone()),
        None => map.remove(key),
    };
}
