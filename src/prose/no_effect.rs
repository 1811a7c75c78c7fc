//! Why something that was asked for changed nothing.

use super::dates;
use super::{conditions, lists, signals};
use crate::playbook::late_signals::Decided;
use crate::playbook::no_effect::{MissingEffect, NoEffect, Obstacle};
use crate::playbook::schedule::StoppedPlaybook;
use crate::playbook::{Condition, EvalContext};
use crate::state::{Actor, Cause, Now, StageId};

/// Of a change that the disk did not confirm, and that was asked for again.
pub const KEPT_BEFORE: &str = "the change was kept the first time; nothing was done twice";

/// `it stays in 1, because dana is not among the specialists in config.toml`.
pub fn text(no_effect: &NoEffect<'_>) -> String {
    let NoEffect { context, missing, obstacle } = no_effect;
    let why = obstacle_text(obstacle, missing, context);
    match missing {
        MissingEffect::Move { place } => format!("it stays in {place}, because {why}"),
        MissingEffect::Alert => format!("no alert is raised, because {why}"),
    }
}

/// `it is not moved to 5 again before the renewal on Mon 20 Jan`.
pub fn stopped_text(stopped: &StoppedPlaybook<'_>, now: &Now) -> String {
    format!(
        "it is not moved to {} again before the renewal on {}",
        stopped.to,
        dates::day(now, stopped.renewal)
    )
}

fn obstacle_text(obstacle: &Obstacle<'_>, missing: &MissingEffect<'_>, context: &EvalContext<'_>) -> String {
    let place = match missing {
        MissingEffect::Move { place } => Some(*place),
        MissingEffect::Alert => None,
    };
    match obstacle {
        Obstacle::Late(decided) => decided_text(*decided, place, &context.now),
        Obstacle::Conditions { unmet, switched_off } => {
            let unmet = unmet.iter().map(|condition| objection(condition, context));
            let off = switched_off.map(|id| format!("the playbook {id} is switched off"));
            unmet.chain(off).collect::<Vec<_>>().join(" and ")
        }
    }
}

/// `condition`, which does not hold, as what stands in the way.
fn objection(condition: &Condition, context: &EvalContext<'_>) -> String {
    match condition {
        Condition::Stage(stages) => {
            format!("this signal moves a card only from {}", lists::either(stages, "or"))
        }
        Condition::Automatic(false) => "an automatic reply does not count".to_owned(),
        other => conditions::text(other, context),
    }
}

/// What was decided since the signal happened, about a card that is in `place`.
fn decided_text(decided: Decided<'_>, place: Option<&str>, now: &Now) -> String {
    match decided {
        Decided::Further => "the card is further along by now".to_owned(),
        Decided::Placed(item) => {
            let who = if item.cause == Cause::Import {
                "an import".to_owned()
            } else if item.by == Actor::Clock {
                "the clock".to_owned()
            } else {
                item.by.to_string()
            };
            let to = item.to.as_ref().map(StageId::as_str).filter(|to| Some(*to) != place);
            let there = to.map_or_else(|| "there".to_owned(), |to| format!("to {to}"));
            let at = dates::moment(now, item.at);
            format!("{who} moved it {there} on {at}, after this happened")
        }
        Decided::Ended(later) => {
            let at = dates::moment(now, later.at);
            format!("“{}” on {at} came after this", signals::title(&later.data))
        }
    }
}
