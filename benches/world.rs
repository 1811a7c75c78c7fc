//! A grown store, made up: years of customers, most of them finished, as the program itself would have written it.
//!
//! The same seed makes the same bytes, so it is made once and kept beside the build.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Days, TimeDelta, Utc};
use gangplank::config::{Config, Overrides};
use gangplank::playbook::transact;
use gangplank::state::{
    AccountFacts, AccountId, Actor, Board, Cause, Command, Currency, Entry, FactKey, FactValue, Money, Now,
    StageId,
};
use gangplank::store::{FileStore, journal};

/// Part of the directory's name: count it up when what is made here changes.
const VERSION: u32 = 2;

/// Accounts per imported file.
const FILE: usize = 500;

/// How big a world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Accounts in all.
    pub(crate) accounts: usize,
    /// Events in all, at least.
    pub(crate) events: usize,
    /// Accounts that are still on their way: whole files, the last ones.
    pub(crate) open: usize,
}

/// What the issue of performance is judged by.
pub(crate) const GROWN: Size = Size { accounts: 100_000, events: 1_000_000, open: 2_000 };

/// Enough to see that everything runs.
pub(crate) const SMALL: Size = Size { accounts: 1_000, events: 10_000, open: 500 };

/// A store on disk, with everything needed to open it.
pub(crate) struct World {
    /// Its data directory: a journal and a snapshot of all of it.
    pub(crate) dir: PathBuf,
    /// The shipped configuration.
    pub(crate) config: Config,
}

/// The moment everything is looked at.
pub(crate) fn now() -> DateTime<Utc> {
    "2024-12-15T09:00:00Z".parse().expect("a moment")
}

impl World {
    /// The world of that size: made if it is not there yet.
    pub(crate) fn of(size: Size) -> Self {
        let name = format!("v{VERSION}-{}-{}-{}", size.accounts, size.events, size.open);
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-data").join(name);
        let overrides = Overrides {
            data_dir: Some(dir.clone()),
            config_dir: Some(dir.join("no-config")),
            now: Some(now()),
            me: Some("ann".into()),
            store: None,
        };
        let config = Config::load(&overrides).expect("the shipped configuration is sound");
        if !dir.join("made").exists() {
            eprintln!("making {} accounts with {} events in {} …", size.accounts, size.events, dir.display());
            fs::create_dir_all(&dir).expect("a directory");
            make(size, &config, &dir.join("journal.jsonl"));
            File::create(dir.join("made")).expect("a mark");
        }
        let opened = FileStore::open(&dir, config.pipeline.clone()).expect("what was made opens");
        // There is none yet, or an older version of the program wrote it.
        if opened.store.from_snapshot() == 0 {
            opened.store.snapshot_writer().save(&opened.board).expect("a snapshot");
        }
        Self { dir, config }
    }

    /// The journal's path.
    pub(crate) fn journal(&self) -> PathBuf {
        self.dir.join("journal.jsonl")
    }

    /// The snapshot's path.
    pub(crate) fn snapshot(&self) -> PathBuf {
        self.dir.join("snapshot.jsonl")
    }

    /// Now, as the board asks for it.
    pub(crate) fn now(&self) -> Now {
        self.config.now()
    }

    /// Another directory with the same journal but no snapshot.
    pub(crate) fn without_snapshot(&self) -> PathBuf {
        let dir = self.dir.join("no-snapshot");
        fs::create_dir_all(&dir).expect("a directory");
        for entry in fs::read_dir(&dir).expect("its files").flatten() {
            fs::remove_file(entry.path()).expect("files to remove");
        }
        // The same file by another name: nothing in a benchmark's world is appended to.
        fs::hard_link(self.journal(), dir.join("journal.jsonl")).expect("a second name");
        dir
    }
}

struct Maker {
    config: Config,
    board: Board,
    out: BufWriter<File>,
    at: DateTime<Utc>,
    dice: Dice,
    events: usize,
}

fn make(size: Size, config: &Config, path: &Path) {
    let mut out = BufWriter::new(File::create(path).expect("a journal"));
    out.write_all(&journal::header()).expect("room on the disk");
    let board = Board::new(config.pipeline.clone());
    let at = now() - TimeDelta::days(730);
    let mut maker = Maker { config: config.clone(), board, out, at, dice: Dice(7), events: 0 };

    for first in (0..size.accounts).step_by(FILE) {
        let file = first..size.accounts.min(first + FILE);
        // The last ones are on their way; nearly everyone before has come to an end.
        let open = first >= size.accounts.saturating_sub(size.open);
        maker.at = now()
            - TimeDelta::days(if open {
                40
            } else {
                730 - (first * 680 / size.accounts).cast_signed() as i64
            });
        let rows: Vec<_> = file.map(|number| maker.newcomer(number, open)).collect();
        let ids: Vec<_> = rows.iter().map(|row| row.id.clone()).collect();
        maker.import(format!("import crm-{first}.csv").into(), rows);
        let aboard = |id: &AccountId| maker.board.get(id).is_some_and(|known| known.placement.is_some());
        let aboard: Vec<_> = ids.into_iter().filter(aboard).collect();
        let paths: Vec<_> = aboard.into_iter().map(|id| (id, maker.path(open))).collect();
        for step in 0..PATHS.iter().map(|path| path.len()).max().unwrap_or(0) {
            maker.at += TimeDelta::days(3);
            for (id, path) in &paths {
                if let Some(stage) = path.get(step) {
                    maker.step(id, stage);
                }
            }
        }
    }
    // What the CRM learned since, file by file.
    maker.at = now() - TimeDelta::days(10);
    while maker.events < size.events {
        let wanted = FILE.min(size.events - maker.events).min(size.accounts);
        let start = maker.dice.below(size.accounts - wanted + 1);
        let rows = (start..start + wanted).map(|number| maker.update(number)).collect();
        maker.at += TimeDelta::minutes(1);
        maker.import("import crm-update.csv".into(), rows);
    }
    maker.out.flush().expect("room on the disk");
}

