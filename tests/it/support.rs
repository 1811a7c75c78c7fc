//! What tests are told in: an onboarding team, its accounts, and a board they share.

#[cfg(all(unix, feature = "team"))]
pub(crate) mod bad_network;
pub(crate) mod bless;
#[cfg(feature = "mail")]
pub(crate) mod calendars;
#[cfg(all(unix, feature = "team"))]
pub(crate) mod cluster;
#[cfg(unix)]
pub(crate) mod counterpart;
pub(crate) mod crm;
#[cfg(all(unix, feature = "team"))]
pub(crate) mod cut_wire;
pub(crate) mod desk;
pub(crate) mod dice;
#[cfg(all(unix, feature = "mail"))]
pub(crate) mod dovecot;
#[cfg(feature = "imap")]
pub(crate) mod fake_mail;
pub(crate) mod home;
#[cfg(unix)]
pub(crate) mod killing;
pub(crate) mod mutations;
#[cfg(feature = "mail")]
pub(crate) mod open_sources;
#[cfg(all(unix, feature = "team"))]
pub(crate) mod pooler;
pub(crate) mod provider;
#[cfg(unix)]
pub(crate) mod pty;
pub(crate) mod sample_entries;
#[cfg(feature = "receiver")]
pub(crate) mod served;
pub(crate) mod shared_store;
pub(crate) mod sim_disk;

