//! What may be asked of the board.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::values::account::{AccountId, Owner, Risk, Segment, Stamp};
use super::values::account_ref::AccountRef;
use super::values::alert::{Alert, AlertKey};
use super::values::by_fact::FactValues;
use super::values::checklist::PointId;
use super::values::fact::{FactKey, Source};
use super::values::finding::FindingKind;
use super::values::money::Money;
use super::values::pipeline::StageId;
use super::values::pushed::PushedFields;
use super::values::refund::RefundKind;
use super::values::signal::{Signal, SignalId, SignalKind};
use super::values::source_read::SourceRead;
use super::values::task::TaskId;
use super::values::when::When;
use crate::state::values::actor::{Cause, Seq};

/// What may be asked. Keys, verbs, playbooks and files all become one of these.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Take in what a file knows, all of it or nothing.
    Import {
        /// The file's name, for people.
        source: Source,
        /// One row per account.
        rows: Arc<Vec<AccountFacts>>,
        /// Whether a stage in the file wins over the board's.
        take_stages: bool,
    },
    /// Note which accounts had left an export and are in it again; of a whole export, which open accounts are in it no
    /// longer; and which new accounts may be known ones.
    CompareExport {
        /// The file's name, for people.
        export: Source,
        /// The accounts in the export.
        ids: BTreeSet<AccountId>,
        is_whole: bool,
        duplicates: Vec<PossibleDuplicate>,
    },
    /// Nothing is to be done about what was found.
    DismissFinding {
        account: AccountId,
        finding: FindingKind,
    },
    Move {
        account: AccountId,
        /// The stage, by any of its names.
        to: StageId,
        reason: Option<Arc<str>>,
        /// Whether to do it against the board's advice; takes a reason.
        force: bool,
        /// Who wants it: a hand or a playbook.
        cause: Cause,
    },
    /// Add an account to a segment.
    JoinSegment {
        account: AccountId,
        segment: Segment,
        cause: Cause,
    },
    /// Take an account out of a segment.
    LeaveSegment {
        account: AccountId,
        segment: Segment,
        cause: Cause,
    },
    /// Forget what is known of a fact.
    ClearFact {
        account: AccountId,
        key: FactKey,
    },
    /// Give an account an owner, or none.
    AssignOwner {
        account: AccountId,
        owner: Option<Owner>,
    },
    /// Give an account to somebody in place of its owner, until then.
    Cover {
        account: AccountId,
        owner: Owner,
        until: DateTime<Utc>,
    },
    /// Leave an account for good to whoever covers for its owner.
    KeepCover {
        account: AccountId,
    },
    /// Assess an account's payment risk.
    SetRisk {
        account: AccountId,
        risk: Risk,
    },
    /// Write something down about an account.
    AddNote {
        account: AccountId,
        text: Arc<str>,
    },
    /// Tick or untick a point of a checklist.
    CheckPoint {
        account: AccountId,
        /// The point, by its id or title.
        point: PointId,
        change: PointChange,
    },
    /// Note that money was given back.
    RecordRefund {
        account: AccountId,
        kind: RefundKind,
        amount: Money,
        reason: Arc<str>,
    },
    /// A person looked at an account.
    MarkSeen {
        account: AccountId,
    },
    /// Take in something that happened.
    RecordSignal {
        account: AccountRef,
        signal: Signal,
    },
    /// Say whose a waiting signal is; nobody's, to dismiss it.
    MatchSignal {
        signal: SignalId,
        account: Option<AccountId>,
        /// Whether the address that it names is the account's from now on.
        remember: bool,
    },
    /// Raise, change or close an alert.
    ChangeAlert {
        key: AlertKey,
        change: AlertChange,
    },
    /// Set, finish or reopen a task.
    ChangeTask {
        account: AccountId,
        /// Which task; a new one gets an id by itself.
        task: Option<TaskId>,
        change: TaskChange,
    },
    /// Put an account out of sight until then, or back in sight.
    Snooze {
        account: AccountId,
        until: Option<DateTime<Utc>>,
    },
    /// Note that it entered a stage or bucket, if it never did.
    SetStamp {
        account: AccountId,
        stamp: Stamp,
    },
    /// Make one account of two: what is known of `from` goes to `into`, and `from` leads there from then on.
    Merge {
        from: AccountId,
        into: AccountId,
    },
    SwitchPlaybook {
        playbook: Arc<str>,
        on: bool,
    },
    /// Note how far a live source was read.
    NoteSourceRead {
        source: Arc<str>,
        read: SourceRead,
    },
    /// Note what another system was told of an account.
    NotePushed {
        account: AccountId,
        source: Arc<str>,
        fields: PushedFields,
    },
    /// Take back the latest change of whoever asks, and what the clock did in its wake.
    Undo,
    /// Take back that entry, whoever made it, and what the clock did in its wake.
    UndoEntry(Seq),
    /// Do again what whoever asks took back last.
    Redo,
    /// Do again that entry, which was taken back; or what was taken back by that entry.
    RedoEntry(Seq),
}

