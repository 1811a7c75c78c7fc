//! What a playbook makes of an account, as a colleague would answer.

use super::dates;
use chrono::{DateTime, Utc};

use super::{conditions, lists, playbooks, reasons, signals};
use crate::playbook::explain::{Conclusion, ConditionReport, Explanation, ServedResult};
use crate::playbook::{Condition, EvalContext, Trigger, Verdict};
use crate::state::StageId;
use crate::state::query::attention::gone_by_file;

/// What it comes to, in one sentence: `Will move it to 3a when they reply`. Of what stands in the way, only the first is
/// said: where the account stands, if that is a part of it.
pub fn text(explanation: &Explanation<'_>) -> String {
    lists::sentence_case(&sentence(explanation))
}

/// The same for a list that says the verdict before it: what it waits for, or what stands in its way, comes first.
pub fn reason_first(explanation: &Explanation<'_>) -> String {
    let Explanation { playbook, context, conclusion, .. } = explanation;
    match conclusion {
        Conclusion::WaitsForTrigger => {
            let does: Vec<String> = playbook.then.iter().map(playbooks::action_in_short).collect();
            lists::sentence_case(&format!("until {}; then {}", awaited(explanation), does.join(" and ")))
        }
        Conclusion::Blocked { by, .. } => {
            let against = conditions::text(by.condition, context);
            match sentence(explanation).split_once(&against) {
                Some((_, rest)) => lists::sentence_case(&format!("{against}{rest}")),
                None => lists::sentence_case(&against),
            }
        }
        Conclusion::Off
        | Conclusion::Served { .. }
        | Conclusion::ActsNow
        | Conclusion::ActsAt(_)
        | Conclusion::WaitsForUnknownTime
        | Conclusion::LeftAlone
        | Conclusion::Moved { .. }
        | Conclusion::AlreadySo { .. } => text(explanation),
    }
}

/// What set it off, in brackets: ` (payment failed: Sat 14 Dec, 09:00, from stripe)`.
fn because(explanation: &Explanation<'_>, until: DateTime<Utc>) -> String {
    heard(explanation, until).map_or_else(String::new, |heard| format!(" ({heard})"))
}

/// What was heard last, until then, of all that sets it off, when and from whom: `payment failed: Sat 14 Dec, 09:00, from
/// stripe`, or `plan: Sat 14 Dec, 09:00, from import accounts.csv`. Nothing where somebody recorded that by hand.
fn heard(explanation: &Explanation<'_>, until: DateTime<Utc>) -> Option<String> {
    let Explanation { playbook, context, .. } = explanation;
    let (what, at, source) = match &playbook.on {
        Trigger::Signal(kinds) => {
            let mut latest = context.account.signals.iter().rev();
            let latest = latest.find(|signal| kinds.contains(&signal.data.kind()) && signal.at <= until);
            let signal = latest.filter(|signal| !signal.is_by_key())?;
            (lists::lower_case(signals::title(&signal.data)), signal.at, &signal.source)
        }
        Trigger::FactsChanged => {
            let parts = explanation.conditions.iter().flat_map(|report| report.condition.parts());
            let known = parts.filter_map(Condition::fact).filter_map(|key| {
                let fact = context.account.facts.get(key).filter(|fact| fact.at <= until)?;
                Some((key, fact))
            });
            let latest = known.reduce(|first, other| if other.1.at > first.1.at { other } else { first });
            let (key, fact) = latest?;
            (lists::lower_case(&key.title()), fact.at, fact.source)
        }
        Trigger::StageEntered(_)
        | Trigger::DaysBeforeRenewal(_)
        | Trigger::DaysInStage(_)
        | Trigger::DaysSinceTouch(_)
        | Trigger::Clock(..) => return None,
    };
    Some(format!("{what}: {}, from {source}", dates::moment(&context.now, at)))
}

fn sentence(explanation: &Explanation<'_>) -> String {
    let Explanation { playbook, context, conclusion, .. } = explanation;
    let actions: Vec<String> = playbook.then.iter().map(playbooks::action).collect();
    let does = actions.join(" and ");
    let trigger = playbooks::trigger(&playbook.on);
    let instead =
        |to: Option<&StageId>| to.map_or_else(String::new, |to| format!("; when {trigger}, it goes to {to}"));
    match *conclusion {
        Conclusion::Off => format!("switched off; otherwise it would {does} when {trigger}"),
        Conclusion::Served { result, again } => served(explanation, result, again),
        Conclusion::ActsNow => format!("will {does} now: {trigger}"),
        Conclusion::ActsAt(at) => {
            let later = conditions(explanation).filter(|(report, _)| report.later);
            let later = later.fold(String::new(), |later, (_, said)| later + "; " + &said);
            format!("will {does} on {}, when {trigger}{later}", day(at, context))
        }
        Conclusion::WaitsForUnknownTime if matches!(playbook.on, Trigger::DaysBeforeRenewal(_)) => {
            format!("would {does} when {trigger}, but the next renewal is unknown")
        }
        Conclusion::WaitsForUnknownTime => {
            format!("would {does} when {trigger}, but nobody knows when that is")
        }
        Conclusion::WaitsForTrigger => {
            let last =
                heard(explanation, context.now.at).map_or_else(String::new, |last| format!("; last {last}"));
            format!("will {does} when {}{last}", awaited(explanation))
        }
        Conclusion::LeftAlone => {
            let reason = gone_by_file(context.board, context.account, &context.now);
            let why = reason.map_or_else(String::new, |reason| reasons::text(&reason, &context.now));
            format!("will not {does}: {}", lists::lower_case(why.trim_end_matches('?')))
        }
        Conclusion::Moved { to, at, instead: next } => {
            let (day, because) = (day(at, context), because(explanation, at));
            format!("moved it to {to} on {day}{because}{}", instead(next))
        }
        Conclusion::AlreadySo { instead: next } => {
            let so =
                playbook.then.iter().map(|action| playbooks::already(action, context.account, &context.now));
            let so = so.collect::<Vec<_>>().join(", and ");
            format!("{so}{}{}", because(explanation, context.now.at), instead(next))
        }
        Conclusion::Blocked { by, otherwise, instead: next } => {
            let later = match otherwise {
                Some(at) if at <= context.now.at => "; otherwise it would now".to_owned(),
                Some(at) => format!("; otherwise it would on {}", day(at, context)),
                None => String::new(),
            };
            let does: Vec<String> = playbook.then.iter().map(playbooks::action_in_short).collect();
            let against = conditions::text(by.condition, context);
            format!("will not {}: {against}{later}{}", does.join(" and "), instead(next))
        }
    }
}

