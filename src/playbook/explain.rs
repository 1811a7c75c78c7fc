//! Why a playbook acts on an account, or does not: how each condition stands, what it waits for, and when it would act.

use chrono::{DateTime, Utc};

use super::reach::{is_all_so, reaches};
use super::rule::{Condition, EvalContext, Playbook, Playbooks, Reaction, Ternary, Trigger};
use super::schedule::{next, unserved};
use crate::state::query::attention::gone_by_file;
use crate::state::{Account, Actor, Board, Cause, HistoryItem, Now, StageId};

/// How a playbook stands to an account at a moment.
#[derive(Clone)]
pub struct Explanation<'a> {
    pub playbook: &'a Playbook,
    /// The board, the account and the moment it is about.
    pub context: EvalContext<'a>,
    pub verdict: Verdict,
    /// The verdict, with what is behind it.
    pub conclusion: Conclusion<'a>,
    /// Every condition, in the playbook's order.
    pub conditions: Vec<ConditionReport<'a>>,
    /// When time alone would next set it off; nothing for one that waits for something to happen, or where that
    /// moment cannot be known.
    pub next: Option<DateTime<Utc>>,
    /// When it last moved this account, and where to.
    pub moved: Option<(DateTime<Utc>, &'a StageId)>,
    /// Whether nothing can come of it from where the account stands, so that a short answer may leave it out.
    pub aside: bool,
}

/// A condition, and how it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConditionReport<'a> {
    pub condition: &'a Condition,
    pub truth: Ternary,
    /// Whether what will set the playbook off decides it: who sends, how large the bill is.
    pub later: bool,
    /// Whether it asks where the account stands.
    pub place: bool,
}

impl<'a> ConditionReport<'a> {
    fn new(condition: &'a Condition, context: &EvalContext<'_>) -> Self {
        let truth = condition.holds(context);
        let later = (truth == Ternary::Unknown && condition.asks_the_signal())
            || (truth == Ternary::No && condition.holds_in_time(context));
        // Where nobody wrote yet, the card stands before the stages to which outreach leads.
        let place = condition.asks_the_place() || (condition.waits_for_time() && !later);
        Self { condition, truth, later, place }
    }

    /// Whether it stands in the way.
    pub fn is_against(&self) -> bool {
        self.truth != Ternary::Yes && !self.later
    }
}

/// What a playbook makes of an account. In the order people want to hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Verdict {
    /// It acts as soon as the clock is looked at.
    Acts,
    /// Everything holds; it waits for what sets it off.
    Waits,
    /// It ran for this occasion.
    Served,
    /// Everything it would do is so already.
    Done,
    /// A condition does not hold, or cannot be known.
    #[strum(serialize = "held_back")]
    Holds,
    /// It is switched off.
    Off,
}

impl Verdict {
    /// Its word in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What an explanation comes to. `instead` is the stage to which another playbook moves the account once the trigger
/// happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Conclusion<'a> {
    Off,
    ActsNow,
    /// Time sets it off at that moment.
    ActsAt(DateTime<Utc>),
    /// Time would set it off, at a moment that cannot be known.
    WaitsForUnknownTime,
    WaitsForTrigger,
    /// The clock leaves the card alone, because of what a file says.
    LeftAlone,
    /// It ran for this occasion. When it comes again, where that is known.
    Served {
        result: ServedResult<'a>,
        again: Option<DateTime<Utc>>,
    },
    /// It moved the account to where it stands.
    Moved {
        to: &'a StageId,
        at: DateTime<Utc>,
        instead: Option<&'a StageId>,
    },
    AlreadySo {
        instead: Option<&'a StageId>,
    },
    /// The condition that stands in the way, before all one about the stage.
    Blocked {
        by: ConditionReport<'a>,
        /// When time would set it off, where nothing but the stage stands in the way. Not after now: it would act now.
        otherwise: Option<DateTime<Utc>>,
        instead: Option<&'a StageId>,
    },
}

