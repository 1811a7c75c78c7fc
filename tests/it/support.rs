//! What tests are told in: an onboarding team, its accounts, and a board they share.

pub(crate) mod bless;
#[cfg(unix)]
pub(crate) mod pty;
pub(crate) mod svg;

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, TimeDelta, Utc};
use gangplank::config::{pipeline as pipeline_file, playbooks as playbooks_file};
use gangplank::playbook::Playbook;
use gangplank::session::{Session, SubmitError};
use gangplank::state::{
    Account, AccountFacts, AccountId, Actor, Board, Cause, Command, Entry, FactKey, FactValue, Now, Pipeline,
    Refusal, StageId,
};
use gangplank::store::MemoryStore;

/// The moment at which every test begins: a Sunday morning in December.
pub(crate) fn morning() -> DateTime<Utc> {
    "2024-12-15T09:00:00Z".parse().expect("a moment")
}

/// The shipped pipeline.
pub(crate) fn pipeline() -> Arc<Pipeline> {
    static SHIPPED: LazyLock<Arc<Pipeline>> = LazyLock::new(|| {
        Arc::new(pipeline_file::parse(pipeline_file::DEFAULT, "pipeline.toml").expect("the shipped pipeline"))
    });
    SHIPPED.clone()
}

/// The shipped playbooks.
pub(crate) fn playbooks() -> Arc<Vec<Playbook>> {
    static SHIPPED: LazyLock<Arc<Vec<Playbook>>> = LazyLock::new(|| {
        let parsed = playbooks_file::parse(playbooks_file::DEFAULT, "playbooks.toml", &pipeline());
        Arc::new(parsed.expect("the shipped playbooks"))
    });
    SHIPPED.clone()
}

/// The person by that name.
pub(crate) fn person(name: &str) -> Actor {
    Actor::Person(name.into())
}

/// The account by that id.
pub(crate) fn id(text: &str) -> AccountId {
    AccountId::new(text)
}

/// An amount as a fact: `100.01 USD`.
pub(crate) fn amount(text: &str) -> FactValue {
    FactValue::Money(text.parse().expect("an amount"))
}

/// A day as a fact: `2024-12-22`.
pub(crate) fn day(text: &str) -> FactValue {
    FactValue::Date(text.parse().expect("a day"))
}

/// A row of an import: an account and its name.
pub(crate) fn row(id: &str, name: &str) -> AccountFacts {
    AccountFacts::new(id).text(FactKey::Name, name)
}

/// An import of `rows`.
pub(crate) fn import(rows: &[AccountFacts]) -> Command {
    Command::Import { source: "import accounts.csv".into(), rows: rows.to_vec(), take_stages: false }
}

/// A plain move.
pub(crate) fn moved(account: &str, to: &str) -> Command {
    Command::move_to(&id(account), &StageId::new(to))
}

/// A move against the board's advice.
pub(crate) fn forced(account: &str, to: &str, reason: &str) -> Command {
    Command::Move {
        account: id(account),
        to: StageId::new(to),
        reason: Some(reason.into()),
        force: true,
        cause: Cause::Hand,
    }
}

/// A note.
pub(crate) fn note(account: &str, text: &str) -> Command {
    Command::Note { account: id(account), text: text.into() }
}

/// A team at work on one board in memory.
pub(crate) struct World {
    /// The door everything goes through.
    pub(crate) session: Session,
    /// The store under it, which others may share.
    pub(crate) store: MemoryStore,
    /// The moment it is.
    pub(crate) now: Now,
    /// Who is at the keyboard.
    pub(crate) me: Actor,
}

impl World {
    /// An empty board with the shipped playbooks.
    pub(crate) fn new() -> Self {
        Self::with(&MemoryStore::new(), playbooks())
    }

    /// An empty board on which nothing happens by itself.
    pub(crate) fn without_playbooks() -> Self {
        Self::with(&MemoryStore::new(), Arc::default())
    }

    /// Another keyboard on `store`.
    pub(crate) fn with(store: &MemoryStore, playbooks: Arc<Vec<Playbook>>) -> Self {
        let mut session = Session::new(Box::new(store.clone()), Board::new(pipeline()), playbooks);
        session.catch_up().expect("a store in memory can be read");
        Self { session, store: store.clone(), now: Now::utc(morning()), me: person("dana") }
    }

    /// A board of those rows. Nothing happened by itself.
    pub(crate) fn of(rows: &[AccountFacts]) -> Self {
        let mut world = Self::without_playbooks();
        world.does(&import(rows));
        world
    }

    /// Carries out `command` as `who`; nothing when it changes nothing.
    pub(crate) fn try_as(&mut self, who: &str, command: &Command) -> Result<Option<Arc<Entry>>, Refusal> {
        match self.session.submit(command, &person(who), self.now) {
            Ok(entry) => Ok(entry),
            Err(SubmitError::Refused(refusal)) => Err(refusal),
            Err(SubmitError::Store(error)) => panic!("a store in memory does not fail: {error}"),
        }
    }

    /// Carries out `command` as the person at the keyboard.
    pub(crate) fn tries(&mut self, command: &Command) -> Result<Option<Arc<Entry>>, Refusal> {
        let me = self.me.to_string();
        self.try_as(&me, command)
    }

    /// Carries out a command that must change something.
    pub(crate) fn does(&mut self, command: &Command) -> Arc<Entry> {
        match self.tries(command) {
            Ok(Some(entry)) => entry,
            Ok(None) => panic!("`{}` changed nothing", command.words()),
            Err(refusal) => panic!("`{}` was refused: {refusal}", command.words()),
        }
    }

    /// The board.
    pub(crate) fn board(&self) -> &Board {
        self.session.board()
    }

    /// An account.
    pub(crate) fn account(&self, account: &str) -> &Account {
        self.board().get(&id(account)).expect("the account is known")
    }

    /// The stage an account stands in, or `off`.
    pub(crate) fn stage(&self, account: &str) -> &str {
        self.account(account).place.as_ref().map_or("off", |place| place.stage.as_str())
    }

    /// Lets time pass.
    pub(crate) fn minutes_later(&mut self, minutes: i64) {
        self.now.at += TimeDelta::minutes(minutes);
    }
}
