//! Checks the playbooks of a file against the pipeline, and turns them into values.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveTime;
use toml::Spanned;

use super::draft::{
    ActionDraft, AmountDraft, AmountsDraft, ClockDraft, ConditionDraft, MoveDraft, PlaybookDraft, Several,
    TaskDraft, TriggerDraft, ValueDraft,
};
use crate::config::error::ConfigError;
use crate::playbook::{Bound, Condition, NewTask, Origin, Playbook, PlaybookId, Reaction, Test, Trigger};
use crate::state::values::money::NotAnAmount;
use crate::state::values::signal::SignalKind;
use crate::state::{FactKey, FactKind, FactValue, Money, Pipeline, Segment, StageId};

/// The word of a bound, what it makes of a value, and the value, if it is written.
type BoundDraft = (&'static str, fn(FactValue) -> Bound, Option<Spanned<ValueDraft>>);

/// The tests of a fact's value; a condition has exactly one.
struct FactTests {
    known: Option<bool>,
    one_of: Option<Several<Arc<str>>>,
    is: Option<bool>,
    bounds: [BoundDraft; 4],
}

/// What the playbooks of one file are checked against, and where errors are reported.
pub(super) struct Check<'a> {
    pub(super) text: &'a str,
    pub(super) file: &'a str,
    pub(super) pipeline: &'a Pipeline,
    /// Every segment a playbook may name.
    pub(super) segments: Vec<Arc<str>>,
    pub(super) origin: Origin,
}