/// What became of the occasion for which a playbook ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServedResult<'a> {
    Moved {
        to: &'a StageId,
        at: DateTime<Utc>,
    },
    /// A person took the account back from where the playbook puts it.
    TakenBack {
        by: &'a Actor,
        from: &'a StageId,
        at: DateTime<Utc>,
    },
    /// It moved nothing, or nobody remembers.
    Nothing,
}

/// How `playbook` stands to `account` at `now`.
pub fn explain<'a>(
    board: &'a Board,
    playbooks: &'a Playbooks,
    playbook: &'a Playbook,
    account: &'a Account,
    now: Now,
) -> Explanation<'a> {
    let context = EvalContext { board, account, signal: None, team: &playbooks.team, now };
    let conditions: Vec<_> = playbook.when.iter().map(|each| ConditionReport::new(each, &context)).collect();
    let is_served = playbook.on.due(account, &now).is_some() && unserved(playbook, account, &now).is_none();
    let next = next(playbook, &context);
    let is_left_alone = playbook.on.is_timed() && gone_by_file(board, account, &now).is_some();
    let verdict = if !playbook.is_on(board) {
        Verdict::Off
    } else if is_left_alone {
        Verdict::Holds
    } else if is_served {
        Verdict::Served
    } else if conditions.iter().any(ConditionReport::is_against) {
        Verdict::Holds
    } else if is_all_so(playbook, &context) {
        Verdict::Done
    } else if next.is_some_and(|at| at <= now.at) {
        Verdict::Acts
    } else {
        Verdict::Waits
    };
    let moved = account.history.iter().rev().find(|item| is_by(&item.cause, playbook));
    let moved = moved.and_then(|item| Some((item.at, item.to.as_ref()?)));
    let case = Case { playbooks, playbook, context, verdict, conditions: &conditions, next };
    let (mut conclusion, aside) = (case.conclusion(), case.is_aside());
    if is_left_alone && verdict == Verdict::Holds {
        conclusion = Conclusion::LeftAlone;
    }
    Explanation { playbook, context, verdict, conclusion, conditions, next, moved, aside }
}

/// What a conclusion follows from.
struct Case<'a, 'c> {
    playbooks: &'a Playbooks,
    playbook: &'a Playbook,
    context: EvalContext<'a>,
    verdict: Verdict,
    conditions: &'c [ConditionReport<'a>],
    next: Option<DateTime<Utc>>,
}

