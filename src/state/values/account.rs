//! An account: the card, and everything known about it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

pub use super::account_id::AccountId;
use super::actor::{Actor, Cause, Seq};
use super::billing_interval::{BillingInterval, BillingPeriod};
use super::checklist::{Checklist, ChecklistPoint, PointId, PointState};
use super::fact::{FactKey, FactValue};
use super::facts::Facts;
use super::finding::{Finding, FindingKind};
pub use super::history_item::HistoryItem;
use super::money::{Currency, Money, MoneySum};
use super::occasion::Occasion;
use super::pipeline::{Pipeline, Stage, StageId};
use super::pushed::PushedFields;
use super::refund::Refund;
use super::signal::{Call, CallId, Signal, SignalKind, Touch};
use super::small_map::{SmallMap, SmallSet};
use super::task::{Task, TaskId};
use super::time::{Now, roll_back, roll_forward};

/// A named set an account belongs to, such as `Onboarding Lead`.
pub type Segment = Arc<str>;

/// Who looks after an account: a name or an email address.
pub type Owner = Arc<str>;

/// A stage or a bucket, as the key of a first-entered stamp. A bucket with one stage shares its stamp.
pub type Stamp = Arc<str>;

/// The column an account stands in, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// The stage, or a label that no stage answers to.
    pub stage: StageId,
    /// When it came here.
    pub since: DateTime<Utc>,
}

/// The Payment Risk Assessment: how unlikely the next invoice is to be paid. Set by people only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    pub level: RiskLevel,
    /// Why, in a person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
}

/// How high a payment risk is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum RiskLevel {
    /// Nobody sees one.
    #[default]
    None,
    Low,
    Medium,
    High,
}

impl RiskLevel {
    pub const ALL: &[Self] = Self::VARIANTS;
}

/// A few lines somebody wrote about an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub at: DateTime<Utc>,
    pub by: Arc<str>,
    pub text: Arc<str>,
}

/// A customer organisation: the card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    /// What is known from outside. Shared, because most changes leave it alone.
    #[serde(with = "super::facts::grouped")]
    pub facts: Arc<Facts>,
    /// Where it stands; nothing when it is off the board.
    #[serde(rename = "place")]
    pub placement: Option<Placement>,
    /// When it first entered each stage and each bucket. Never overwritten.
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub stamps: SmallMap<Stamp, DateTime<Utc>>,
    /// Its way through the pipeline, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<HistoryItem>,
    #[serde(default, skip_serializing_if = "SmallSet::is_empty")]
    pub segments: SmallSet<Segment>,
    /// The segments a person took it out of: no import brings it back into them.
    #[serde(default, skip_serializing_if = "SmallSet::is_empty")]
    pub left_segments: SmallSet<Segment>,
    /// Since when we know the customer engaged, by email or call; nothing when they never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engaged: Option<DateTime<Utc>>,
    /// The owner a person chose here; it outranks the imported specialist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Whom its owner covers for, and until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<Cover>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub risk: Risk,
    /// What people wrote down, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// The points of checklists that were ticked, or unticked again.
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub points: SmallMap<PointId, PointState>,
    /// What was given back to the customer, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Refund>,
    /// When a person first looked at it or worked on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<DateTime<Utc>>,
    /// What happened, by the time it happened. Shared, because most changes leave it alone.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub signals: Arc<Vec<Signal>>,
    /// The calls that were booked.
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub calls: SmallMap<CallId, Call>,
    /// What somebody means to do.
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub tasks: SmallMap<TaskId, Task>,
    /// What is asked about it, or was, until a person dismissed it.
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub findings: SmallMap<FindingKind, Finding>,
    /// Until when nobody wants to hear of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snooze: Option<Snooze>,
    /// What other systems were told of it, by the names of their sources.
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub pushed: SmallMap<Arc<str>, PushedFields>,
    /// Which playbooks that go by time have done their work, and for which occasion.
    #[serde(default, skip_serializing_if = "SmallSet::is_empty")]
    pub fired: SmallSet<(Arc<str>, Occasion)>,
}

fn is_empty(signals: &Arc<Vec<Signal>>) -> bool {
    signals.is_empty()
}

