//! The board's polite no: one sentence that says why, and what to do instead.

use std::sync::Arc;

use super::values::account::{AccountId, RiskLevel};
use super::values::alert::AlertKey;
use super::values::pipeline::StageId;
use super::values::signal::SignalId;
use super::values::task::TaskId;
use crate::state::values::actor::{Actor, Seq};

/// Why a command was not carried out. Nothing changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody by that id.
    #[error("no account `{0}` is known: look it up with `list`, or import it")]
    NoSuchAccount(AccountId),
    /// Nobody by that name, but others by names like it.
    #[error("no account `{name}` is known: did you mean {near}?")]
    NobodyCalled {
        /// As it was written.
        name: Arc<str>,
        /// Who may have been meant.
        near: String,
    },
    /// No stage answers to that name.
    #[error("`{name}` is no stage: use one of {known}")]
    NoSuchStage {
        /// As it was written.
        name: StageId,
        /// The ids there are.
        known: String,
    },
    /// The stage is for customers who never engaged.
    #[error("{name} engaged with us, so {to} does not fit: {better}")]
    Engaged {
        /// The account's name.
        name: Arc<str>,
        /// The stage asked for.
        to: StageId,
        /// Where it would fit.
        better: Better,
    },
    /// The stage is for customers who engaged.
    #[error("{name} never engaged with us, so {to} does not fit: {better}")]
    NeverEngaged {
        /// The account's name.
        name: Arc<str>,
        /// The stage asked for.
        to: StageId,
        /// Where it would fit.
        better: Better,
    },
    /// The stage lies behind.
    #[error("{to} lies before {from}, where {name} stands: leave it there, or force the move with a reason")]
    Backwards {
        /// The account's name.
        name: Arc<str>,
        /// Where it stands.
        from: StageId,
        /// The stage asked for.
        to: StageId,
    },
    /// Onboarding is over where the account stands.
    #[error("onboarding is over for {name} ({from}): give a reason to move it to {to}")]
    Closed {
        /// The account's name.
        name: Arc<str>,
        /// Where it stands.
        from: StageId,
        /// The stage asked for.
        to: StageId,
    },
    /// There is no stage in that direction that fits.
    #[error("no stage that way fits {name} ({from}): name one by its id")]
    NoFurther {
        /// The account's name.
        name: Arc<str>,
        /// Where it stands.
        from: StageId,
    },
    /// Forcing takes a reason.
    #[error("say why: a forced move of {name} needs a reason, which its history keeps")]
    ForceNeedsReason {
        /// The account's name.
        name: Arc<str>,
    },
    /// Nothing of theirs is left to take back.
    #[error("nothing to undo: no change signed `{0}` is still kept for undo")]
    NothingToUndo(Actor),
    /// Nothing of theirs was taken back last.
    #[error("nothing to redo: the last change signed `{0}` was not an undo")]
    NothingToRedo(Actor),
    /// Somebody changed the same thing since.
    #[error(
        "{name} was changed since #{seq}{}: change it by hand, so that nothing of theirs is overwritten",
        by_whom(later.as_ref())
    )]
    Overtaken {
        /// The account's name.
        name: Arc<str>,
        /// The entry that should be taken back.
        seq: Seq,
        /// The later one and who made it; nothing when it lies too far back to be at hand.
        later: Option<(Seq, Actor)>,
    },
    /// Whoever hands over says why, also by a plain move.
    #[error("handing {name} over takes a reason: give one to move it to {to}")]
    HandoffNeedsReason {
        /// The account's name.
        name: Arc<str>,
        /// Where it was to go.
        to: StageId,
    },
    /// Only people hand over, and they say why.
    #[error("{name} is handed over by a person who says why: add who and a reason")]
    HandoffNeedsPerson {
        /// The account's name.
        name: Arc<str>,
    },
    /// A payment risk is set with a reason.
    #[error("say why: a {level} payment risk of {name} needs a reason")]
    RiskNeedsReason { name: Arc<str>, level: RiskLevel },
    /// No alert by that key.
    #[error("no alert `{0}` is known: `alerts` lists them")]
    NoSuchAlert(AlertKey),
    /// No task by that id.
    #[error("{name} has no task `{task}`: `show` lists them")]
    NoSuchTask {
        /// The account's name.
        name: Arc<str>,
        /// The task's id.
        task: TaskId,
    },
    /// No signal waits by that id.
    #[error("no signal `{0}` waits for an account: `unmatched` lists those that do")]
    NoSuchSignal(SignalId),
    /// No playbook by that id.
    #[error("no playbook `{id}` is known: {known}")]
    NoSuchPlaybook {
        /// As it was written.
        id: Arc<str>,
        /// Those it may have meant, or where to look.
        known: String,
    },
    /// What a file says is changed in the file.
    #[error("`{id}` is switched off in playbooks.toml: take it out of `off` there")]
    OffInFile {
        /// The playbook's id.
        id: Arc<str>,
    },
    /// An empty task says nothing.
    #[error("the task is empty: write what is to be done, or leave it")]
    EmptyTask,
    /// An empty note says nothing.
    #[error("the note is empty: write a few words, or leave it")]
    EmptyNote,
}

