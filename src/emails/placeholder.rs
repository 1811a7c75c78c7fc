//! What an email may say of an account: everything that links and own commands may, and what only people read.

use chrono::{DateTime, Utc};

use crate::config::template::{Placeholder, PlaceholderSet, unknown};
use crate::prose::dates;
use crate::prose::lists::sentence_case;
use crate::prose::workload::without_domain;
use crate::state::query::checklists::points_of;
use crate::state::values::signal::CallOutcome;
use crate::state::{Account, Alert, AlertKind, Board, FactKey, Now, Roster, SignalData};

use super::occasion::EmailOccasion;

/// What a placeholder of an email stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailPlaceholder {
    Account(Placeholder),
    /// Of the first contact with a name.
    FirstName,
    /// Who writes it.
    Me,
    /// The day of the next renewal.
    Renewal,
    /// How far away that is.
    RenewalIn,
    /// What was seen at the ticked points of the checklists, a line each. A tick alone says nothing that one would write.
    Observations,
    /// The amount of the open alert.
    Amount,
    /// When the invoice of the open alert is due.
    Due,
    /// When the payment of the open alert is tried again.
    Retry,
    /// The day of the last call that was held.
    LastCall,
    /// The moment of the next call.
    NextCall,
}

const NAMES: [(&str, EmailPlaceholder); 10] = [
    ("first_name", EmailPlaceholder::FirstName),
    ("me", EmailPlaceholder::Me),
    ("renewal", EmailPlaceholder::Renewal),
    ("renewal_in", EmailPlaceholder::RenewalIn),
    ("observations", EmailPlaceholder::Observations),
    ("amount", EmailPlaceholder::Amount),
    ("due", EmailPlaceholder::Due),
    ("retry", EmailPlaceholder::Retry),
    ("last_call", EmailPlaceholder::LastCall),
    ("next_call", EmailPlaceholder::NextCall),
];

impl PlaceholderSet for EmailPlaceholder {
    fn parse(name: &str) -> Result<Self, String> {
        let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, it)| it.clone());
        known.or_else(|| Placeholder::named(name).map(Self::Account)).ok_or_else(|| {
            let own: Vec<String> = NAMES.iter().map(|(name, _)| format!("{{{name}}}")).collect();
            let names = NAMES.iter().map(|(name, _)| (*name).to_owned()).chain(Placeholder::names());
            unknown(name, names, &format!("{}, {{name}} or a fact such as {{plan}}", own.join(", ")))
        })
    }
}

impl EmailPlaceholder {
    /// The words of the gap where it is not known.
    pub fn title(&self) -> String {
        match self {
            Self::Account(Placeholder::Fact(key)) => key.title().to_lowercase(),
            Self::Account(other) => other.title(),
            Self::FirstName => "first name".to_owned(),
            Self::Me => "your name".to_owned(),
            Self::Renewal | Self::RenewalIn => "renewal date".to_owned(),
            Self::Observations => "observations".to_owned(),
            Self::Amount => "amount".to_owned(),
            Self::Due => "due date".to_owned(),
            Self::Retry => "date of the next attempt".to_owned(),
            Self::LastCall => "day of the call".to_owned(),
            Self::NextCall => "time of the call".to_owned(),
        }
    }
}

/// What an email about `account` is filled from.
#[derive(Clone, Copy, Debug)]
pub struct EmailValues<'a> {
    pub account: &'a Account,
    pub board: &'a Board,
    pub roster: &'a Roster,
    /// Who writes it.
    pub me: &'a str,
    pub now: Now,
    /// What it is for: an alert of that kind is meant first.
    pub occasion: Option<EmailOccasion>,
}

impl EmailValues<'_> {
    /// What `placeholder` stands for; nothing where it is not known.
    pub(super) fn value(&self, placeholder: &EmailPlaceholder) -> Option<String> {
        let Self { account, now, .. } = self;
        let renewal = || account.next_renewal(now.today()).filter(|date| *date >= now.today());
        let value = match placeholder {
            EmailPlaceholder::Account(Placeholder::Fact(FactKey::Name)) => account.name().to_owned(),
            EmailPlaceholder::Account(Placeholder::Fact(key)) => dates::fact(now, account.fact(key)?),
            EmailPlaceholder::Account(other) => other.value(account).ok()?,
            EmailPlaceholder::FirstName => first_name(account)?,
            EmailPlaceholder::Me => sentence_case(without_domain(self.roster.short(self.me))),
            EmailPlaceholder::Renewal => dates::day(now, renewal()?),
            EmailPlaceholder::RenewalIn => dates::distance(now, renewal()?),
            EmailPlaceholder::Observations => self.observations(),
            EmailPlaceholder::Amount => self.alert()?.amount?.to_string(),
            EmailPlaceholder::Due => dates::day(now, self.alert()?.due?),
            EmailPlaceholder::Retry => dates::day(now, now.date(self.alert()?.next_attempt?)),
            EmailPlaceholder::LastCall => dates::day(now, now.date(last_call(account)?)),
            EmailPlaceholder::NextCall => dates::moment(now, account.next_call(now.at)?.starts_at),
        };
        Some(value).filter(|value| !value.trim().is_empty())
    }

    /// The open alert that is meant: one of the kind that the email is for, else the first.
    fn alert(&self) -> Option<&Alert> {
        let kind = match self.occasion {
            Some(EmailOccasion::FailedPayment) => Some(AlertKind::FailedPayment),
            Some(EmailOccasion::LargeInvoice) => Some(AlertKind::LargeInvoice),
            Some(_) | None => None,
        };
        let mut alerts = self.board.open_alerts_of(&self.account.id, &self.now);
        alerts.sort_by_cached_key(|alert| alert.urgency(self.now.at));
        let first = alerts.first().copied();
        alerts.into_iter().find(|alert| kind == Some(alert.kind)).or(first)
    }

    /// What was seen at points of the stage, else of the stages before, a line each with what customers call its point.
    fn observations(&self) -> String {
        let points = points_of(self.board, self.account);
        let seen = points.iter().filter_map(|point| {
            Some((point.is_here, format!("- {}: {}", point.customer_title, point.observed()?)))
        });
        let seen: Vec<(bool, String)> = seen.collect();
        let has_here = seen.iter().any(|(is_here, _)| *is_here);
        let lines = seen.into_iter().filter(|(is_here, _)| *is_here || !has_here).map(|(_, line)| line);
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// When the last call that was held began; where it was never booked, when it was recorded.
fn last_call(account: &Account) -> Option<DateTime<Utc>> {
    let held = account.calls.values().filter(|call| call.outcome == Some(CallOutcome::Held));
    let began = held.map(|call| call.starts_at).max();
    let mut signals = account.signals.iter().rev();
    began.or_else(|| signals.find(|it| matches!(it.data, SignalData::CallHeld { .. })).map(|it| it.at))
}

/// The first word of the first contact's name: `Ana` of `Ana Ruiz <ana@example.com>`.
fn first_name(account: &Account) -> Option<String> {
    let facts = [FactKey::Contacts, FactKey::AdminEmails].into_iter().filter_map(|key| account.fact(&key));
    let texts: Vec<String> = facts.map(ToString::to_string).collect();
    let mut names = texts.iter().flat_map(|text| text.split([',', ';'])).map(str::trim);
    names.find_map(|name| {
        let name = name.split('<').next()?.trim().trim_matches(['"', '\'']);
        let first = name.split_whitespace().next()?;
        (!first.contains('@') && first.chars().all(|c| c.is_alphabetic() || "-'’.".contains(c)))
            .then(|| first.to_owned())
    })
}
