//! What may be asked of the board.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::account::{AccountId, Owner, Risk, Segment};
use super::event::Cause;
use super::fact::{FactKey, FactValue, Source};
use super::pipeline::StageId;

/// A wish. Keys, verbs, playbooks and files all become one of these.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Take in what a file knows, all of it or nothing.
    Import {
        /// The file's name, for people.
        source: Source,
        /// One row per account.
        rows: Vec<AccountFacts>,
        /// Whether a stage in the file wins over the board's.
        take_stages: bool,
    },
    /// Put an account into a stage.
    Move {
        /// Which account.
        account: AccountId,
        /// The stage, by any of its names.
        to: StageId,
        /// Why.
        reason: Option<Arc<str>>,
        /// Whether to do it against the board's advice; takes a reason.
        force: bool,
        /// Who wants it: a hand or a playbook.
        cause: Cause,
    },
    /// Add an account to a segment.
    Join {
        /// Which account.
        account: AccountId,
        /// Which segment.
        segment: Segment,
        /// Who wants it.
        cause: Cause,
    },
    /// Take an account out of a segment.
    Leave {
        /// Which account.
        account: AccountId,
        /// Which segment.
        segment: Segment,
        /// Who wants it.
        cause: Cause,
    },
    /// Give an account an owner, or none.
    Own {
        /// Which account.
        account: AccountId,
        /// The owner.
        owner: Option<Owner>,
    },
    /// Assess an account's payment risk.
    Assess {
        /// Which account.
        account: AccountId,
        /// The risk.
        risk: Risk,
    },
    /// Write something down about an account.
    Note {
        /// Which account.
        account: AccountId,
        /// What.
        text: Arc<str>,
    },
    /// A person looked at an account.
    See {
        /// Which account.
        account: AccountId,
    },
    /// Take back the latest change of whoever asks.
    Undo,
    /// Do again what whoever asks has just taken back.
    Redo,
}

impl Command {
    /// A plain move by hand.
    pub fn move_to(account: &AccountId, to: &StageId) -> Self {
        Self::Move {
            account: account.clone(),
            to: to.clone(),
            reason: None,
            force: false,
            cause: Cause::Hand,
        }
    }

    /// The same wish as a person would type it; entries keep it.
    pub fn words(&self) -> Arc<str> {
        match self {
            Self::Import { source, .. } => source.clone(),
            Self::Move { account, to, .. } => format!("move {account} {to}").into(),
            Self::Join { account, segment, .. } => format!("join {account} {segment}").into(),
            Self::Leave { account, segment, .. } => format!("leave {account} {segment}").into(),
            Self::Own { account, owner } => {
                format!("own {account} {}", owner.as_deref().unwrap_or("nobody")).into()
            }
            Self::Assess { account, risk } => format!("risk {account} {}", risk.level).into(),
            Self::Note { account, .. } => format!("note {account}").into(),
            Self::See { account } => format!("see {account}").into(),
            Self::Undo => "undo".into(),
            Self::Redo => "redo".into(),
        }
    }
}

/// What a file says about one account.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountFacts {
    /// The external id.
    pub id: AccountId,
    /// The facts it states. A fact it leaves blank is not among them: silence takes nothing back.
    pub facts: BTreeMap<FactKey, FactValue>,
    /// The stage it names, as written.
    pub stage: Option<Arc<str>>,
    /// The segments it lists.
    pub segments: Vec<Segment>,
}
