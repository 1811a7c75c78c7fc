//! What a playbook makes of an account in one sentence, as a colleague would answer.

use super::condition::{Condition, EvalContext};
use super::explain::{ConditionReport, Explanation, Verdict, is_so, reaches};
use super::rule::{Playbook, Playbooks, Reaction, Trigger};
use super::schedule::{due, is_timed};
use super::words;
use crate::state::values::pipeline::Phase;
use crate::state::{Actor, AlertKind, Cause, HistoryItem, Now, Position, StageId};

/// What `told` comes to, in one sentence without a full stop: `will move it to 3a when they reply`. Of what stands in
/// the way, only the first is said: where the account stands, if that is a part of it.
pub(super) fn sentence(told: &Explanation<'_>, scene: &EvalContext<'_>, playbooks: &Playbooks) -> String {
    let does = told.actions.join(" and ");
    let trigger = &told.trigger;
    let day = |at| scene.now.day_in_words(scene.now.date(at));
    match told.verdict {
        Verdict::Off => format!("is switched off; else it would {does} when {trigger}"),
        Verdict::Served => served(told, scene),
        Verdict::Acts => format!("will {does} now: {trigger}"),
        Verdict::Waits => match told.next {
            Some(at) => format!("will {does} on {}, when {trigger}", day(at)),
            None if matches!(told.playbook.on, Trigger::DaysBeforeRenewal(_)) => {
                format!("would {does} when {trigger}, but nobody told us the next renewal")
            }
            None if is_timed(&told.playbook.on) => {
                format!("would {does} when {trigger}, but nobody can tell when that is")
            }
            None => format!("will {does} when {}", awaited(told, scene)),
        },
        Verdict::Done | Verdict::Holds => {
            let instead = instead(told, scene, playbooks);
            let instead = instead.map_or_else(String::new, |to| format!("; when {trigger}, it goes to {to}"));
            if let Some(item) = brought(told.playbook, scene)
                && let Some(to) = &item.to
            {
                return format!("moved it to {to} on {}{instead}", day(item.at));
            }
            if is_all_so(told.playbook, scene) {
                return format!("{}{instead}", already(told.playbook, scene));
            }
            let against = obstacle(told).map_or("", |said| said.words.as_str());
            let later = match told.next.filter(|_| only_the_place(told)) {
                Some(at) if at <= scene.now.at => "; else it would now".to_owned(),
                Some(at) => format!("; else it would on {}", day(at)),
                None => String::new(),
            };
            let does: Vec<String> = told.playbook.then.iter().map(words::deed).collect();
            format!("will not {}: {against}{later}{instead}", does.join(" and "))
        }
    }
}

/// Whether a short answer may leave `told` out: from where the account stands, nothing can come of it.
pub(super) fn is_aside(told: &Explanation<'_>, scene: &EvalContext<'_>, playbooks: &Playbooks) -> bool {
    let closes = told.playbook.then.iter().all(|action| matches!(action, Reaction::Close(_)));
    let standing = scene.board.position_of(scene.account);
    let is_open = matches!(standing, Position::InStage(_, stage) if stage.phase != Phase::Closed);
    let stands_against = obstacles(told).any(|said| said.place);
    match told.verdict {
        Verdict::Acts | Verdict::Waits | Verdict::Off => false,
        Verdict::Served => stands_against && !is_open,
        Verdict::Done => closes,
        Verdict::Holds if brought(told.playbook, scene).is_some() => false,
        Verdict::Holds if is_all_so(told.playbook, scene) => true,
        Verdict::Holds => {
            let is_dated = is_open && told.next.is_some() && only_the_place(told);
            (stands_against && !is_dated) || instead(told, scene, playbooks).is_some()
        }
    }
}

/// Whether all that `playbook` would bring about is so.
pub(super) fn is_all_so(playbook: &Playbook, scene: &EvalContext<'_>) -> bool {
    playbook.then.iter().all(|action| match action {
        Reaction::Close(kind) => !has_alert(*kind, scene),
        other => is_so(other, playbook, scene.account),
    })
}

/// Whether there is an alert of `kind` to close.
fn has_alert(kind: AlertKind, scene: &EvalContext<'_>) -> bool {
    scene.board.alerts_of(&scene.account.id).any(|alert| alert.kind == kind && !alert.is_closed())
}

/// The move by which `playbook` put the account where it stands.
fn brought<'a>(playbook: &Playbook, scene: &EvalContext<'a>) -> Option<&'a HistoryItem> {
    scene.account.history.last().filter(|item| is_by(&item.cause, playbook))
}

/// Whether `playbook` is the `cause`.
pub(super) fn is_by(cause: &Cause, playbook: &Playbook) -> bool {
    matches!(cause, Cause::Playbook(id) if *id == playbook.id.0)
}

/// What stands in the way, before all where the account stands.
fn obstacle<'a>(told: &'a Explanation<'_>) -> Option<&'a ConditionReport> {
    obstacles(told).find(|said| said.place).or_else(|| obstacles(told).next())
}

fn obstacles<'a>(told: &'a Explanation<'_>) -> impl Iterator<Item = &'a ConditionReport> {
    told.conditions.iter().filter(|said| said.is_against())
}

/// Whether nothing but the place of the account stands in the way.
fn only_the_place(told: &Explanation<'_>) -> bool {
    obstacles(told).all(|said| said.place)
}

