//! The fields a query may name.

use std::collections::BTreeSet;

use strum::VariantArray;

use super::Subject;
use crate::casefold::folded;
use crate::state::values::fact::FactKind;
use crate::state::{Board, FactKey};
use crate::suggest;

/// What is asked of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    Own(OwnField),
    Fact(FactKey),
    Entry(EntryField),
}

/// What may be asked of an entry of the log, beside its accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum EntryField {
    By,
    When,
    Playbook,
    Undone,
}

/// The fields that are not facts. Written in queries as `in-stage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum OwnField {
    Id,
    Stage,
    Bucket,
    Phase,
    Owner,
    Segment,
    Risk,
    Reason,
    Alert,
    Task,
    Note,
    Renews,
    Touched,
    InStage,
    Entered,
    Engaged,
    Week,
    Checklist,
    OpenPoints,
    Refunded,
    Snoozed,
    Marked,
    Is,
}

/// What a field holds, and so what may be asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    Stage,
    Risk,
    /// A day to come: `14d` counts from today on.
    Ahead,
    /// A day that was: `14d` counts back from today.
    Past,
    Number,
    Money,
    Flag,
    /// A word of a fixed list.
    Word,
}

/// Other names of facts, as people call them.
pub const ALIASES: [(&str, FactKey); 6] = [
    ("forecast", FactKey::ForecastedMrr),
    ("interval", FactKey::BillingInterval),
    ("csm", FactKey::CsmContact),
    ("sales", FactKey::SalesContact),
    ("contact", FactKey::Contacts),
    ("users", FactKey::UsersCount),
];

impl OwnField {
    pub(super) fn kind(self) -> FieldKind {
        match self {
            Self::Id | Self::Bucket | Self::Owner | Self::Segment | Self::Reason | Self::Note => {
                FieldKind::Text
            }
            Self::Alert | Self::Task => FieldKind::Text,
            Self::Stage => FieldKind::Stage,
            Self::Risk => FieldKind::Risk,
            Self::Renews => FieldKind::Ahead,
            Self::Touched | Self::InStage | Self::Entered => FieldKind::Past,
            Self::Week | Self::OpenPoints => FieldKind::Number,
            Self::Refunded => FieldKind::Money,
            Self::Engaged | Self::Snoozed | Self::Marked => FieldKind::Flag,
            Self::Phase | Self::Checklist | Self::Is => FieldKind::Word,
        }
    }

    /// What it asks, for people.
    pub fn about(self) -> &'static str {
        match self {
            Self::Id => "The external id, the whole of it",
            Self::Stage => {
                "The stage, by id or label: `3a`, `unmapped`; `none` is off the board; a later stage is more"
            }
            Self::Bucket => "The bucket, such as `3`",
            Self::Phase => "`open`, `engaged` or `closed`",
            Self::Owner => "Who looks after it: `me`, a name or a part of an address",
            Self::Segment => "A segment it belongs to",
            Self::Risk => "The payment risk: `low`, `medium` or `high`; a higher one is more",
            Self::Reason => "Why it needs a person today, by a word of the reason",
            Self::Alert => "An alert: `open`, `snoozed`, `closed`, or a kind such as `failed_payment`",
            Self::Task => "An open task, by a word of its title, or `overdue`",
            Self::Note => "A word of a note",
            Self::Renews => "The next renewal: `14d`, `this-week`, `fri`, `20dec`, `2024-12-20`",
            Self::Touched => "The last contact: `>7d` is longer ago",
            Self::InStage => "How long it has been in its stage",
            Self::Entered => "When it came onto the board",
            Self::Engaged => "Whether the customer ever engaged",
            Self::Week => "The week of the engagement",
            Self::Checklist => {
                "The checklist of its stage: `open` (points are open) or `done`; `none` where the stage has none"
            }
            Self::OpenPoints => "How many points of the checklist of its stage are open",
            Self::Refunded => {
                "What was refunded in all: an amount that names no currency is in that of the refund"
            }
            Self::Snoozed => "Whether it is snoozed",
            Self::Marked => "Whether it is marked on the board; no account is, for the commands",
            Self::Is => {
                "`new` (nobody has looked at it), `mine`, `open`, `closed`, `on-board`, `retired` (in a segment being given up) or `unmapped`"
            }
        }
    }
}