impl Check<'_> {
    pub(super) fn playbooks(&self, drafts: Vec<PlaybookDraft>) -> Result<Vec<Playbook>, ConfigError> {
        let mut seen: HashSet<String> = HashSet::new();
        let check = |draft: PlaybookDraft| {
            let id = draft.id.get_ref();
            if !seen.insert(id.clone()) {
                let what = format!("another playbook has the id `{id}`: write another id");
                return Err(self.wrong(&draft.id, "id", what));
            }
            self.playbook(draft)
        };
        drafts.into_iter().map(check).collect()
    }

    pub(super) fn wrong<T>(&self, at: &Spanned<T>, key: &str, what: impl Into<String>) -> ConfigError {
        ConfigError { key: key.to_owned(), ..ConfigError::at(self.file, self.text, at.span(), what) }
    }

    pub(super) fn playbook(&self, draft: PlaybookDraft) -> Result<Playbook, ConfigError> {
        if draft.then.get_ref().is_empty() {
            let what = "a playbook needs an action: add one such as { move = \"1\" }";
            return Err(self.wrong(&draft.then, "then", what));
        }
        for (text, key) in [(&draft.id, "id"), (&draft.title, "title")] {
            self.says_something(text, key)?;
        }
        let on = self.trigger(draft.on)?;
        let mut when = Vec::with_capacity(draft.when.len());
        for each in draft.when {
            let at = Spanned::new(each.span(), ());
            let condition = self.condition(each)?;
            for part in condition.parts() {
                self.answered_by(&on, part.answered_by(), &at, "when")?;
            }
            when.push(condition);
        }
        let mut then = Vec::new();
        for each in draft.then.into_inner() {
            let at = Spanned::new(each.span(), ());
            let action = self.action(each)?;
            self.answered_by(&on, action.answered_by(), &at, "then")?;
            self.may_move(&on, &action, &at)?;
            then.push(action);
        }
        Ok(Playbook {
            id: PlaybookId(draft.id.into_inner().into()),
            title: draft.title.into_inner().into(),
            on,
            when,
            then,
            origin: self.origin,
            off_in_file: false,
        })
    }

    /// Whether every signal that triggers the playbook is one of `kinds`, which have what a part asks for.
    fn answered_by(
        &self,
        on: &Trigger,
        kinds: Option<&[SignalKind]>,
        at: &Spanned<()>,
        key: &str,
    ) -> Result<(), ConfigError> {
        let Some(kinds) = kinds else { return Ok(()) };
        let words = kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join("\", \"");
        match on {
            Trigger::Signal(_) if kinds.is_empty() => Ok(()),
            Trigger::Signal(known) if known.iter().all(|kind| kinds.contains(kind)) => Ok(()),
            Trigger::Signal(_) => {
                let what = format!(
                    "only these signals have this: write on = {{ signal = [\"{words}\"] }}, or remove it"
                );
                Err(self.wrong(at, key, what))
            }
            _ => {
                let what = "this needs a signal: write on = { signal = [ … ] }, or remove it";
                Err(self.wrong(at, key, what))
            }
        }
    }

    /// Whether the playbook may move a card there: some stages are entered by one signal only, and only those may be
    /// entered from a closed stage.
    fn may_move(&self, on: &Trigger, action: &Reaction, at: &Spanned<()>) -> Result<(), ConfigError> {
        let (Reaction::Move(to) | Reaction::MoveBecause(to, _)) = action else { return Ok(()) };
        let Some(stage) = self.pipeline.stage(to) else { return Ok(()) };
        let Some(kind) = stage.entered_by else {
            return match action {
                Reaction::MoveBecause(..) => {
                    let what = format!(
                        "out of a closed stage, a playbook moves a card only to a closed stage with entered_by \
                         in pipeline.toml: write move = \"{to}\""
                    );
                    Err(self.wrong(at, "move_because", what))
                }
                _ => Ok(()),
            };
        };
        if *on == Trigger::Signal(vec![kind]) {
            return Ok(());
        }
        let word = kind.word();
        let what =
            format!("only {word} moves a card to {to}: write on = {{ signal = [\"{word}\"] }}, or remove it");
        Err(self.wrong(at, "then", what))
    }

    fn says_something(&self, text: &Spanned<String>, key: &str) -> Result<(), ConfigError> {
        if text.get_ref().trim().is_empty() {
            return Err(self.wrong(text, key, "the text is empty: write a few words"));
        }
        Ok(())
    }

    fn trigger(&self, draft: TriggerDraft) -> Result<Trigger, ConfigError> {
        Ok(match draft {
            TriggerDraft::FactsChanged => Trigger::FactsChanged,
            TriggerDraft::Signal(words) => Trigger::Signal(self.kinds(&words, "signal")?),
            TriggerDraft::StageEntered(Several(names)) => Trigger::StageEntered(
                names.iter().map(|name| self.stage(name, "stage_entered")).collect::<Result<_, _>>()?,
            ),
            TriggerDraft::DaysBeforeRenewal(days) => Trigger::DaysBeforeRenewal(days),
            TriggerDraft::DaysInStage(days) => Trigger::DaysInStage(days),
            TriggerDraft::DaysSinceTouch(days) => Trigger::DaysSinceTouch(days),
            TriggerDraft::Clock(ClockDraft { at, day }) => {
                let time = NaiveTime::parse_from_str(at.get_ref(), "%H:%M").map_err(|_| {
                    let what = format!("`{}` is not a time of day: write a time such as 09:00", at.get_ref());
                    self.wrong(&at, "at", what)
                })?;
                let day = day.map(|day| {
                    let what = || {
                        format!("`{}` is not a day of the week: write a day such as monday", day.get_ref())
                    };
                    day.get_ref().parse().map_err(|_| self.wrong(&day, "day", what()))
                });
                Trigger::Clock(day.transpose()?, time)
            }
        })
    }

    fn kinds(&self, words: &Several<Spanned<String>>, key: &str) -> Result<Vec<SignalKind>, ConfigError> {
        let kinds = words.0.iter().map(|word| {
            let what =
                || format!("unknown signal `{}`: write one of {}", word.get_ref(), SignalKind::words());
            SignalKind::parse(word.get_ref()).ok_or_else(|| self.wrong(word, key, what()))
        });
        kinds.collect()
    }

    fn action(&self, draft: Spanned<ActionDraft>) -> Result<Reaction, ConfigError> {
        Ok(match draft.into_inner() {
            ActionDraft::Move(to) => Reaction::Move(self.stage(&to, "move")?),
            ActionDraft::MoveBecause(MoveDraft { to, reason }) => {
                Reaction::MoveBecause(self.stage(&to, "to")?, reason)
            }
            ActionDraft::Join(segment) => Reaction::Join(self.segment(&segment, "join")?),
            ActionDraft::Leave(segment) => Reaction::Leave(self.segment(&segment, "leave")?),
            ActionDraft::Stamp(stamp) => Reaction::Stamp(self.stamp(&stamp, "stamp")?),
            ActionDraft::Raise(kind) => Reaction::Raise(kind.into()),
            ActionDraft::Close(kind) => Reaction::Close(kind.into()),
            ActionDraft::Task(TaskDraft { title, due_in_days, done_on }) => {
                self.says_something(&title, "title")?;
                let done_on = done_on.map(|words| self.kinds(&words, "done_on")).transpose()?;
                let title = title.into_inner().into();
                Reaction::Task(NewTask { title, due_in_days, done_on: done_on.unwrap_or_default() })
            }
            // An account that needs attention gets a task that is due at once: it is shown until a person marks it done.
            ActionDraft::Attention(title) => {
                self.says_something(&title, "attention")?;
                let title = title.into_inner().into();
                Reaction::Task(NewTask { title, due_in_days: Some(0), done_on: Vec::new() })
            }
            ActionDraft::Assign(owner) => {
                self.says_something(&owner, "assign")?;
                Reaction::Assign(owner.into_inner().into())
            }
        })
    }

    fn segment(&self, name: &Spanned<String>, key: &str) -> Result<Segment, ConfigError> {
        let known = self.segments.iter().find(|segment| ***segment == **name.get_ref());
        known.cloned().ok_or_else(|| {
            let known = if self.segments.is_empty() { "none".into() } else { self.segments.join(", ") };
            let what = format!(
                "unknown segment `{}` (known: {known}): correct it, or add it to segments = [ … ] at the top",
                name.get_ref()
            );
            self.wrong(name, key, what)
        })
    }

    fn bucket(&self, name: &Spanned<String>) -> Result<Arc<str>, ConfigError> {
        let stage = self.pipeline.in_bucket(name.get_ref()).next();
        stage.map(|stage| stage.bucket.clone()).ok_or_else(|| {
            let mut known: Vec<&str> = self.pipeline.stages().iter().map(|stage| &*stage.bucket).collect();
            known.dedup();
            let what = format!("unknown bucket `{}`: write one of {}", name.get_ref(), known.join(", "));
            self.wrong(name, "bucket", what)
        })
    }

    /// A stage's id, or a bucket's.
    fn stamp(&self, name: &Spanned<String>, key: &str) -> Result<Arc<str>, ConfigError> {
        if self.pipeline.in_bucket(name.get_ref()).next().is_some() {
            return Ok(name.get_ref().as_str().into());
        }
        Ok(self.stage(name, key)?.as_str().into())
    }

    fn stage(&self, name: &Spanned<String>, key: &str) -> Result<StageId, ConfigError> {
        let stage = self.pipeline.resolve(name.get_ref());
        stage.map(|stage| stage.id.clone()).ok_or_else(|| {
            let known = self.pipeline.ids();
            self.wrong(name, key, format!("unknown stage `{}`: write one of {known}", name.get_ref()))
        })
    }

    fn condition(&self, draft: Spanned<ConditionDraft>) -> Result<Condition, ConfigError> {
        let span = draft.span();
        let at = Spanned::new(span, ());
        let c = draft.into_inner();
        let bounds: [BoundDraft; 4] = [
            ("above", Bound::Above, c.above),
            ("at_least", Bound::AtLeast, c.at_least),
            ("below", Bound::Below, c.below),
            ("at_most", Bound::AtMost, c.at_most),
        ];
        let has_bounds = bounds.iter().any(|(_, _, draft)| draft.is_some());
        let tests_a_value = c.known.is_some() || c.one_of.is_some() || c.is.is_some() || has_bounds;
        let mut found = Vec::new();
        if let Some(name) = c.fact {
            let test = FactTests { known: c.known, one_of: c.one_of, is: c.is, bounds };
            found.push(self.fact(&name, test)?);
        } else if tests_a_value {
            let what = "this tests a value without a fact: add one such as fact = \"forecasted_mrr\"";
            return Err(self.wrong(&at, "when", what));
        }
        found.extend(each(c.stage, |name| self.stage(name, "stage"))?.map(Condition::Stage));
        found.extend(c.on_board.map(Condition::OnBoard));
        found.extend(c.plan.map(|plans| Condition::Plan(plans.0)));
        if let Some(segment) = c.segment {
            found.push(Condition::Segment(self.segment(&segment, "segment")?));
        }
        found.extend(each(c.bucket, |name| self.bucket(name))?.map(Condition::Bucket));
        found.extend(each(c.ever_in, |name| self.stamp(name, "ever_in"))?.map(Condition::EverIn));
        let called = each(c.called_before, |name| self.stamp(name, "called_before"))?;
        found.extend(called.map(Condition::CalledBefore));
        found.extend(c.engaged.map(Condition::Engaged));
        found.extend(c.by_specialist.map(Condition::BySpecialist));
        found.extend(c.automatic.map(Condition::Automatic));
        found.extend(c.alert_open.map(|kind| Condition::AlertOpen(kind.into())));
        found.extend(c.days_in_stage.map(Condition::DaysInStage));
        found.extend(c.days_since_touch.map(Condition::DaysSinceTouch));
        found.extend(c.days_since_outreach.map(Condition::DaysSinceOutreach));
        found.extend(c.days_before_renewal.map(Condition::DaysBeforeRenewal));
        if let Some(name) = c.renewed_since {
            found.push(Condition::RenewedSince(self.stamp(&name, "renewed_since")?));
        }
        if let Some(AmountDraft { at_least, or_times_last }) = c.amount {
            let texts = match at_least.get_ref() {
                AmountsDraft::One(text) => std::slice::from_ref(text),
                AmountsDraft::Several(texts) => texts,
            };
            let wrong = |what: String| self.wrong(&at_least, "at_least", what);
            let mut all: Vec<Money> = Vec::new();
            for text in texts {
                let least: Money = text.parse().map_err(|error: NotAnAmount| wrong(error.to_string()))?;
                if all.iter().any(|known| known.currency == least.currency) {
                    return Err(wrong(format!("two amounts are in {}: keep one of them", least.currency)));
                }
                all.push(least);
            }
            if all.is_empty() {
                return Err(wrong("the list is empty: write one or more amounts".to_owned()));
            }
            found.push(Condition::Amount(all, or_times_last));
        }
        found.extend(c.first_payment_due.map(Condition::FirstPaymentDue));
        found.extend(c.all.map(|all| self.conditions(all)).transpose()?.map(Condition::All));
        found.extend(c.any.map(|any| self.conditions(any)).transpose()?.map(Condition::Any));
        if let Some(not) = c.not {
            found.push(Condition::Not(Box::new(self.condition(*not)?)));
        }
        let what = match (found.pop(), found.is_empty()) {
            (Some(condition), true) => return Ok(condition),
            (Some(_), false) => "each condition tests one thing: write each one in its own braces",
            (None, _) => "this condition is empty: write what to test, or remove it",
        };
        Err(self.wrong(&at, "when", what))
    }

    /// The test of the fact `name`.
    fn fact(&self, name: &Spanned<String>, tests: FactTests) -> Result<Condition, ConfigError> {
        let key = FactKey::parse(name.get_ref()).ok_or_else(|| {
            let known = FactKey::known().map(|key| key.to_string()).collect::<Vec<_>>().join(", ");
            let name_text = name.get_ref();
            let what = format!(
                "unknown fact `{name_text}`: write extra.COLUMN for a column of your own, or one of {known}"
            );
            self.wrong(name, "fact", what)
        })?;
        let mut limits = Vec::new();
        for (word, bound, draft) in tests.bounds {
            if let Some(draft) = draft {
                limits.push(bound(self.value(&key, word, draft)?));
            }
        }
        let mut found: Vec<Test> = Vec::new();
        found.extend((!limits.is_empty()).then_some(Test::Within(limits)));
        found.extend(tests.known.map(Test::Known));
        found.extend(tests.one_of.map(|texts| Test::OneOf(texts.0)));
        found.extend(tests.is.map(Test::Is));
        let what = match (found.pop(), found.is_empty()) {
            (Some(test), true) => return Ok(Condition::Fact(key, test)),
            (Some(_), false) => "test one thing at a time: known, one_of, is, or bounds such as above",
            (None, _) => "write what to test: known, one_of, is, above, at_least, below or at_most",
        };
        Err(self.wrong(name, "fact", what))
    }

    fn value(&self, key: &FactKey, word: &str, draft: Spanned<ValueDraft>) -> Result<FactValue, ConfigError> {
        let at = Spanned::new(draft.span(), ());
        let wanted = match key.kind() {
            FactKind::Number => "a number without quotes, such as 10",
            FactKind::Money => "an amount with its currency, such as \"100 USD\"",
            FactKind::Date => "a date such as \"2025-01-31\"",
            FactKind::Text | FactKind::Flag | FactKind::List => {
                "one_of, is or known: its values have no order"
            }
        };
        let value = match (key.kind(), draft.into_inner()) {
            (FactKind::Number, ValueDraft::Number(number)) => Some(FactValue::Number(number)),
            (FactKind::Money, ValueDraft::Text(text)) => text.parse().ok().map(FactValue::Money),
            (FactKind::Date, ValueDraft::Text(text)) => text.parse().ok().map(FactValue::Date),
            (_, ValueDraft::Number(_) | ValueDraft::Text(_)) => None,
        };
        value.ok_or_else(|| self.wrong(&at, word, format!("`{key}` needs {wanted}")))
    }

    fn conditions(&self, drafts: Several<Spanned<ConditionDraft>>) -> Result<Vec<Condition>, ConfigError> {
        drafts.0.into_iter().map(|each| self.condition(each)).collect()
    }
}

fn each<T>(
    names: Option<Several<Spanned<String>>>,
    read: impl Fn(&Spanned<String>) -> Result<T, ConfigError>,
) -> Result<Option<Vec<T>>, ConfigError> {
    names.map(|names| names.0.iter().map(read).collect()).transpose()
}
