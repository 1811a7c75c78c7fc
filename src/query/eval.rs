//! Whether an account passes a test of a query.

use chrono::NaiveDate;

use super::entries::EntryWords;
use super::field::{EntryField, Field, FieldKind, OwnField};
use super::value::{Wanted, amount};
use super::words::begins_a_word;
use super::{FieldTest, QueryContext, Relation};
use crate::casefold::folded;
use crate::prose::reasons;
use crate::state::query::attention;
use crate::state::query::checklists;
use crate::state::query::ownership::owns;
use crate::state::values::subscription::Subscriptions;
use crate::state::{Account, AlertState, FactKey, FactValue, Money, Phase, Position, RiskLevel, Segment};

/// What a field of an account holds. Nothing is known where it is empty.
enum FieldValue {
    Texts(Vec<String>),
    /// By its place in the pipeline.
    Stage {
        at: Option<usize>,
        bucket: Option<String>,
        is_unmapped: bool,
    },
    Risk(RiskLevel),
    Day(Option<NaiveDate>),
    Number(Option<f64>),
    Amounts(Vec<Money>),
    Flag(Option<bool>),
    Words(Vec<&'static str>),
}

impl FieldTest {
    /// Nothing holds of an account that there is not, and of no entry.
    pub(super) fn holds(
        &self,
        account: Option<&Account>,
        entry: Option<&EntryWords>,
        context: &QueryContext<'_>,
    ) -> bool {
        let value = match (&self.field, account, entry) {
            (Field::Entry(field), _, Some(entry)) => value_of_entry(*field, entry),
            (_, Some(account), _) => value_of(&self.field, account, context),
            (_, None, _) => return false,
        };
        self.holds_of(&value, context)
    }

    /// Whether it holds of nobody who [`is_settled`](crate::state::query::settled::is_settled), whoever that is.
    pub(super) fn excludes_settled(&self, context: &QueryContext<'_>) -> bool {
        // Asked for what is not known, or is another, it says nothing about them.
        if self.relation != Relation::Is || self.wanted == Wanted::Nothing {
            return false;
        }
        let Field::Own(own) = &self.field else { return false };
        // The most that they have.
        let most = match own {
            OwnField::Reason | OwnField::Task => FieldValue::Texts(Vec::new()),
            OwnField::Alert => FieldValue::Texts(vec!["closed".to_owned()]),
            OwnField::Phase => FieldValue::Words(vec!["closed"]),
            OwnField::Is => FieldValue::Words(vec!["new", "mine", "closed", "on-board", "retired"]),
            OwnField::Snoozed => FieldValue::Flag(Some(false)),
            _ => return false,
        };
        !self.holds_of(&most, context)
    }