use std::sync::{Arc, LazyLock, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use gangplank::config::{pipeline as pipeline_file, playbooks as playbooks_file};
use gangplank::playbook::Playbooks;
use gangplank::session::{Session, SubmitError};
use gangplank::state::{
    Account, AccountFacts, AccountId, Actor, Board, Cause, Command, Entry, FactKey, FactValue, Now, Pipeline,
    Refusal, Risk, RiskLevel, SignalData, StageId, Submission,
};
use gangplank::store::{MemoryStore, Store};

/// The moment at which every test begins: a Sunday morning in December.
pub(crate) fn morning() -> DateTime<Utc> {
    "2024-12-15T09:00:00Z".parse().expect("a moment")
}

/// The shipped pipeline, without the checklists: with them, a key that leaves a stage asks first, and most tests are about
/// something else.
pub(crate) fn pipeline() -> Arc<Pipeline> {
    static SHIPPED: LazyLock<Arc<Pipeline>> = LazyLock::new(|| {
        Arc::new(pipeline_file::parse(&pipeline_text(), "pipeline.toml").expect("the shipped pipeline"))
    });
    SHIPPED.clone()
}

/// The same as its file has it.
pub(crate) fn pipeline_text() -> String {
    let parts = pipeline_file::DEFAULT.split("[stage.checklist]");
    let rest = parts.enumerate().map(|(at, part)| match part.split_once("\n]\n") {
        Some((_, rest)) if at > 0 => rest,
        _ => part,
    });
    rest.collect()
}

/// The shipped pipeline as it is.
pub(crate) fn pipeline_with_checklists() -> Arc<Pipeline> {
    let parsed = pipeline_file::parse(pipeline_file::DEFAULT, "pipeline.toml");
    Arc::new(parsed.expect("the shipped pipeline"))
}

/// The shipped playbooks.
pub(crate) fn playbooks() -> Arc<Playbooks> {
    static SHIPPED: LazyLock<Arc<Playbooks>> = LazyLock::new(|| {
        let parsed = playbooks_file::overlaid("", "playbooks.toml", &pipeline());
        Arc::new(parsed.expect("the shipped playbooks").into())
    });
    SHIPPED.clone()
}

/// The playbooks of `toml`, and no others.
pub(crate) fn only(toml: &str) -> Arc<Playbooks> {
    let parsed =
        playbooks_file::overlaid(&format!("built_in = false\n{toml}"), "playbooks.toml", &pipeline());
    Arc::new(parsed.expect("good playbooks").into())
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
    Command::Import { source: "import accounts.csv".into(), rows: rows.to_vec().into(), take_stages: false }
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

/// A bill of 340 dollars could not be collected, at that attempt.
pub(crate) fn payment_failed(invoice: &str, attempt: u32) -> SignalData {
    let amount = "340 USD".parse().expect("an amount");
    let (invoice, next_attempt, subscription) = (invoice.into(), None, None);
    SignalData::InvoicePaymentFailed { invoice, amount, attempt, next_attempt, subscription }
}

/// A note.
pub(crate) fn note(account: &str, text: &str) -> Command {
    Command::AddNote { account: id(account), text: text.into() }
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
    pub(crate) fn with(store: &MemoryStore, playbooks: Arc<Playbooks>) -> Self {
        Self::with_pipeline(store, playbooks, pipeline())
    }

    pub(crate) fn with_pipeline(
        store: &MemoryStore,
        playbooks: Arc<Playbooks>,
        pipeline: Arc<Pipeline>,
    ) -> Self {
        Self { store: store.clone(), ..Self::over(Box::new(store.clone()), playbooks, pipeline) }
    }

    /// A keyboard on any store.
    pub(crate) fn over(store: Box<dyn Store>, playbooks: Arc<Playbooks>, pipeline: Arc<Pipeline>) -> Self {
        let mut session = Session::new(store, Board::new(pipeline), playbooks);
        session.catch_up().expect("the store can be read");
        Self { session, store: MemoryStore::new(), now: Now::utc(morning()), me: person("dana") }
    }

    /// A board of those rows whose stages have the shipped checklists, with the shipped playbooks.
    pub(crate) fn with_checklists(rows: &[AccountFacts]) -> Self {
        let mut world = Self::with_pipeline(&MemoryStore::new(), playbooks(), pipeline_with_checklists());
        world.does(&import(rows));
        world
    }

    /// A world of its own that begins as this one is, with these playbooks.
    pub(crate) fn copy(&mut self, playbooks: Arc<Playbooks>) -> Self {
        let (last, mut store) = (self.board().seq(), MemoryStore::new());
        let entries = self.session.entries(last, usize::MAX).expect("a store in memory can be read");
        for entry in entries {
            let _ = store.append(&entry).expect("a store in memory can be written to");
        }
        let session = Session::new(Box::new(store.clone()), self.board().clone(), playbooks);
        Self { session, store, now: self.now, me: self.me.clone() }
    }

    /// A board of those rows. Nothing happened by itself.
    pub(crate) fn of(rows: &[AccountFacts]) -> Self {
        let mut world = Self::without_playbooks();
        world.does(&import(rows));
        world
    }

    /// Carries out `submission` as `who`; nothing when it changes nothing.
    pub(crate) fn try_as<'a>(
        &mut self,
        who: &str,
        submission: impl Into<Submission<'a>>,
    ) -> Result<Option<Arc<Entry>>, Refusal> {
        match self.session.submit(submission, &person(who), self.now) {
            Ok(entry) => Ok(entry),
            Err(SubmitError::Refused(refusal)) => Err(refusal),
            Err(SubmitError::Store(error)) => panic!("a store in memory does not fail: {error}"),
        }
    }

    /// Carries out `submission` as the person at the keyboard.
    pub(crate) fn tries<'a>(
        &mut self,
        submission: impl Into<Submission<'a>>,
    ) -> Result<Option<Arc<Entry>>, Refusal> {
        let me = self.me.to_string();
        self.try_as(&me, submission)
    }

    /// Lets the clock do what is due.
    pub(crate) fn sweeps(&mut self) -> Option<Arc<Entry>> {
        self.session.submit(Submission::Sweep, &Actor::Clock, self.now).expect("the clock is not refused")
    }

    /// Carries out what must change something.
    pub(crate) fn does<'a>(&mut self, submission: impl Into<Submission<'a>>) -> Arc<Entry> {
        let submission = submission.into();
        match self.tries(submission) {
            Ok(Some(entry)) => entry,
            Ok(None) => panic!("`{}` changed nothing", submission.words()),
            Err(refusal) => panic!("`{}` was refused: {refusal}", submission.words()),
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
        self.account(account).placement.as_ref().map_or("off", |place| place.stage.as_str())
    }

    /// Lets time pass.
    pub(crate) fn minutes_later(&mut self, minutes: i64) {
        self.now.at += TimeDelta::minutes(minutes);
    }
}

/// Some thirty made-up accounts in every stage, off the board, and under a label nobody knows.
pub(crate) fn team_board() -> World {
    // Many tests begin there, and some of them at every key.
    static BUILT: LazyLock<Mutex<World>> = LazyLock::new(|| Mutex::new(built_team_board()));
    BUILT.lock().expect("nobody failed").copy(Arc::default())
}