/// A time in which an account is out of sight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snooze {
    /// From when on it is in sight again.
    pub until: DateTime<Utc>,
}

/// That somebody looks after an account in place of its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// The owner whom a person had chosen here; nobody where the imported specialist was, and will be again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// When the owner is back.
    pub until: DateTime<Utc>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Account {
    /// An account of which nothing is known yet.
    pub fn new(id: AccountId) -> Self {
        Self {
            id,
            facts: Arc::default(),
            placement: None,
            stamps: SmallMap::default(),
            history: Vec::new(),
            segments: SmallSet::default(),
            left_segments: SmallSet::default(),
            engaged: None,
            owner: None,
            cover: None,
            risk: Risk::default(),
            notes: Vec::new(),
            points: SmallMap::default(),
            refunds: Vec::new(),
            pushed: SmallMap::default(),
            seen: None,
            signals: Arc::default(),
            calls: SmallMap::default(),
            tasks: SmallMap::default(),
            findings: SmallMap::default(),
            snooze: None,
            fired: SmallSet::default(),
        }
    }

    /// The value of a fact; nothing when it is unknown.
    pub fn fact(&self, key: &FactKey) -> Option<&FactValue> {
        self.facts.value(key)
    }

    /// Its name, or its id while nobody told us a name that can be seen.
    pub fn name(&self) -> &str {
        self.shared_name()
    }

    /// The same for whoever keeps it.
    pub fn shared_name(&self) -> &Arc<str> {
        let is_visible = |name: &str| name.chars().any(|c| !is_invisible(c));
        match self.fact(&FactKey::Name) {
            Some(FactValue::Text(name)) if is_visible(name) => name,
            _ => self.id.shared(),
        }
    }

    /// A fact's text; nothing when it is unknown or no text.
    pub fn text(&self, key: &FactKey) -> Option<&str> {
        if let FactValue::Text(text) = self.fact(key)? { Some(text) } else { None }
    }

    /// A fact's amount; nothing when it is unknown or no amount.
    pub fn money(&self, key: &FactKey) -> Option<Money> {
        if let FactValue::Money(money) = self.fact(key)? { Some(*money) } else { None }
    }

    /// A fact's date; nothing when it is unknown or no date.
    pub fn date(&self, key: &FactKey) -> Option<NaiveDate> {
        if let FactValue::Date(date) = self.fact(key)? { Some(*date) } else { None }
    }

    /// What revenue expects per month.
    pub fn forecasted_mrr(&self) -> Option<Money> {
        self.money(&FactKey::ForecastedMrr)
    }

    /// Who looks after it: the owner chosen here, else the imported specialist.
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_deref().or_else(|| self.text(&FactKey::Specialist))
    }

    /// Whose it is again once nobody covers for them any more; nobody where nobody had it.
    pub fn covered_owner(&self) -> Option<&str> {
        let cover = self.cover.as_ref()?;
        cover.owner.as_deref().or_else(|| self.text(&FactKey::Specialist))
    }

    /// The cover, if its day has come and somebody is to say whose the account is.
    pub fn ended_cover(&self, now: DateTime<Utc>) -> Option<&Cover> {
        self.cover.as_ref().filter(|cover| cover.until <= now)
    }

    /// The next renewal on or after `today`, rolled forward by the billing interval; a past date when the
    /// interval is unknown.
    pub fn next_renewal(&self, today: NaiveDate) -> Option<NaiveDate> {
        let known = self.date(&FactKey::NextRenewal)?;
        Some(roll_forward(known, self.billing_period(), today))
    }

    /// The last renewal on or before `today`; nothing when that cannot be told.
    pub fn last_renewal(&self, today: NaiveDate) -> Option<NaiveDate> {
        roll_back(self.date(&FactKey::NextRenewal)?, self.billing_period(), today)
    }

    /// How often it is billed; nothing when that is unknown.
    fn billing_period(&self) -> Option<BillingPeriod> {
        let interval = self.text(&FactKey::BillingInterval).and_then(BillingInterval::parse);
        interval.map(BillingInterval::period)
    }

    /// Since when there was no contact in its stage: the latest contact, or when it entered if that is later; nothing
    /// off the board.
    pub fn silent_since(&self) -> Option<DateTime<Utc>> {
        let entered = self.placement.as_ref()?.since;
        Some(self.last_touch().map_or(entered, |touch| touch.max(entered)))
    }

    /// The latest contact, in or out.
    pub fn last_touch(&self) -> Option<DateTime<Utc>> {
        self.signals.iter().rev().find(|signal| signal.data.touch().is_some()).map(|signal| signal.at)
    }

    /// The latest contact in one direction.
    pub fn last(&self, touch: Touch) -> Option<DateTime<Utc>> {
        self.signals.iter().rev().find(|signal| signal.data.touch() == Some(touch)).map(|signal| signal.at)
    }

    /// Whether a signal of `kind` ever happened.
    pub fn has(&self, kind: SignalKind) -> bool {
        self.signals.iter().any(|signal| signal.data.kind() == kind)
    }

    /// Whether a stamp is one that a file reported: from before the card's first step on this board, and of no signal.
    pub fn is_imported(&self, stamp: DateTime<Utc>) -> bool {
        let before = self.history.first().is_none_or(|first| stamp < first.at);
        before && !self.signals.iter().any(|signal| signal.at == stamp)
    }

    /// Whether it ever stood in the stage or bucket `stamp`.
    pub fn ever_in(&self, stamp: &str) -> bool {
        self.stamps.contains_key(stamp)
    }

    /// The call that comes next after `now`, of those that still may take place.
    pub fn next_call(&self, now: DateTime<Utc>) -> Option<&Call> {
        let open = self.calls.values().filter(|call| call.outcome.is_none() && call.ends_at > now);
        open.min_by_key(|call| call.starts_at)
    }

    /// The currencies of its amounts, that of the forecast first; one may come more than once.
    pub fn currencies(&self) -> impl Iterator<Item = Currency> {
        let amounts = FactKey::known().filter_map(|key| self.money(&key));
        self.forecasted_mrr().into_iter().chain(amounts).map(|money| money.currency)
    }

    /// All that was refunded, once per currency.
    pub fn refunded(&self) -> Vec<MoneySum> {
        let amounts = self.refunds.iter().map(|refund| refund.amount);
        MoneySum::totals(amounts.map(|amount| (amount.currency, amount.minor.into())))
    }

    pub fn is_ticked(&self, point: &str) -> bool {
        self.points.get(point).is_some_and(|state| state.ticked)
    }

    /// The points of `checklist` that are not ticked.
    pub fn open_points<'a>(&'a self, checklist: &'a Checklist) -> impl Iterator<Item = &'a ChecklistPoint> {
        checklist.points.iter().filter(|point| !self.is_ticked(&point.id))
    }

    /// Whether it is out of sight at `now`.
    pub fn is_snoozed(&self, now: DateTime<Utc>) -> bool {
        self.snooze.as_ref().is_some_and(|snooze| snooze.until > now)
    }

    /// The first email address of whom to write to: a contact's, else an admin's.
    pub fn email(&self) -> Option<&str> {
        self.emails().next()
    }

    /// The email addresses of whom to write to, each once: those of contacts, then those of admins.
    pub fn emails(&self) -> impl Iterator<Item = &str> {
        let facts = [FactKey::Contacts, FactKey::AdminEmails, FactKey::RememberedContacts];
        let facts = facts.into_iter().filter_map(|key| self.fact(&key));
        let texts = facts.flat_map(|fact| match fact {
            FactValue::List(texts) => texts.iter().map(|text| &**text).collect(),
            FactValue::Text(text) => vec![&**text],
            FactValue::Number(_) | FactValue::Money(_) | FactValue::Date(_) | FactValue::Flag(_) => {
                Vec::new()
            }
        });
        let is_part = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\"'".contains(c);
        let words = texts.flat_map(move |text| text.split(move |c| !is_part(c)));
        let mut seen = BTreeSet::new();
        words
            .filter(|word| word.split_once('@').is_some_and(|(who, at)| !who.is_empty() && at.contains('.')))
            .filter(move |word| seen.insert(word.to_lowercase()))
    }

    /// Whether no invoice was paid yet: no paid invoice and no lifetime value is known, from a fact or a signal.
    pub fn first_payment_due(&self) -> bool {
        let paid = self.fact(&FactKey::PaidInvoices).is_some_and(|count| *count != FactValue::Number(0.0));
        let worth = self.money(&FactKey::Ltv).is_some_and(|ltv| ltv.minor != 0);
        !paid && !worth && !self.has(SignalKind::InvoicePaid)
    }

    /// Whether it came onto the board and nobody has looked at it here since, nor written to them from elsewhere.
    pub fn is_unseen(&self) -> bool {
        self.placement.is_some() && self.seen.is_none() && self.last(Touch::Outbound).is_none()
    }

    /// The week of the engagement, counted from one; nothing before it starts.
    pub fn week(&self, pipeline: &Pipeline, now: &Now) -> Option<u32> {
        u32::try_from(now.days_since(self.started(pipeline)?) / 7 + 1).ok()
    }

    /// The steps through the pipeline that nobody took back, latest first.
    pub fn steps(&self) -> Vec<&HistoryItem> {
        let mut taken_back = BTreeSet::new();
        // What the clock did in the wake of what was taken back went with it.
        let mut wake = Seq::MAX;
        let mut steps = Vec::new();
        for item in self.history.iter().rev() {
            let went_along = item.by == Actor::Clock && item.seq > wake;
            if went_along || taken_back.contains(&item.seq) {
                continue;
            }
            match item.cause {
                Cause::Undo(seq) => {
                    taken_back.insert(seq);
                    wake = wake.min(seq);
                }
                Cause::Redo(seq) => {
                    taken_back.insert(seq);
                }
                Cause::Hand | Cause::Forced | Cause::Import | Cause::Playbook(_) => steps.push(item),
            }
        }
        steps
    }

    /// When this stay on the board began, if it is not the first: a card that had finished went back to where
    /// engagements start.
    pub fn returned(&self, pipeline: &Pipeline) -> Option<DateTime<Utc>> {
        self.since_return(pipeline).map(|steps| steps[0].at)
    }

    /// When onboarding was over before this stay began, if it is not the first.
    pub fn ended_before(&self, pipeline: &Pipeline) -> Option<DateTime<Utc>> {
        let steps = self.since_return(pipeline)?;
        let (returned, before) = steps.split_first()?;
        let while_over = before.iter().take_while(|item| item.ends_in(pipeline));
        Some(while_over.last().unwrap_or(returned).at)
    }

    /// The step that began this stay, if it is not the first, and those before it, latest first. Never empty.
    fn since_return(&self, pipeline: &Pipeline) -> Option<Vec<&HistoryItem>> {
        let start = pipeline.start()?;
        // Hardly any card ever comes back, and everybody is asked.
        if !self.history.iter().any(|item| item.returns(pipeline, start)) {
            return None;
        }
        let mut steps = self.steps();
        let at = steps.iter().position(|item| item.returns(pipeline, start))?;
        Some(steps.split_off(at))
    }

    /// When we first wrote to them in this stay. Where that is not recorded, when the card came to where outreach leads;
    /// nothing when it never did, or a file put it there: nobody knows since when.
    pub fn first_outreach(&self, pipeline: &Pipeline) -> Option<DateTime<Utc>> {
        let since = self.returned(pipeline).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let wrote = |signal: &&Signal| signal.data.kind() == SignalKind::OutreachSent && signal.at >= since;
        if let Some(first) = self.signals.iter().find(wrote) {
            return Some(first.at);
        }
        let start = pipeline.start()?;
        let led_there = |item: &&HistoryItem| {
            item.at >= since
                && item.to.as_ref().and_then(|to| pipeline.position(to)).is_some_and(|to| to >= start)
        };
        let first = self.steps().into_iter().rfind(led_there)?;
        (first.cause != Cause::Import).then_some(first.at)
    }

    /// When the engagement started: its first entry into the stage the first outreach leads to, or beyond.
    pub fn started(&self, pipeline: &Pipeline) -> Option<DateTime<Utc>> {
        let [start, beyond @ ..] = &pipeline.stages()[pipeline.start()?..] else { return None };
        let entered = |stage: &Stage| self.stamps.get(stage.id.as_str()).copied();
        entered(start).or_else(|| beyond.iter().filter_map(entered).min())
    }
}

/// Characters that take no room and make no mark: a name of nothing else is no name.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}
