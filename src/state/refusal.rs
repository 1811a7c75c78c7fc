//! The board's polite no: one sentence that says why, and what to do instead.

use std::sync::Arc;

use strum::IntoStaticStr;

use super::values::account::{AccountId, RiskLevel};
use super::values::alert::AlertKey;
use super::values::pipeline::StageId;
use super::values::refund::RefundKind;
use super::values::signal::SignalId;
use super::values::task::TaskId;
use crate::state::values::actor::{Actor, Seq};

/// Why a command was not carried out. Nothing changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Refusal {
    #[error("no account `{0}` is known: look it up with `list`, or import it")]
    NoSuchAccount(AccountId),
    /// Nobody by that name, but others by names like it.
    #[error("no account `{name}` is known: did you mean {similar}?")]
    NoSuchName {
        /// As it was written.
        name: Arc<str>,
        /// Who may have been meant.
        similar: String,
    },
    #[error("`{name}` is not a stage: use one of {known}")]
    NoSuchStage {
        /// As it was written.
        name: StageId,
        known: String,
    },
    /// The stage is for customers who never engaged.
    #[error("{name} engaged with us, so {to} does not fit: {better}")]
    Engaged { name: Arc<str>, to: StageId, better: Better },
    /// The stage is for customers who engaged.
    #[error("{name} never engaged with us, so {to} does not fit: {better}")]
    NeverEngaged { name: Arc<str>, to: StageId, better: Better },
    /// The stage lies behind.
    #[error("{name} is in {from}, already past {to}: leave it there, or force the move with a reason")]
    Backwards { name: Arc<str>, from: StageId, to: StageId },
    /// Onboarding is over where the account stands.
    #[error("{name} has finished onboarding ({from}): add a reason to move it to {to}")]
    Closed { name: Arc<str>, from: StageId, to: StageId },
    /// There is no stage in that direction that fits.
    #[error("no stage in that direction fits {name} ({from}): name a stage by its id")]
    NoFurther { name: Arc<str>, from: StageId },
    #[error("a forced move of {name} needs a reason: add one, the history keeps it")]
    ForceNeedsReason { name: Arc<str> },
    /// Nothing of theirs is left to take back.
    #[error("nothing to undo: no change by `{0}` is left to undo")]
    NothingToUndo(Actor),
    /// Nothing of theirs was taken back last.
    #[error("nothing to redo: the last change by `{0}` was not an undo")]
    NothingToRedo(Actor),
    #[error("no change #{0} is known: `log` lists them")]
    NoSuchEntry(Seq),
    #[error("#{0} changed nothing that can be undone")]
    NothingInEntry(Seq),
    #[error("#{seq} is undone already{}", by.map_or_else(String::new, |by| format!(" (by #{by}): `redo {seq}` does it again")))]
    AlreadyUndone { seq: Seq, by: Option<Seq> },
    #[error("#{0} is not undone, so there is nothing to redo")]
    NotUndone(Seq),
    /// Somebody changed the same thing since.
    #[error(
        "{name} has changed since #{seq}{}: change it by hand, so that the later change is kept",
        by_whom(later.as_ref())
    )]
    Overtaken {
        name: Arc<str>,
        /// The entry that should be taken back.
        seq: Seq,
        /// The later one and who made it; nothing when it lies too far back to be at hand.
        later: Option<(Seq, Actor)>,
    },
    /// Whoever hands over says why, also by a plain move.
    #[error("handing {name} off to sales needs a reason: add one to move it to {to}")]
    HandoffNeedsReason { name: Arc<str>, to: StageId },
    /// Only people hand over, and they say why.
    #[error("handing {name} off to sales needs a person and a reason: add both")]
    HandoffNeedsPerson { name: Arc<str> },
    /// A payment risk is set with a reason.
    #[error("a {level} payment risk for {name} needs a reason: add one")]
    RiskNeedsReason { name: Arc<str>, level: RiskLevel },
    #[error("no alert `{0}` is known: `alerts` lists them")]
    NoSuchAlert(AlertKey),
    #[error("{name} has no task `{task}`: `show` lists them")]
    NoSuchTask { name: Arc<str>, task: TaskId },
    #[error("no point `{name}` stands in a checklist: {}", known_points(known))]
    NoSuchPoint {
        /// As it was written.
        name: Arc<str>,
        known: String,
    },
    #[error("the {kind} needs an amount above zero: write one such as 120 EUR")]
    RefundNeedsAmount { kind: RefundKind },
    #[error("the {kind} needs a reason: add one")]
    RefundNeedsReason { kind: RefundKind },
    #[error("no signal `{0}` waits for an account: `unmatched` lists those that do")]
    NoSuchSignal(SignalId),
    #[error("the signal `{0}` names no address to remember: assign it without")]
    NoAddress(SignalId),
    #[error("{address} is already an address of {name} ({id}): assign the signal without remembering it")]
    AddressTaken { address: Arc<str>, name: Arc<str>, id: AccountId },
    #[error("several sources have a signal `{id}` that waits: write {names}")]
    SeveralSignals { id: SignalId, names: String },
    #[error("no playbook `{id}` is known: {known}")]
    NoSuchPlaybook {
        /// As it was written.
        id: Arc<str>,
        /// Those it may have meant, or where to look.
        known: String,
    },
    /// What a file says is changed in the file.
    #[error("`{id}` is switched off in playbooks.toml: take it out of `off` there")]
    OffInFile { id: Arc<str> },
    #[error("the task is empty: write what to do, or cancel")]
    EmptyTask,
    #[error("the note is empty: write a few words, or cancel")]
    EmptyNote,
}

fn by_whom(later: Option<&(Seq, Actor)>) -> String {
    later.map_or_else(String::new, |(seq, by)| format!(" (by {by}, #{seq})"))
}

fn known_points(known: &str) -> String {
    if known.is_empty() { "no stage has one".to_owned() } else { format!("use one of {known}") }
}

/// The move the board would rather see.
#[derive(Clone, Debug, PartialEq, Eq, strum::Display)]
pub enum Better {
    #[strum(to_string = "move it to {0}, or force the move with a reason")]
    MoveTo(StageId),
    #[strum(to_string = "if the customer did engage, force the move with a reason")]
    Force,
}

impl Refusal {
    /// Which rule refused, in one word for logs.
    pub fn kind(&self) -> &'static str {
        self.into()
    }

    /// The stage the board would rather see the account in.
    pub fn better(&self) -> Option<&StageId> {
        let (Self::Engaged { better: Better::MoveTo(stage), .. }
        | Self::NeverEngaged { better: Better::MoveTo(stage), .. }) = self
        else {
            return None;
        };
        Some(stage)
    }

    /// Whether the same move goes through with a reason.
    pub fn can_be_forced(&self) -> bool {
        matches!(
            self,
            Self::Engaged { .. }
                | Self::NeverEngaged { .. }
                | Self::Backwards { .. }
                | Self::Closed { .. }
                | Self::ForceNeedsReason { .. }
                | Self::HandoffNeedsReason { .. }
        )
    }
}