/// What sets it off, with what the signal must be like: `dan or magda writes to them`.
fn awaited(told: &Explanation<'_>, scene: &EvalContext<'_>) -> String {
    let specialists = &scene.team.specialists;
    let mut trigger = told.trigger.clone();
    let mut besides = String::new();
    for (condition, said) in told.playbook.when.iter().zip(&told.conditions).filter(|(_, said)| said.later) {
        match (condition, trigger.strip_prefix("somebody ")) {
            (Condition::BySpecialist(true), _) if specialists.is_empty() => {}
            (Condition::BySpecialist(true), Some(does)) if !does.contains(" or ") => {
                trigger = format!("{} {does}", words::either(specialists, "or"));
            }
            _ => besides = format!("{besides}; {}", said.words),
        }
    }
    trigger + &besides
}

/// Where the account goes instead, once what sets off `told` happens: another playbook waits for the same.
fn instead(told: &Explanation<'_>, scene: &EvalContext<'_>, playbooks: &Playbooks) -> Option<StageId> {
    let Trigger::Signal(kinds) = &told.playbook.on else { return None };
    let moves = |playbook: &Playbook| playbook.then.iter().find_map(Reaction::stage).cloned();
    moves(told.playbook)?;
    let mut others = playbooks.all.iter().filter(|other| {
        other.id != told.playbook.id
            && matches!(&other.on, Trigger::Signal(others) if others.iter().any(|kind| kinds.contains(kind)))
            && other.is_on(scene.board)
            && reaches(scene.board, playbooks, other, scene.account, scene.now)
    });
    others.find_map(moves)
}

/// What is so already: `it is in 1 and in Onboarding Lead already`.
fn already(playbook: &Playbook, scene: &EvalContext<'_>) -> String {
    let said = playbook.then.iter().map(|action| match action {
        Reaction::Move(to) | Reaction::MoveBecause(to, _) => format!("it is in {to} already"),
        Reaction::Join(segment) => format!("it is in {segment} already"),
        Reaction::Leave(segment) => format!("it is not in {segment}"),
        Reaction::Stamp(stamp) => scene.account.stamps.get(stamp).map_or_else(
            || format!("it entered {stamp}"),
            |at| format!("it entered {stamp} on {}", scene.now.day_in_words(scene.now.date(*at))),
        ),
        Reaction::Task(new) => format!("the task “{}” is set already", new.title),
        Reaction::Assign(_) => {
            format!("{} looks after it already", scene.account.owner().unwrap_or("somebody"))
        }
        Reaction::Raise(kind) => format!("the alert “{}” is open already", kind.title()),
        Reaction::Close(AlertKind::Playbook) => {
            "nothing to close: no alert about a playbook is open".to_owned()
        }
        Reaction::Close(kind) => format!("nothing to close: no {} is open", kind.title().to_lowercase()),
    });
    said.collect::<Vec<_>>().join(", and ")
}

/// What it did for the occasion it is served for, who took that back, and when it comes again.
fn served(told: &Explanation<'_>, scene: &EvalContext<'_>) -> String {
    let EvalContext { account, now, .. } = *scene;
    let day = |at| now.day_in_words(now.date(at));
    let renewal = account.next_renewal(now.today());
    let occasion = match (&told.playbook.on, renewal) {
        (Trigger::DaysBeforeRenewal(_), Some(renewal)) => {
            format!("for the renewal on {}", now.day_in_words(renewal))
        }
        (Trigger::DaysInStage(_), _) => "for this stay in its stage".to_owned(),
        (Trigger::DaysSinceTouch(_), _) => "for this silence".to_owned(),
        (Trigger::Clock(..), _) => "for today".to_owned(),
        _ => format!("for this time ({})", told.trigger),
    };
    let again =
        told.next.filter(|at| *at > now.at).map_or_else(String::new, |at| format!("; next on {}", day(at)));
    let history = &account.history;
    // What it did for an earlier renewal is not what it did for this one.
    let on = &told.playbook.on;
    let of_this =
        |item: &HistoryItem| due(on, account, &Now { at: item.at, ..now }) == due(on, account, &now);
    let did = history.iter().rposition(|item| is_by(&item.cause, told.playbook) && of_this(item));
    let position = |stage: &StageId| scene.board.pipeline().position(stage);
    let is_back = |item: &HistoryItem| {
        let from_there = told
            .playbook
            .then
            .iter()
            .any(|then| then.stage().is_some() && then.stage() == item.from.as_ref());
        let goes_back = item.to.as_ref().and_then(position) < item.from.as_ref().and_then(position);
        matches!(item.by, Actor::Person(_)) && from_there && goes_back && of_this(item)
    };
    let back = history.iter().rposition(is_back).filter(|back| did.is_none_or(|did| did < *back));
    match (back.map(|back| &history[back]), did.map(|did| &history[did])) {
        (Some(HistoryItem { by, at, from: Some(from), .. }), _) => {
            format!("{by} took it back from {from} on {}: not again {occasion}{again}", day(*at))
        }
        (_, Some(HistoryItem { at, to: Some(to), .. })) => {
            format!("moved it to {to} on {}, {occasion}{again}", day(*at))
        }
        _ => format!("will not act again {occasion}{again}"),
    }
}