fn by_whom(later: Option<&(Seq, Actor)>) -> String {
    later.map_or_else(String::new, |(seq, by)| format!(" (by {by}, #{seq})"))
}

/// The move the board would rather see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Better {
    /// That stage fits.
    MoveTo(StageId),
    /// No stage fits; force it.
    Force,
}

impl std::fmt::Display for Better {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::MoveTo(stage) => write!(f, "move it to {stage}, or force the move with a reason"),
            Self::Force => f.write_str("if they did, force the move and say how"),
        }
    }
}

impl Refusal {
    /// The stage the board would rather see the account in.
    pub fn better(&self) -> Option<&StageId> {
        match self {
            Self::Engaged { better: Better::MoveTo(stage), .. }
            | Self::NeverEngaged { better: Better::MoveTo(stage), .. } => Some(stage),
            Self::Engaged { .. }
            | Self::NeverEngaged { .. }
            | Self::NoSuchAccount(_)
            | Self::NobodyCalled { .. }
            | Self::NoSuchStage { .. }
            | Self::Backwards { .. }
            | Self::Closed { .. }
            | Self::NoFurther { .. }
            | Self::ForceNeedsReason { .. }
            | Self::HandoffNeedsReason { .. }
            | Self::NothingToUndo(_)
            | Self::NothingToRedo(_)
            | Self::Overtaken { .. }
            | Self::HandoffNeedsPerson { .. }
            | Self::RiskNeedsReason { .. }
            | Self::NoSuchAlert(_)
            | Self::NoSuchTask { .. }
            | Self::NoSuchSignal(_)
            | Self::NoSuchPlaybook { .. }
            | Self::OffInFile { .. }
            | Self::EmptyTask
            | Self::EmptyNote => None,
        }
    }

    /// Whether the same move goes through with a reason.
    pub fn can_be_forced(&self) -> bool {
        match self {
            Self::Engaged { .. }
            | Self::NeverEngaged { .. }
            | Self::Backwards { .. }
            | Self::Closed { .. }
            | Self::ForceNeedsReason { .. }
            | Self::HandoffNeedsReason { .. } => true,
            Self::NoSuchAccount(_)
            | Self::NobodyCalled { .. }
            | Self::NoSuchStage { .. }
            | Self::NoFurther { .. }
            | Self::NothingToUndo(_)
            | Self::NothingToRedo(_)
            | Self::Overtaken { .. }
            | Self::HandoffNeedsPerson { .. }
            | Self::RiskNeedsReason { .. }
            | Self::NoSuchAlert(_)
            | Self::NoSuchTask { .. }
            | Self::NoSuchSignal(_)
            | Self::NoSuchPlaybook { .. }
            | Self::OffInFile { .. }
            | Self::EmptyTask
            | Self::EmptyNote => false,
        }
    }
}
