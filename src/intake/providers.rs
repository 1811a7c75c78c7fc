//! Events as a provider sends or lists them, translated into signals. One file per provider, all pure.
//!
//! A record of a file yields signals, or is ignored by the name of its type, or is rejected with its id and a reason.
//! A signal's id and content depend on what happened and not on the delivery that told of it, where the provider allows
//! it. So the same event from a webhook and from a list is one signal, and any order of deliveries gives the same board.

mod calcom;
mod calendly;
mod field_mapping;
mod fields;
pub mod hubspot;
mod listed;
pub mod posthog;
mod records;
mod stripe;
pub mod vitally;

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use self::calendly::ScheduledEvents;
pub use self::field_mapping::laid_over;
pub use self::listed::{ListedAccount, read_accounts, settle, unclear};
use self::posthog::EventMapping;
use self::records::ProviderRecord;
pub use self::records::Records;
use super::ignored::IgnoredRecords;
use super::mapping::{ImportOptions, Mapping};
use super::signals::RejectedLine;
use crate::state::values::account_ref::AccountRef;
use crate::state::values::signal::{Signal, SignalData, SignalId};
use crate::state::{AccountLookup, Board};

/// Whose events a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum Provider {
    Stripe,
    Calendly,
    CalCom,
    PostHog,
    Vitally,
    HubSpot,
}

/// What the names mean that are a team's own. Where a file does not say, what is built in counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProviderMappings {
    pub own_posthog: Option<EventMapping>,
    pub own_vitally: Option<Mapping>,
    pub own_hubspot: Option<Mapping>,
    /// What an import goes by.
    pub import: ImportOptions,
}

/// Read when they are asked for: most commands are not about a provider.
static BUILT_IN_VITALLY: LazyLock<Mapping> = LazyLock::new(|| built_in(vitally::DEFAULT, vitally::FILE));
static BUILT_IN_HUBSPOT: LazyLock<Mapping> = LazyLock::new(|| built_in(hubspot::DEFAULT, hubspot::FILE));

fn built_in(text: &str, file: &str) -> Mapping {
    Mapping::parse(text, file).expect("a test reads the files that are built in")
}

impl ProviderMappings {
    pub fn posthog(&self) -> &EventMapping {
        self.own_posthog.as_ref().unwrap_or(EventMapping::built_in())
    }

    pub fn vitally(&self) -> &Mapping {
        self.own_vitally.as_ref().unwrap_or(&BUILT_IN_VITALLY)
    }

    pub fn hubspot(&self) -> &Mapping {
        self.own_hubspot.as_ref().unwrap_or(&BUILT_IN_HUBSPOT)
    }

    /// What the fields of the accounts of `provider` become; nothing of a provider that has no accounts.
    pub fn of_accounts(&self, provider: Provider) -> Option<&Mapping> {
        match provider {
            Provider::Vitally => Some(self.vitally()),
            Provider::HubSpot => Some(self.hubspot()),
            Provider::Stripe | Provider::Calendly | Provider::CalCom | Provider::PostHog => None,
        }
    }
}

/// What a file holds that can be ingested, if its first record shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Events(Provider),
    /// Signals as we write them.
    Signals,
}

/// What a provider's records say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Translation {
    /// How many records there are: each has signals, or is an account, or is ignored, or is rejected.
    pub records: usize,
    pub signals: Vec<TranslatedSignal>,
    pub accounts: Vec<ListedAccount>,
    /// Those of a type that says nothing about the board.
    pub ignored: IgnoredRecords,
    pub rejected: Vec<RejectedLine>,
    /// How many of the records with signals come from the provider's test mode.
    pub test_mode: usize,
}

/// A signal, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct TranslatedSignal {
    /// The line on which its record begins, counted from one.
    pub line: usize,
    /// Its account, by its most exact name.
    pub account: AccountRef,
    /// Other names of that account, for a board that does not know it by the first.
    pub other_names: Vec<AccountRef>,
    pub signal: Signal,
}

impl TranslatedSignal {
    /// The first of its account's names that somebody on `board` has; where nobody has any, its first, under which an
    /// import may find it.
    pub fn best_name(&self, board: &Board, lookup: &AccountLookup) -> &AccountRef {
        let mut names = std::iter::once(&self.account).chain(&self.other_names);
        names.find(|name| !lookup.candidates(board, name).is_empty()).unwrap_or(&self.account)
    }
}

/// What one record says.
enum EventReading {
    Signals {
        account: AccountNaming,
        signals: Vec<Signal>,
        is_test: bool,
    },
    /// It is an account: its columns, as an import has them.
    Account(Map<String, Value>),
    /// It says nothing about the board. The name of its type.
    Ignored(String),
}

/// The names of an account, the most exact one first.
struct AccountNaming {
    first: AccountRef,
    others: Vec<AccountRef>,
}

impl AccountNaming {
    /// Nothing where there is none.
    fn of(names: impl IntoIterator<Item = AccountRef>) -> Option<Self> {
        let mut names = names.into_iter();
        Some(Self { first: names.next()?, others: names.collect() })
    }
}

/// Why a record cannot be translated: a sentence about what is wrong in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Unreadable(String);