impl<'a> Case<'a, '_> {
    fn conclusion(&self) -> Conclusion<'a> {
        match self.verdict {
            Verdict::Off => Conclusion::Off,
            Verdict::Acts => Conclusion::ActsNow,
            Verdict::Waits => match self.next {
                Some(at) => Conclusion::ActsAt(at),
                None if self.playbook.on.is_timed() => Conclusion::WaitsForUnknownTime,
                None => Conclusion::WaitsForTrigger,
            },
            Verdict::Served => Conclusion::Served {
                result: self.served(),
                again: self.next.filter(|at| *at > self.context.now.at),
            },
            Verdict::Done | Verdict::Holds => {
                let instead = self.instead();
                if let Some(HistoryItem { at, to: Some(to), .. }) = self.brought() {
                    return Conclusion::Moved { to, at: *at, instead };
                }
                match self.obstacle().filter(|_| !is_all_so(self.playbook, &self.context)) {
                    Some(by) => {
                        let otherwise = self.next.filter(|_| self.only_the_place());
                        Conclusion::Blocked { by, otherwise, instead }
                    }
                    None => Conclusion::AlreadySo { instead },
                }
            }
        }
    }

    /// Whether a short answer may leave it out: from where the account stands, nothing can come of it.
    fn is_aside(&self) -> bool {
        let closes = self.playbook.then.iter().all(|action| matches!(action, Reaction::Close(_)));
        let stage = self.context.board.stage_of(self.context.account);
        let is_open = stage.is_some_and(|stage| !stage.is_closed());
        let stands_against = self.obstacles().any(|report| report.place);
        match self.verdict {
            Verdict::Acts | Verdict::Waits | Verdict::Off => false,
            Verdict::Served => stands_against && !is_open,
            Verdict::Done => closes,
            Verdict::Holds if self.brought().is_some() => false,
            Verdict::Holds if is_all_so(self.playbook, &self.context) => true,
            Verdict::Holds => {
                let is_dated = is_open && self.next.is_some() && self.only_the_place();
                (stands_against && !is_dated) || self.instead().is_some()
            }
        }
    }

    /// The move by which the playbook put the account where it stands.
    fn brought(&self) -> Option<&'a HistoryItem> {
        self.context.account.history.last().filter(|item| is_by(&item.cause, self.playbook))
    }

    /// What stands in the way, before all where the account stands.
    fn obstacle(&self) -> Option<ConditionReport<'a>> {
        self.obstacles().find(|report| report.place).or_else(|| self.obstacles().next()).copied()
    }

    fn obstacles(&self) -> impl Iterator<Item = &ConditionReport<'a>> {
        self.conditions.iter().filter(|report| report.is_against())
    }

    /// Whether nothing but the place of the account stands in the way.
    fn only_the_place(&self) -> bool {
        self.obstacles().all(|report| report.place)
    }

    /// Where the account goes instead, once what sets off the playbook happens: another playbook waits for the same.
    fn instead(&self) -> Option<&'a StageId> {
        let EvalContext { board, account, now, .. } = self.context;
        let Trigger::Signal(kinds) = &self.playbook.on else { return None };
        let moves = |playbook: &'a Playbook| playbook.then.iter().find_map(Reaction::stage);
        moves(self.playbook)?;
        let mut others = self.playbooks.all.iter().filter(|other| {
            other.id != self.playbook.id
                && matches!(&other.on, Trigger::Signal(others) if others.iter().any(|kind| kinds.contains(kind)))
                && other.is_on(board)
                && reaches(board, self.playbooks, other, account, now)
        });
        others.find_map(moves)
    }

    /// What became of the occasion it is served for.
    fn served(&self) -> ServedResult<'a> {
        let EvalContext { board, account, now, .. } = self.context;
        let Playbook { on, then, .. } = self.playbook;
        // What it did for an earlier renewal is not what it did for this one.
        let occasion = on.due(account, &now);
        let of_this = |item: &HistoryItem| on.due(account, &Now { at: item.at, ..now }) == occasion;
        let position = |stage: &StageId| board.pipeline().position(stage);
        let is_back = |item: &HistoryItem| {
            let from_there =
                then.iter().any(|each| each.stage().is_some() && each.stage() == item.from.as_ref());
            let goes_back = item.to.as_ref().and_then(position) < item.from.as_ref().and_then(position);
            matches!(item.by, Actor::Person(_)) && from_there && goes_back && of_this(item)
        };
        let history = &account.history;
        let did = history.iter().rposition(|item| is_by(&item.cause, self.playbook) && of_this(item));
        let back = history.iter().rposition(is_back).filter(|back| did.is_none_or(|did| did < *back));
        match (back.map(|back| &history[back]), did.map(|did| &history[did])) {
            (Some(HistoryItem { by, at, from: Some(from), .. }), _) => {
                ServedResult::TakenBack { by, from, at: *at }
            }
            (_, Some(HistoryItem { at, to: Some(to), .. })) => ServedResult::Moved { to, at: *at },
            _ => ServedResult::Nothing,
        }
    }
}

/// Whether `playbook` is the `cause`.
fn is_by(cause: &Cause, playbook: &Playbook) -> bool {
    matches!(cause, Cause::Playbook(id) if *id == playbook.id.0)
}