impl EntryField {
    pub(super) fn kind(self) -> FieldKind {
        match self {
            Self::By | Self::Playbook => FieldKind::Text,
            Self::When => FieldKind::Past,
            Self::Undone => FieldKind::Flag,
        }
    }

    /// What it asks, for people.
    pub fn about(self) -> &'static str {
        match self {
            Self::By => "Who did it: `me`, `clock`, a name or a part of an address",
            Self::When => "When: `today`, `<=7d`, `mon`, `2024-12-20`",
            Self::Playbook => "A playbook that ran, by its id",
            Self::Undone => "Whether it is undone",
        }
    }
}

impl Field {
    /// The field that `name` names in a query about `subject`.
    pub(super) fn of(name: &str, subject: Subject) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let mut own = EntryField::VARIANTS.iter().filter(|_| subject == Subject::Entries);
        own.find(|field| field.to_string() == lower)
            .map(|field| Self::Entry(*field))
            .or_else(|| Self::parse(name))
    }

    /// The field `name` names, whatever its case.
    pub fn parse(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        if let Some(own) = OwnField::VARIANTS.iter().find(|field| field.to_string() == lower) {
            return Some(Self::Own(*own));
        }
        let alias = ALIASES.iter().find(|(alias, _)| *alias == lower).map(|(_, key)| key.clone());
        let fact = || FactKey::known().find(|key| key.to_string() == lower);
        alias.or_else(fact).or_else(|| FactKey::parse(name)).map(Self::Fact)
    }

    /// Whether some account of `board` has it, where it is a column or an id of another system: a name that nobody has is
    /// a mistake.
    pub(super) fn is_known_on(&self, board: &Board) -> Result<(), String> {
        let name = match self {
            Self::Fact(key @ (FactKey::Extra(_) | FactKey::OtherId(_))) if !board.is_empty() => {
                key.to_string()
            }
            Self::Fact(_) | Self::Own(_) | Self::Entry(_) => return Ok(()),
        };
        let is_named = |key: &FactKey| folded(&key.to_string()) == folded(&name);
        let is_other = |key: &&FactKey| matches!(key, FactKey::Extra(_) | FactKey::OtherId(_));
        let others = || board.accounts().flat_map(|account| account.facts.keys().filter(is_other));
        if others().any(is_named) {
            return Ok(());
        }
        let known: BTreeSet<String> = others().map(ToString::to_string).collect();
        let near = suggest::did_you_mean(&name, &known.into_iter().collect::<Vec<_>>());
        Err(format!("no account has `{name}`{}", near.map(|near| format!(": {near}")).unwrap_or_default()))
    }

    /// Every name in a query about `subject`.
    pub(super) fn names_of(subject: Subject) -> Vec<String> {
        let own = EntryField::VARIANTS.iter().filter(|_| subject == Subject::Entries);
        own.map(ToString::to_string).chain(Self::names()).collect()
    }

    /// Every name that is no prefix: own fields, facts and their other names.
    pub fn names() -> Vec<String> {
        let own = OwnField::VARIANTS.iter().map(ToString::to_string);
        let facts = FactKey::known().map(|key| key.to_string());
        own.chain(facts).chain(ALIASES.iter().map(|(alias, _)| (*alias).to_owned())).collect()
    }

    /// Whether its bare name is a test: `-snoozed`.
    pub(super) fn is_flag(&self) -> bool {
        self.kind() == FieldKind::Flag
    }

    pub fn kind(&self) -> FieldKind {
        match self {
            Self::Own(own) => own.kind(),
            Self::Entry(field) => field.kind(),
            Self::Fact(FactKey::CreditsExpiry | FactKey::NextRenewal) => FieldKind::Ahead,
            Self::Fact(key) => match key.kind() {
                FactKind::Text | FactKind::List => FieldKind::Text,
                FactKind::Number => FieldKind::Number,
                FactKind::Money => FieldKind::Money,
                FactKind::Date => FieldKind::Past,
                FactKind::Flag => FieldKind::Flag,
            },
        }
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Own(own) => own.fmt(f),
            Self::Entry(field) => field.fmt(f),
            Self::Fact(key) => key.fmt(f),
        }
    }
}