impl Command {
    /// The id by which it names the account of a signal that it records; nothing where it does something else, or names the
    /// account otherwise.
    pub fn records_for(&self) -> Option<&AccountId> {
        match self {
            Self::RecordSignal { account: AccountRef::Id(id), .. } => Some(id),
            _ => None,
        }
    }

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
            Self::CompareExport { .. } => "compare export".into(),
            Self::DismissFinding { account, finding } => format!("dismiss {account} {finding}").into(),
            Self::Move { account, to, .. } => format!("move {account} {to}").into(),
            Self::JoinSegment { account, segment, .. } => format!("join {account} {segment}").into(),
            Self::LeaveSegment { account, segment, .. } => format!("leave {account} {segment}").into(),
            Self::ClearFact { account, key } => format!("clear {account} {key}").into(),
            Self::AssignOwner { account, owner } => {
                format!("owner {account} {}", owner.as_deref().unwrap_or("none")).into()
            }
            Self::Cover { account, owner, .. } => format!("owner {account} {owner}").into(),
            Self::KeepCover { account } => format!("keep {account}").into(),
            Self::SetRisk { account, risk } => format!("risk {account} {}", risk.level).into(),
            Self::AddNote { account, .. } => format!("note {account}").into(),
            Self::CheckPoint { account, point, .. } => format!("check {account} {point}").into(),
            Self::RecordRefund { account, amount, .. } => {
                format!("refund {account} {} {}", amount.decimal(), amount.currency).into()
            }
            Self::MarkSeen { account } => format!("see {account}").into(),
            Self::RecordSignal { account, signal } => {
                format!("record {account} {}", signal.data.kind().word()).into()
            }
            Self::MatchSignal { signal, account, .. } => match account {
                Some(account) => format!("match {signal} {account}").into(),
                None => format!("dismiss {signal}").into(),
            },
            Self::ChangeAlert { key, change } => format!("alert {key} {}", <&str>::from(change)).into(),
            Self::ChangeTask { account, .. } => format!("task {account}").into(),
            Self::Snooze { account, .. } => format!("snooze {account}").into(),
            Self::SetStamp { account, stamp } => format!("stamp {account} {stamp}").into(),
            Self::Merge { from, into } => format!("merge {from} {into}").into(),
            Self::SwitchPlaybook { playbook, on } => {
                format!("playbooks {} {playbook}", if *on { "on" } else { "off" }).into()
            }
            Self::NoteSourceRead { source, .. } => format!("sync {source}").into(),
            Self::NotePushed { source, .. } => format!("push {source}").into(),
            Self::Undo => "undo".into(),
            Self::UndoEntry(seq) => format!("undo {seq}").into(),
            Self::Redo => "redo".into(),
            Self::RedoEntry(seq) => format!("redo {seq}").into(),
        }
    }
}

/// What becomes one entry. `decide` answers commands one by one; the engine takes several together, and sweeps.
#[derive(Clone, Copy, Debug)]
pub enum Submission<'a> {
    /// One command.
    One(&'a Command),
    /// Several, all of them or none.
    Batch(&'a Batch),
    /// Let the playbooks that go by time do what is due.
    Sweep,
}

/// Several commands as one. They are commands, so no batch lies in another.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// What they are together, as a person would type it.
    pub words: Arc<str>,
    pub commands: Vec<Command>,
}

/// What a screen asks for: one command, or several as one.
#[derive(Clone, Debug, PartialEq)]
pub enum Commands {
    One(Command),
    Batch(Batch),
}

impl Submission<'_> {
    /// The same for keeps; nothing for a sweep, which nobody asks for.
    pub fn to_commands(self) -> Option<Commands> {
        match self {
            Self::One(command) => Some(Commands::One(command.clone())),
            Self::Batch(batch) => Some(Commands::Batch(batch.clone())),
            Self::Sweep => None,
        }
    }

    /// The same as a person would type it; entries keep it.
    pub fn words(self) -> Arc<str> {
        match self {
            Self::One(command) => command.words(),
            Self::Batch(batch) => batch.words.clone(),
            Self::Sweep => "sweep".into(),
        }
    }
}