impl Provider {
    /// Its word in commands, and the source of its signals.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stripe => "stripe",
            Self::Calendly => "calendly",
            Self::CalCom => "calcom",
            Self::PostHog => "posthog",
            Self::Vitally => "vitally",
            Self::HubSpot => "hubspot",
        }
    }

    /// Its name, for sentences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stripe => "Stripe",
            Self::Calendly => "Calendly",
            Self::CalCom => "Cal.com",
            Self::PostHog => "PostHog",
            Self::Vitally => "Vitally",
            Self::HubSpot => "HubSpot",
        }
    }

    /// What its files hold, for sentences.
    pub fn records(self) -> String {
        let what = match self {
            Self::Stripe | Self::Calendly | Self::CalCom | Self::PostHog => "events",
            Self::Vitally => "accounts",
            Self::HubSpot => "records",
        };
        format!("{what} of {}", self.name())
    }

    /// A signal from it. Who did it, it does not say.
    fn signal(self, id: &str, at: DateTime<Utc>, data: SignalData) -> Signal {
        Signal { id: SignalId::new(id), at, by: None, source: self.word().into(), template: None, data }
    }

    /// Whether `record` is plainly one of its events.
    fn sends(self, record: &Map<String, Value>) -> bool {
        match self {
            Self::Stripe => stripe::sends(record),
            Self::Calendly => calendly::sends(record),
            Self::CalCom => calcom::sends(record),
            Self::PostHog => posthog::sends(record),
            Self::Vitally => vitally::sends(record),
            Self::HubSpot => hubspot::sends(record),
        }
    }

    /// How its people call `record`: the id they find it by.
    fn id_of(self, record: &Map<String, Value>) -> Option<&str> {
        match self {
            Self::Stripe => record.get("id")?.as_str(),
            Self::Calendly => calendly::id_of(record),
            Self::CalCom => calcom::id_of(record),
            Self::PostHog => posthog::id_of(record),
            Self::Vitally => vitally::id_of(record),
            Self::HubSpot => hubspot::id_of(record),
        }
    }
}

/// Translates what `bytes` hold: an event, a list of them, a line for each, or pages of the provider's own lists.
pub fn translate(provider: Provider, bytes: &[u8], mappings: &ProviderMappings) -> Translation {
    translate_records(provider, &Records::read(bytes), mappings)
}

/// As [`translate`], of records that were found already.
pub fn translate_records(
    provider: Provider,
    records: &Records<'_>,
    mappings: &ProviderMappings,
) -> Translation {
    let mut translation = Translation { records: records.all.len(), ..Translation::default() };
    let scheduled = match provider {
        Provider::Calendly => ScheduledEvents::of(records),
        Provider::Stripe | Provider::CalCom | Provider::PostHog | Provider::Vitally | Provider::HubSpot => {
            ScheduledEvents::default()
        }
    };
    for record in &records.all {
        let mut known_by = String::new();
        let read = match record.object() {
            Ok(object) => {
                let event = match provider {
                    Provider::Stripe => stripe::translate(&object),
                    Provider::Calendly => calendly::translate(&object, &scheduled),
                    Provider::CalCom => calcom::translate(&object),
                    Provider::PostHog => posthog::translate(&object, mappings.posthog()),
                    Provider::Vitally => vitally::translate(&object, mappings.vitally()),
                    Provider::HubSpot => hubspot::translate(&object, mappings.hubspot(), &mappings.import),
                };
                if let Ok(EventReading::Ignored(_)) = &event {
                    let id = provider.id_of(&object).map(str::to_owned);
                    known_by = id.unwrap_or_else(|| Value::Object(object.clone()).to_string());
                }
                event.map_err(|Unreadable(why)| match provider.id_of(&object) {
                    Some(id) => format!("{}: {why}", fields::short(id)),
                    None => why,
                })
            }
            Err(why) => Err(why),
        };
        translation.add(record, &known_by, read);
    }
    translation
}

impl Translation {
    /// Takes in what further records say.
    pub fn append(&mut self, other: Self) {
        let Self { records, signals, accounts, ignored, rejected, test_mode } = other;
        self.records += records;
        self.signals.extend(signals);
        self.accounts.extend(accounts);
        self.ignored.append(ignored);
        self.rejected.extend(rejected);
        self.test_mode += test_mode;
    }

    /// Takes in what `record` says. One that is ignored is `known_by` something when it is read again.
    fn add(&mut self, record: &ProviderRecord<'_>, known_by: &str, read: Result<EventReading, String>) {
        let line = record.line;
        match read {
            Ok(EventReading::Signals { account: AccountNaming { first, others }, signals, is_test }) => {
                self.test_mode += usize::from(is_test);
                self.signals.extend(signals.into_iter().map(|signal| TranslatedSignal {
                    line,
                    account: first.clone(),
                    other_names: others.clone(),
                    signal,
                }));
            }
            Ok(EventReading::Account(columns)) => {
                self.accounts.push(ListedAccount { line, raw: record.text(), columns });
            }
            Ok(EventReading::Ignored(name)) => self.ignored.add(&name, known_by.as_bytes()),
            Err(reason) => self.rejected.push(RejectedLine { line, reason }),
        }
    }
}