    fn holds_of(&self, value: &FieldValue, context: &QueryContext<'_>) -> bool {
        let is_known = value.is_known();
        let is = |relation| value.stands(relation, &self.wanted, self.field.kind(), context);
        match (&self.wanted, self.relation) {
            (Wanted::Nothing, Relation::IsOther) | (Wanted::Something, Relation::Is) => is_known,
            (Wanted::Nothing, Relation::Is) | (Wanted::Something, Relation::IsOther) => !is_known,
            (_, Relation::IsOther) => is_known && !is(Relation::Is),
            (_, relation) => is(relation),
        }
    }
}

fn value_of_entry(field: EntryField, entry: &EntryWords) -> FieldValue {
    match field {
        EntryField::By => FieldValue::Texts(vec![entry.by.clone()]),
        EntryField::When => FieldValue::Day(Some(entry.day)),
        EntryField::Playbook => FieldValue::Texts(entry.playbooks.clone()),
        EntryField::Undone => FieldValue::Flag(Some(entry.is_undone)),
    }
}

fn value_of(field: &Field, account: &Account, context: &QueryContext<'_>) -> FieldValue {
    let (board, now) = (context.board, &context.now);
    let text = |text: Option<&str>| FieldValue::Texts(text.map(folded).into_iter().collect());
    let own = match field {
        Field::Own(own) => *own,
        Field::Fact(key) => return fact(key, account, context),
        Field::Entry(_) => return FieldValue::Flag(None),
    };
    match own {
        OwnField::Id => text(Some(account.id.as_str())),
        OwnField::Stage => match board.position_of(account) {
            Position::OffBoard => FieldValue::Stage { at: None, bucket: None, is_unmapped: false },
            Position::Unmapped(_) => FieldValue::Stage { at: None, bucket: None, is_unmapped: true },
            Position::InStage(at, stage) => {
                FieldValue::Stage { at: Some(at), bucket: Some(stage.bucket.to_string()), is_unmapped: false }
            }
        },
        OwnField::Bucket => text(board.stage_of(account).map(|stage| &*stage.bucket)),
        OwnField::Phase => FieldValue::Words(match board.stage_of(account).map(|stage| stage.phase) {
            None => Vec::new(),
            Some(Phase::Open) => vec!["open"],
            // Who engaged is still open.
            Some(Phase::Engaged) => vec!["open", "engaged"],
            Some(Phase::Closed) => vec!["closed"],
        }),
        OwnField::Owner => {
            let names = account.owner().map(|owner| context.rules.roster.names_of(owner));
            FieldValue::Texts(names.into_iter().flatten().map(folded).collect())
        }
        OwnField::Segment => FieldValue::Texts(account.segments.iter().map(|it| folded(it)).collect()),
        OwnField::Risk => FieldValue::Risk(account.risk.level),
        OwnField::Reason => FieldValue::Texts(reason_texts(account, context)),
        OwnField::Alert => FieldValue::Texts(alert_texts(account, context)),
        OwnField::Task => FieldValue::Texts(task_texts(account, context)),
        OwnField::Note => FieldValue::Texts(account.notes.iter().map(|note| folded(&note.text)).collect()),
        OwnField::Renews => FieldValue::Day(account.next_renewal(now.today())),
        OwnField::Touched => FieldValue::Day(account.last_touch().map(|at| now.date(at))),
        OwnField::InStage => FieldValue::Day(account.placement.as_ref().map(|place| now.date(place.since))),
        OwnField::Entered => FieldValue::Day(account.stamps.values().min().map(|at| now.date(*at))),
        OwnField::Engaged => FieldValue::Flag(Some(account.engaged.is_some())),
        OwnField::Week => {
            let week = account.week(board.pipeline(), now).filter(|_| board.is_open(account));
            FieldValue::Number(week.map(f64::from))
        }
        OwnField::Checklist => FieldValue::Words(match checklists::progress(board, account) {
            None => Vec::new(),
            Some((ticked, all)) if ticked == all => vec!["done"],
            Some(_) => vec!["open"],
        }),
        OwnField::OpenPoints => {
            let open = checklists::progress(board, account).map(|(ticked, all)| all - ticked);
            FieldValue::Number(open.and_then(|open| u32::try_from(open).ok()).map(f64::from))
        }
        OwnField::Refunded => {
            let sums = account.refunded().into_iter();
            let sums = sums.map(|sum| Money::new(i64::try_from(sum.minor).unwrap_or(i64::MAX), sum.currency));
            FieldValue::Amounts(sums.collect())
        }
        OwnField::Snoozed => FieldValue::Flag(Some(account.is_snoozed(now.at))),
        OwnField::Marked => {
            FieldValue::Flag(Some(context.marked.is_some_and(|marked| marked.contains(&account.id))))
        }
        OwnField::Is => FieldValue::Words(states(account, context)),
    }
}

fn fact(key: &FactKey, account: &Account, context: &QueryContext<'_>) -> FieldValue {
    if *key == FactKey::NextRenewal {
        return FieldValue::Day(account.next_renewal(context.now.today()));
    }
    if *key == FactKey::UpcomingInvoice {
        return FieldValue::Amounts(account.upcoming_invoices());
    }
    if *key == FactKey::Subscriptions {
        let known = Subscriptions::of(account, None);
        return FieldValue::Texts(known.going_on().map(folded).collect());
    }
    let value = account.fact(key).or_else(|| fact_of_name(key, account));
    match (Field::Fact(key.clone()).kind(), value) {
        (FieldKind::Ahead | FieldKind::Past, value) => FieldValue::Day(match value {
            Some(FactValue::Date(day)) => Some(*day),
            _ => None,
        }),
        (FieldKind::Number, value) => FieldValue::Number(match value {
            Some(FactValue::Number(number)) => Some(*number),
            _ => None,
        }),
        (FieldKind::Money, value) => FieldValue::Amounts(match value {
            Some(FactValue::Money(money)) => vec![*money],
            _ => Vec::new(),
        }),
        (FieldKind::Flag, value) => FieldValue::Flag(match value {
            Some(FactValue::Flag(flag)) => Some(*flag),
            _ => None,
        }),
        (_, Some(FactValue::List(items))) => {
            FieldValue::Texts(items.iter().map(|item| folded(item)).collect())
        }
        (_, value) => FieldValue::Texts(value.map(|value| folded(&value.to_string())).into_iter().collect()),
    }
}

/// A column, or an id of another system, whatever the case of its name.
fn fact_of_name<'a>(key: &FactKey, account: &'a Account) -> Option<&'a FactValue> {
    let is_named = |known: &FactKey| match (known, key) {
        (FactKey::Extra(known), FactKey::Extra(name)) | (FactKey::OtherId(known), FactKey::OtherId(name)) => {
            folded(known) == folded(name)
        }
        _ => false,
    };
    account.facts.iter().find(|(known, _)| is_named(known)).map(|(_, fact)| fact.value)
}

/// Each reason by its word and in full, so that either can be asked for.
fn reason_texts(account: &Account, context: &QueryContext<'_>) -> Vec<String> {
    let reasons = attention::reasons_of(context.board, account, &context.now, context.rules);
    let texts = reasons
        .iter()
        .flat_map(|reason| [reason.word().replace('_', "-"), folded(&reasons::text(reason, &context.now))]);
    texts.collect()
}