/// A verdict as a label.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Acts => "Acts now",
        Verdict::Waits => "Waits",
        Verdict::Served => "Ran",
        Verdict::Done => "No need",
        Verdict::Holds => "Not met",
        Verdict::Off => "Off",
    }
}

/// How each condition stands.
pub fn conditions<'a>(
    explanation: &'a Explanation<'_>,
) -> impl Iterator<Item = (&'a ConditionReport<'a>, String)> {
    let text = |report: &ConditionReport<'_>| conditions::text(report.condition, &explanation.context);
    explanation.conditions.iter().map(move |report| (report, text(report)))
}

/// What the sentence leaves out: what it did for the account, and when the clock next sets it off.
pub fn besides(explanation: &Explanation<'_>) -> Vec<String> {
    let Explanation { context, conclusion, moved, next, .. } = explanation;
    let (told_move, told_next) = match *conclusion {
        Conclusion::Moved { at, .. } => (Some(at), None),
        Conclusion::Served { result: ServedResult::Moved { at, .. }, again } => (Some(at), again),
        Conclusion::Served { again, .. } => (None, again),
        Conclusion::ActsAt(at) => (None, Some(at)),
        Conclusion::Blocked { otherwise, .. } => (None, otherwise),
        Conclusion::Off
        | Conclusion::ActsNow
        | Conclusion::WaitsForUnknownTime
        | Conclusion::WaitsForTrigger
        | Conclusion::LeftAlone
        | Conclusion::AlreadySo { .. } => (None, None),
    };
    let moved = moved.filter(|(at, _)| told_move != Some(*at));
    let moved = moved.map(|(at, to)| format!("Moved it to {to} on {}", day(at, context)));
    let next = next.filter(|at| *at > context.now.at && told_next != Some(*at));
    let next = next.map(|at| format!("Next run on {}", day(at, context)));
    moved.into_iter().chain(next).collect()
}

fn day(at: DateTime<Utc>, context: &EvalContext<'_>) -> String {
    dates::day(&context.now, context.now.date(at))
}

/// What sets it off, with what the signal must be like: `dan or magda sends outreach`.
fn awaited(explanation: &Explanation<'_>) -> String {
    let Explanation { playbook, context, .. } = explanation;
    let specialists = &context.team.specialists;
    let mut trigger = playbooks::trigger(&playbook.on);
    let mut besides = String::new();
    for (report, said) in conditions(explanation).filter(|(report, _)| report.later) {
        let by_specialist = matches!(report.condition, Condition::BySpecialist(true));
        if by_specialist && specialists.is_empty() {
            continue;
        }
        let done = by_specialist.then(|| done_by(&playbook.on, &lists::either(specialists, "or")));
        match done.flatten() {
            Some(done) => trigger = done,
            None => besides = format!("{besides}; {said}"),
        }
    }
    trigger + &besides
}

/// The one signal that `trigger` waits for, done by `who`, where it is said who does it.
fn done_by(trigger: &Trigger, who: &str) -> Option<String> {
    let Trigger::Signal(kinds) = trigger else { return None };
    let [kind] = kinds[..] else { return None };
    playbooks::happening_by(kind, who)
}

/// What it did for the occasion it is served for, who took that back, and when it comes again.
fn served(explanation: &Explanation<'_>, result: ServedResult<'_>, again: Option<DateTime<Utc>>) -> String {
    let Explanation { playbook, context, .. } = explanation;
    let occasion = playbooks::served_for(&playbook.on, context);
    let again = again.map_or_else(String::new, |at| format!("; next run on {}", day(at, context)));
    match result {
        ServedResult::TakenBack { by, from, at } => {
            format!(
                "moved back from {from} by {by} on {}; will not act again {occasion}{again}",
                day(at, context)
            )
        }
        ServedResult::Moved { to, at } => {
            let (day, because) = (day(at, context), because(explanation, at));
            format!("moved it to {to} on {day}{because}, {occasion}{again}")
        }
        ServedResult::Nothing => format!("will not act again {occasion}{again}"),
    }
}