/// The ways through the pipeline, the common ones more than once.
const PATHS: [&[&str]; 10] = [
    &["2", "5", "6a"],
    &["2", "5", "6a"],
    &["2", "5", "6a"],
    &["2", "3a", "5", "6b"],
    &["2", "3a", "5", "6b"],
    &["2", "3b", "4a", "5", "6b"],
    &["2", "3a", "3b", "4a", "4b", "5", "6b"],
    &["2", "3a", "6c"],
    &["2", "6d"],
    &["6d"],
];

impl Maker {
    fn newcomer(&mut self, number: usize, open: bool) -> AccountFacts {
        let dice = &mut self.dice;
        let usd = |minor: usize| FactValue::Money(Money::new(minor.cast_signed() as i64, Currency::USD));
        // One in four is too small to be onboarded, one in twenty is for Sales.
        let forecast = match dice.below(20) {
            0..5 if !open => 1_000 + dice.below(9_000),
            5 if !open => 200_000 + dice.below(800_000),
            _ => 10_001 + dice.below(180_000),
        };
        let plan = ["pay-as-you-go", "pay-as-you-go", "startup", "annual"][dice.below(4)];
        let specialist = ["ann@example.com", "ben@example.com", "cleo@example.com"][dice.below(3)];
        let renewal = now().date_naive() + Days::new(dice.below(60) as u64);
        let created = self.at.date_naive();
        AccountFacts::new(&format!("A-{number:06}"))
            .text(FactKey::Name, &name(number))
            .text(FactKey::Domain, &format!("{}.example", name(number).to_lowercase()))
            .text(FactKey::Region, ["EMEA", "AMER", "APAC"][dice.below(3)])
            .text(FactKey::Plan, plan)
            .text(FactKey::Specialist, specialist)
            .text(FactKey::BillingInterval, "monthly")
            .text(FactKey::Extra("Industry".into()), ["Ships", "Tea", "Maps", "Rope", "Sails"][dice.below(5)])
            .with(FactKey::ForecastedMrr, usd(forecast))
            .with(FactKey::Mrr, usd(forecast / 2))
            .with(FactKey::NextRenewal, FactValue::Date(renewal))
            .with(FactKey::Created, FactValue::Date(created))
            .with(FactKey::UsersCount, FactValue::Number(dice.below(400) as f64))
    }

    fn update(&mut self, number: usize) -> AccountFacts {
        let users = 1_000 + self.events + number;
        AccountFacts::new(&format!("A-{number:06}"))
            .with(FactKey::UsersCount, FactValue::Number(users as f64))
            .with(FactKey::HealthScore, FactValue::Number(self.dice.below(1_000) as f64 / 10.0))
    }

    /// Through to an end, or, for those still open, a part of the way.
    fn path(&mut self, open: bool) -> Vec<&'static str> {
        let path = PATHS[self.dice.below(PATHS.len())];
        let length = if open { self.dice.below(path.len()) } else { path.len() };
        path[..length].to_vec()
    }

    fn step(&mut self, id: &AccountId, stage: &str) {
        self.at += TimeDelta::seconds(2);
        let by = ["ann", "ben", "cleo"][self.dice.below(3)];
        if self.dice.below(3) == 0 && self.board.get(id).is_some_and(|account| account.is_unseen()) {
            self.submit(&Command::MarkSeen { account: id.clone() }, by);
        }
        if self.dice.below(8) == 0 {
            let text = "Wants to start small, and asks for an invoice in euros.".into();
            self.submit(&Command::AddNote { account: id.clone(), text }, by);
        }
        let to = StageId::new(stage);
        let plain = Command::move_to(id, &to);
        let account = id.clone();
        let reason = Some("as agreed on the phone".into());
        let forced = Command::Move { account, to, reason, force: true, cause: Cause::Forced };
        if self.try_submit(&plain, by).is_err() {
            self.submit(&forced, by);
        }
    }

    fn import(&mut self, source: Arc<str>, rows: Vec<AccountFacts>) {
        self.submit(&Command::Import { source, rows: rows.into(), take_stages: false }, "dora");
    }

    fn submit(&mut self, command: &Command, by: &str) {
        self.try_submit(command, by).expect("the board does not refuse that");
    }

    fn try_submit(&mut self, command: &Command, by: &str) -> Result<(), gangplank::state::Refusal> {
        let by = Actor::from(Arc::from(by));
        let now = Now { at: self.at, zone: self.config.now().zone };
        let entry = transact(&self.board, &self.config.playbooks, command, &by, now)?;
        if let Some(entry) = entry {
            self.keep(entry);
        }
        Ok(())
    }

    fn keep(&mut self, entry: Entry) {
        self.events += entry.events.len();
        let line = journal::line(&entry).expect("an entry becomes JSON");
        self.out.write_all(&line).expect("room on the disk");
        self.board.apply(Arc::new(entry));
    }
}

/// A name that fits on a card and is found nowhere else.
fn name(number: usize) -> String {
    let words =
        ["Harbor", "Lantern", "Mistral", "Anchor", "Beacon", "Compass", "Drift", "Ember", "Fathom", "Gale"];
    format!("{}{number:06}", words[number % words.len()])
}

/// SplitMix64: the same throws everywhere and always.
pub(crate) struct Dice(pub u64);

impl Dice {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % bound as u64).expect("it is below one")
    }
}