fn alert_texts(account: &Account, context: &QueryContext<'_>) -> Vec<String> {
    let alerts = context.board.alerts_of(&account.id);
    let texts = alerts.flat_map(|alert| match &alert.state {
        AlertState::Closed { .. } => vec!["closed".to_owned()],
        AlertState::Open | AlertState::Snoozed { .. } => {
            let state = if alert.is_open(context.now.at) { "open" } else { "snoozed" };
            vec![state.to_owned(), alert.kind.word().to_owned(), folded(alert.kind.title())]
        }
    });
    texts.collect()
}

fn task_texts(account: &Account, context: &QueryContext<'_>) -> Vec<String> {
    let open = account.tasks.values().filter(|task| task.done.is_none());
    let texts = open.flat_map(|task| {
        let is_overdue = task.due.is_some_and(|due| due < context.now.today());
        [Some(folded(&task.title)), is_overdue.then(|| "overdue".to_owned())]
    });
    texts.flatten().collect()
}

/// Whether `account` is in `segment`, whatever its case.
fn is_in(account: &Account, segment: &Segment) -> bool {
    account.segments.iter().any(|it| it.eq_ignore_ascii_case(segment))
}

fn states(account: &Account, context: &QueryContext<'_>) -> Vec<&'static str> {
    let position = context.board.position_of(account);
    let is_closed = matches!(position, Position::InStage(_, stage) if stage.is_closed());
    let states = [
        ("new", account.is_unseen()),
        ("mine", owns(context.me, account, &context.rules.roster)),
        ("open", context.board.is_open(account)),
        ("closed", is_closed),
        ("on-board", !matches!(position, Position::OffBoard)),
        ("retired", context.retired.iter().any(|segment| is_in(account, segment))),
        ("unmapped", matches!(position, Position::Unmapped(_))),
    ];
    states.into_iter().filter(|(_, is_so)| *is_so).map(|(word, _)| word).collect()
}

impl FieldValue {
    fn is_known(&self) -> bool {
        match self {
            Self::Texts(texts) => !texts.is_empty(),
            Self::Stage { at, is_unmapped, .. } => at.is_some() || *is_unmapped,
            Self::Risk(level) => *level != RiskLevel::None,
            Self::Day(day) => day.is_some(),
            Self::Number(number) => number.is_some(),
            Self::Amounts(amounts) => !amounts.is_empty(),
            Self::Flag(flag) => flag.is_some(),
            Self::Words(words) => !words.is_empty(),
        }
    }

    /// Whether it stands to `wanted` as `relation` says. What is unknown, and an amount in another currency, never does.
    fn stands(
        &self,
        relation: Relation,
        wanted: &Wanted,
        kind: FieldKind,
        context: &QueryContext<'_>,
    ) -> bool {
        match (self, wanted) {
            (Self::Texts(texts), Wanted::Text { text, exact }) => {
                texts.iter().any(|known| if *exact { known == text } else { begins_a_word(known, text) })
            }
            (Self::Stage { is_unmapped, .. }, Wanted::Stage(None)) => *is_unmapped,
            (Self::Stage { at: Some(at), .. }, Wanted::Stage(Some(wanted))) => relation.holds(at, wanted),
            (Self::Stage { bucket: Some(bucket), .. }, Wanted::Bucket(wanted)) => {
                relation == Relation::Is && bucket == wanted
            }
            (Self::Risk(level), Wanted::Risk(wanted)) => relation.holds(level, wanted),
            (Self::Day(Some(day)), Wanted::Dates(wanted)) => match relation {
                Relation::Is | Relation::IsOther => wanted.contains(day),
                Relation::Below => day < wanted.start(),
                Relation::AtMost => day <= wanted.end(),
                Relation::Above => day > wanted.end(),
                Relation::AtLeast => day >= wanted.start(),
            },
            (Self::Day(Some(day)), Wanted::Days(wanted)) => {
                let until = context.now.days_until(*day);
                let days = if kind == FieldKind::Ahead { until } else { -until };
                // Within two weeks is not two weeks ago.
                let is_within = !matches!(relation, Relation::Below | Relation::AtMost) || *wanted < 0;
                relation.holds(&days, wanted) && (is_within || days >= 0)
            }
            (Self::Number(Some(number)), Wanted::Number(wanted)) => {
                number.partial_cmp(wanted).is_some_and(|order| relation.allows(order))
            }
            (Self::Amounts(amounts), Wanted::Money(wanted)) => amounts
                .iter()
                .any(|it| it.currency == wanted.currency && relation.holds(&it.minor, &wanted.minor)),
            (Self::Amounts(amounts), Wanted::OwnCurrency(wanted)) => amounts.iter().any(|it| {
                amount(wanted, it.currency).is_some_and(|wanted| relation.holds(&it.minor, &wanted.minor))
            }),
            (Self::Flag(Some(flag)), Wanted::Flag(wanted)) => flag == wanted,
            (Self::Words(words), Wanted::Word(wanted)) => words.contains(wanted),
            _ => false,
        }
    }
}

impl Relation {
    fn holds<T: Ord>(self, value: &T, wanted: &T) -> bool {
        self.allows(value.cmp(wanted))
    }

    fn allows(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Is => order.is_eq(),
            Self::IsOther => order.is_ne(),
            Self::Below => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Above => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}
