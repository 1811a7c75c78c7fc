//! The accounts in the order the screen shows them, kept up to date change by change.
//!
//! A board knows its accounts by id; a screen wants them by column, sorted and filtered. Keeping that beside the
//! board means that one moved card costs a few steps, however many accounts there are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use imbl::Vector;

use crate::state::{Account, AccountId, Board, Currency, FactKey, Money, Now, Standing};
use crate::text;

/// What cards are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The next renewal first; accounts without one last.
    #[default]
    Renewal,
    /// The largest forecasted MRR first; unknown ones last. Currencies stay apart.
    Mrr,
    /// The longest in its stage first.
    TimeInStage,
    /// By name.
    Name,
}

impl Sort {
    /// Every way, as menus offer them.
    pub const ALL: [Self; 4] = [Self::Renewal, Self::Mrr, Self::TimeInStage, Self::Name];

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Renewal => "next renewal",
            Self::Mrr => "forecasted MRR",
            Self::TimeInStage => "time in stage",
            Self::Name => "name",
        }
    }
}

/// Which column of the board: a stage by its position in the pipeline, or the one for labels nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Accounts whose label no stage answers to. Stands first: somebody should say where they go.
    Unmapped,
    /// A stage.
    Stage(usize),
}

/// Where an account stands in a sorted list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    key: (i64, i64, Arc<str>),
    /// Which account.
    pub id: AccountId,
}

impl Row {
    /// A row sorted by two numbers, then by name.
    pub(super) fn new(group: i64, rank: i64, name: &str, id: &AccountId) -> Self {
        Self { key: (group, rank, text::folded(name).into()), id: id.clone() }
    }
}

/// One column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    rows: Vector<Row>,
    shown: Option<Vector<Row>>,
    money: BTreeMap<Currency, Sum>,
}

/// What the accounts of a column bring in one currency.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    minor: i64,
    accounts: usize,
}

impl Column {
    /// What is to be seen: everything, or what the filter lets through.
    pub fn shown(&self) -> &Vector<Row> {
        self.shown.as_ref().unwrap_or(&self.rows)
    }

    /// How many accounts stand here, filtered or not.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nobody stands here.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The sum of forecasted MRR, each currency by itself, the one of most accounts first.
    pub fn money(&self) -> Vec<Money> {
        let mut sums: Vec<_> = self.money.iter().collect();
        sums.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.accounts));
        sums.into_iter().map(|(currency, sum)| Money::new(sum.minor, *currency)).collect()
    }

    fn add(&mut self, money: Option<(Currency, i64)>) {
        if let Some((currency, minor)) = money {
            let sum = self.money.entry(currency).or_default();
            sum.minor += minor;
            sum.accounts += 1;
        }
    }

    fn subtract(&mut self, money: Option<(Currency, i64)>) {
        let Some((currency, minor)) = money else { return };
        let Some(sum) = self.money.get_mut(&currency) else { return };
        sum.minor -= minor;
        sum.accounts -= 1;
        if sum.accounts == 0 {
            self.money.remove(&currency);
        }
    }

    fn insert(&mut self, row: Row, passes: bool) {
        if let Some(shown) = self.shown.as_mut().filter(|_| passes) {
            shown.insert_ord(row.clone());
        }
        self.rows.insert_ord(row);
    }

    fn remove(&mut self, row: &Row) {
        for rows in self.shown.iter_mut().chain([&mut self.rows]) {
            if let Ok(position) = rows.binary_search(row) {
                rows.remove(position);
            }
        }
    }

    fn narrow(&mut self, passing: Option<&HashSet<AccountId>>) {
        self.shown = passing
            .map(|passing| self.rows.iter().filter(|row| passing.contains(&row.id)).cloned().collect());
    }
}

/// Every column, and the two lists: all on the board, and all that are known.
#[derive(Clone, Debug)]
pub struct Shelf {
    sort: Sort,
    today: NaiveDate,
    columns: BTreeMap<Slot, Column>,
    aboard: Column,
    everyone: Column,
    places: HashMap<AccountId, Held>,
    passing: Option<HashSet<AccountId>>,
}

#[derive(Clone, Debug)]
struct Held {
    slot: Option<Slot>,
    row: Row,
    money: Option<(Currency, i64)>,
}