impl<'a> From<&'a Command> for Submission<'a> {
    fn from(command: &'a Command) -> Self {
        Self::One(command)
    }
}

impl<'a> From<&'a Batch> for Submission<'a> {
    fn from(batch: &'a Batch) -> Self {
        Self::Batch(batch)
    }
}

impl Commands {
    /// The same as a person would type it.
    pub fn words(&self) -> Arc<str> {
        match self {
            Self::One(command) => command.words(),
            Self::Batch(batch) => batch.words.clone(),
        }
    }
}

impl From<Command> for Commands {
    fn from(command: Command) -> Self {
        Self::One(command)
    }
}

impl From<Batch> for Commands {
    fn from(batch: Batch) -> Self {
        Self::Batch(batch)
    }
}

impl<'a> From<&'a Commands> for Submission<'a> {
    fn from(commands: &'a Commands) -> Self {
        match commands {
            Commands::One(command) => Self::One(command),
            Commands::Batch(batch) => Self::Batch(batch),
        }
    }
}

/// A new account that has an id, an address or the domain of a known one which the file does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PossibleDuplicate {
    pub id: AccountId,
    pub known: AccountId,
    /// What both have.
    pub same: AccountRef,
    /// The fact of the new one that says so.
    pub by: FactKey,
}

/// What may be done with an alert.
#[derive(Clone, Debug, PartialEq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum AlertChange {
    /// Raise it, or bring an open one up to date.
    Raise(Box<Alert>),
    /// Say that one looks after it.
    Acknowledge,
    /// Put it off.
    Snooze { until: DateTime<Utc> },
    /// Give it to somebody, or nobody.
    Assign { assignee: Option<Arc<str>> },
    /// It needs nobody any more.
    Close { outcome: Arc<str> },
    /// What happened since closes it, until it is raised again.
    Settle { outcome: Arc<str> },
    /// It needs somebody after all.
    Reopen,
}

/// What may be done with a point of a checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PointChange {
    /// Tick it. An observation replaces the one before; an empty one removes it, none at all keeps it.
    Tick { observation: Option<Arc<str>> },
    /// Untick it. Its observation stays.
    Untick,
}

impl PointChange {
    /// Ticks what is not ticked, and unticks what is.
    pub fn toggling(is_ticked: bool) -> Self {
        if is_ticked { Self::Untick } else { Self::Tick { observation: None } }
    }
}

/// What may be done with a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskChange {
    /// Set it. One that is there already stays as it is.
    Add {
        title: Arc<str>,
        /// By which day, and perhaps which moment of it.
        due: Option<When>,
        /// What has to happen for it to be done by itself.
        done_on: Vec<SignalKind>,
    },
    Done,
    /// It is not, after all.
    Reopen,
}

/// What imports `rows` of the file or the source `name`. `is_whole`: open accounts that are not among them left it.
pub fn import_commands(
    name: &str,
    rows: &Arc<Vec<AccountFacts>>,
    is_whole: bool,
    take_stages: bool,
    duplicates: Vec<PossibleDuplicate>,
) -> Vec<Command> {
    let ids = rows.iter().map(|row| row.id.clone()).collect();
    let import = Command::Import { source: format!("import {name}").into(), rows: rows.clone(), take_stages };
    vec![import, Command::CompareExport { export: name.into(), ids, is_whole, duplicates }]
}

/// What a file says about one account.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountFacts {
    pub id: AccountId,
    /// The facts it states. A fact it leaves blank is not among them: silence takes nothing back.
    pub facts: FactValues,
    /// The facts it leaves blank where a blank takes back what was known.
    pub cleared: BTreeSet<FactKey>,
    /// The stage it names, as written.
    pub stage: Option<Arc<str>>,
    /// The segments it lists.
    pub segments: Vec<Segment>,
    /// When it first entered stages and buckets elsewhere.
    pub stamps: BTreeMap<Stamp, DateTime<Utc>>,
    /// Since when it is in its stage elsewhere.
    pub since: Option<DateTime<Utc>>,
    pub risk: Option<Risk>,
    /// As of when it says so; nothing for a file, which is of the moment it is read.
    pub at: Option<DateTime<Utc>>,
}