fn built_team_board() -> World {
    let mut world = World::of(&rows_of(TEAM));
    world.minutes_later(60);
    world.does(&Command::SetRisk {
        account: id("kite"),
        risk: Risk { level: RiskLevel::High, reason: Some("card expired twice".into()) },
    });
    world.does(&note("kite", "Met Ana and Luís.\nThey want the API first."));
    world.does(&Command::AssignOwner { account: id("juno"), owner: Some("eve@example.com".into()) });
    world.does(&forced("gale", "3a", "they wrote to sales"));
    world.minutes_later(60);
    world
}

/// Id, name, forecast, next renewal, specialist, stage, region. A dash is unknown.
const TEAM: &[[&str; 7]] = &[
    ["acme", "Acme Ltd", "836 USD", "2024-12-22", "dana", "1", "EU"],
    ["bolt", "Bolt Robotics", "1250 USD", "2024-12-29", "dana", "1", "US"],
    ["cato", "Cato & Daughters", "101 USD", "2025-01-08", "—", "1", "EU"],
    ["dune", "Dune Analytics Platform International", "499.50 USD", "—", "eve@example.com", "1", "US"],
    ["echo", "Echo", "300 EUR", "2024-12-25", "eve@example.com", "1", "EU"],
    ["fern", "Fern", "220 USD", "2025-03-01", "dana", "1", "EU"],
    ["gale", "Gale Force", "640 USD", "2025-01-02", "dana", "2", "US"],
    ["hive", "Hive Mind", "180 USD", "2024-12-18", "eve@example.com", "2", "EU"],
    ["iris", "Iris Optik", "410 EUR", "2025-01-20", "dana", "2", "EU"],
    ["juno", "Juno", "950 USD", "2024-12-28", "dana", "3a", "US"],
    ["kite", "Kite Logistics", "1980 USD", "2024-12-24", "dana", "3a", "EU"],
    ["lark", "Lark", "120 USD", "2025-02-11", "—", "3b", "EU"],
    ["mesa", "Mesa Verde", "700 USD", "2025-01-05", "dana", "4a", "US"],
    ["nova", "Nova", "1500 USD", "2024-12-30", "eve@example.com", "4a", "EU"],
    ["onyx", "Onyx", "260 USD", "2024-12-20", "dana", "4b", "US"],
    ["pine", "Pine & Co", "330 USD", "2024-12-17", "dana", "5", "EU"],
    ["quay", "Quay", "540 USD", "2024-12-16", "eve@example.com", "5", "EU"],
    ["reef", "Reef", "610 USD", "2025-01-15", "dana", "6a", "US"],
    ["sage", "Sage", "870 USD", "2025-01-12", "dana", "6b", "EU"],
    ["tide", "Tide", "4200 USD", "2025-01-11", "dana", "6c", "US"],
    ["umbra", "Umbra", "130 USD", "—", "—", "6d", "EU"],
    ["vale", "Vale", "90 USD", "2025-01-19", "—", "—", "US"],
    ["wren", "Wren", "2600 USD", "2024-12-27", "—", "—", "EU"],
    ["xeno", "Xeno Café", "700 CHF", "2025-01-03", "dana", "Nurture", "CH"],
    ["yarn", "Żółć Yarn", "150 USD", "2024-12-21", "dana", "1", "PL"],
    ["zinc", "Zinc", "1100 USD", "2024-12-26", "dana", "1", "US"],
    ["alba", "Alba", "—", "2025-01-30", "dana", "1", "IT"],
    ["brio", "Brio", "205 USD", "2025-01-31", "—", "1", "IT"],
];

/// Accounts as [`TEAM`] lists them.
pub(crate) fn rows_of(table: &[[&str; 7]]) -> Vec<AccountFacts> {
    let known = |text: &&str| *text != "—";
    let each = table.iter().map(|[id, name, forecast, renewal, specialist, stage, region]| {
        let mut row = row(id, name).text(FactKey::BillingInterval, "monthly");
        row.facts.extend(
            Some(forecast).filter(|text| known(text)).map(|text| (FactKey::ForecastedMrr, amount(text))),
        );
        row.facts
            .extend(Some(renewal).filter(|text| known(text)).map(|text| (FactKey::NextRenewal, day(text))));
        row.stage = Some(stage).filter(|text| known(text)).map(|text| (*text).into());
        if known(specialist) {
            row = row.text(FactKey::Specialist, specialist);
        }
        row.text(FactKey::Region, region).text(FactKey::Extra("Industry".into()), "Software")
    });
    each.collect()
}