impl Shelf {
    /// The shelf of `board` today.
    pub fn new(board: &Board, now: &Now, sort: Sort) -> Self {
        let mut shelf = Self {
            sort,
            today: now.today(),
            columns: (0..board.pipeline().stages().len())
                .map(|at| (Slot::Stage(at), Column::default()))
                .collect(),
            aboard: Column::default(),
            everyone: Column::default(),
            places: HashMap::with_capacity(board.len()),
            passing: None,
        };
        shelf.columns.insert(Slot::Unmapped, Column::default());
        let mut sorted: Vec<_> = board.accounts().map(|account| shelf.held(board, account)).collect();
        sorted.sort_unstable_by(|a, b| a.row.cmp(&b.row));
        for held in sorted {
            shelf.everyone.rows.push_back(held.row.clone());
            if let Some(slot) = held.slot {
                shelf.aboard.rows.push_back(held.row.clone());
                let column = shelf.columns.entry(slot).or_default();
                column.rows.push_back(held.row.clone());
                column.add(held.money);
            }
            shelf.places.insert(held.row.id.clone(), held);
        }
        shelf
    }

    /// What it is sorted by.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// The day its renewals were counted from; on another day it must be made anew.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// The columns to show, in order: `Unmapped` only when somebody stands there.
    pub fn slots(&self) -> impl Iterator<Item = Slot> {
        self.columns
            .iter()
            .filter(|(slot, column)| **slot != Slot::Unmapped || !column.is_empty())
            .map(|(slot, _)| *slot)
    }

    /// The column `slot`.
    pub fn column(&self, slot: Slot) -> &Column {
        &self.columns[&slot]
    }

    /// Everyone on the board, or everyone who is known.
    pub fn list(&self, all: bool) -> &Column {
        if all { &self.everyone } else { &self.aboard }
    }

    /// The column an account stands in.
    pub fn slot_of(&self, id: &AccountId) -> Option<Slot> {
        self.places.get(id)?.slot
    }

    /// Where an account stands among `rows`; nothing when it is not among them.
    pub fn position(&self, id: &AccountId, rows: &Vector<Row>) -> Option<usize> {
        rows.binary_search(&self.places.get(id)?.row).ok()
    }

    /// Takes in how `id` stands on `board` now. `passes` says whether the filter lets it through.
    pub fn follow(&mut self, board: &Board, id: &AccountId, passes: bool) {
        if let Some(old) = self.places.remove(id) {
            self.everyone.remove(&old.row);
            if let Some(column) = old.slot.and_then(|slot| self.columns.get_mut(&slot)) {
                self.aboard.remove(&old.row);
                column.remove(&old.row);
                column.subtract(old.money);
            }
        }
        let Some(account) = board.get(id) else { return };
        if let Some(passing) = &mut self.passing {
            if passes {
                passing.insert(id.clone())
            } else {
                passing.remove(id)
            };
        }
        let held = self.held(board, account);
        self.everyone.insert(held.row.clone(), passes);
        if let Some(column) = held.slot.and_then(|slot| self.columns.get_mut(&slot)) {
            self.aboard.insert(held.row.clone(), passes);
            column.insert(held.row.clone(), passes);
            column.add(held.money);
        }
        self.places.insert(id.clone(), held);
    }

    /// Shows only those in `passing`, or everyone again.
    pub fn narrow(&mut self, passing: Option<HashSet<AccountId>>) {
        for column in self.columns.values_mut().chain([&mut self.aboard, &mut self.everyone]) {
            column.narrow(passing.as_ref());
        }
        self.passing = passing;
    }

    /// Who passes the filter; nothing when there is none.
    pub fn passing(&self) -> Option<&HashSet<AccountId>> {
        self.passing.as_ref()
    }

    fn held(&self, board: &Board, account: &Account) -> Held {
        let slot = match board.standing(account) {
            Standing::Off => None,
            Standing::Unmapped(_) => Some(Slot::Unmapped),
            Standing::In(position, _) => Some(Slot::Stage(position)),
        };
        let money = account.money(&FactKey::ForecastedMrr);
        let (group, rank) = match self.sort {
            Sort::Name => (0, 0),
            Sort::Renewal => match account.next_renewal(self.today) {
                Some(date) => (0, (date - self.today).num_days()),
                None => (1, 0),
            },
            Sort::TimeInStage => match &account.place {
                Some(place) => (0, place.since.timestamp_millis()),
                None => (1, 0),
            },
            Sort::Mrr => match money {
                Some(money) => (currency_rank(money.currency), -money.minor),
                None => (i64::MAX, 0),
            },
        };
        Held {
            slot,
            row: Row::new(group, rank, account.name(), &account.id),
            money: money.map(|money| (money.currency, money.minor)),
        }
    }
}

/// Keeps currencies apart in one order: by their letters.
fn currency_rank(currency: Currency) -> i64 {
    currency.code().bytes().fold(0, |rank, letter| rank * 256 + i64::from(letter))
}
