//! Playbooks as people write them, checked against the pipeline: from shapes to what they mean.

use std::collections::HashSet;
use std::sync::Arc;

use toml::Spanned;

use super::draft::{
    ActionDraft, AmountDraft, ClockDraft, ConditionDraft, Draft, MoveDraft, TaskDraft, TriggerDraft,
    ValueDraft,
};
use crate::config::mistake::Mistake;
use crate::playbook::occasion::time_of_day;
use crate::playbook::{Action, Bound, Condition, Origin, Playbook, PlaybookId, Test, Trigger};
use crate::state::signal::Kind;
use crate::state::{FactKey, FactKind, FactValue, Money, Pipeline, Segment, StageId};

/// What one file's playbooks are checked against, and how a mistake in it is named.
pub(super) struct Check<'a> {
    pub(super) text: &'a str,
    pub(super) file: &'a str,
    pub(super) pipeline: &'a Pipeline,
    /// Every segment a playbook may name.
    pub(super) segments: Vec<Arc<str>>,
    pub(super) origin: Origin,
}

impl Check<'_> {
    pub(super) fn playbooks(&self, drafts: Vec<Draft>) -> Result<Vec<Playbook>, Mistake> {
        let mut seen: HashSet<String> = HashSet::new();
        let mut playbooks = Vec::with_capacity(drafts.len());
        for each in drafts {
            if !seen.insert(each.id.get_ref().clone()) {
                let what = format!(
                    "another playbook is called `{}` already: give each its own id",
                    each.id.get_ref()
                );
                return Err(self.wrong(&each.id, "id", what));
            }
            playbooks.push(self.playbook(each)?);
        }
        Ok(playbooks)
    }

    pub(super) fn wrong<T>(&self, at: &Spanned<T>, key: &str, what: impl Into<String>) -> Mistake {
        Mistake { key: key.to_owned(), ..Mistake::at(self.file, self.text, at.span(), what) }
    }

    pub(super) fn playbook(&self, draft: Draft) -> Result<Playbook, Mistake> {
        if draft.then.get_ref().is_empty() {
            return Err(self.wrong(
                &draft.then,
                "then",
                "a playbook must do something: add { move = \"1\" } or the like",
            ));
        }
        let on = self.trigger(draft.on)?;
        let of_signal = matches!(on, Trigger::Signal(_));
        let no_signal = |at: &Spanned<()>, key: &str| {
            let what = "only a signal says this: write on = { signal = [ … ] }, or leave it out";
            self.wrong(at, key, what)
        };
        let mut when = Vec::with_capacity(draft.when.len());
        for each in draft.when {
            let at = Spanned::new(each.span(), ());
            let condition = self.condition(each)?;
            if !of_signal && condition.asks_the_signal() {
                return Err(no_signal(&at, "when"));
            }
            when.push(condition);
        }
        let mut then = Vec::new();
        for each in draft.then.into_inner() {
            let at = Spanned::new(each.span(), ());
            let action = self.action(each)?;
            if !of_signal && matches!(action, Action::Raise(_) | Action::Close(_)) {
                return Err(no_signal(&at, "then"));
            }
            then.push(action);
        }
        Ok(Playbook {
            id: PlaybookId(draft.id.into_inner().into()),
            title: draft.title.into(),
            on,
            when,
            then,
            origin: self.origin,
            off_in_file: false,
        })
    }

    fn trigger(&self, draft: TriggerDraft) -> Result<Trigger, Mistake> {
        Ok(match draft {
            TriggerDraft::FactsChanged => Trigger::FactsChanged,
            TriggerDraft::Signal(words) => {
                let kinds = words.iter().map(|word| {
                    let what = || format!("`{}` is no signal: use one of {}", word.get_ref(), Kind::words());
                    Kind::parse(word.get_ref()).ok_or_else(|| self.wrong(word, "signal", what()))
                });
                Trigger::Signal(kinds.collect::<Result<_, _>>()?)
            }
            TriggerDraft::StageEntered(names) => {
                let stages = names.iter().map(|name| self.stage(name, "stage_entered"));
                Trigger::StageEntered(stages.collect::<Result<_, _>>()?)
            }
            TriggerDraft::DaysBeforeRenewal(days) => Trigger::DaysBeforeRenewal(days),
            TriggerDraft::DaysInStage(days) => Trigger::DaysInStage(days),
            TriggerDraft::DaysSinceTouch(days) => Trigger::DaysSinceTouch(days),
            TriggerDraft::Clock(ClockDraft { at, day }) => {
                let time = time_of_day(at.get_ref()).ok_or_else(|| {
                    let what = format!("`{}` is no time of day: write it like 09:00", at.get_ref());
                    self.wrong(&at, "at", what)
                })?;
                let day = day.map(|day| {
                    let what = || format!("`{}` is no day of the week: write it like monday", day.get_ref());
                    day.get_ref().parse().map_err(|_| self.wrong(&day, "day", what()))
                });
                Trigger::Clock(day.transpose()?, time)
            }
        })
    }

    fn action(&self, draft: Spanned<ActionDraft>) -> Result<Action, Mistake> {
        Ok(match draft.into_inner() {
            ActionDraft::Move(to) => Action::Move(self.stage(&to, "move")?),
            ActionDraft::MoveBecause(MoveDraft { to, reason }) => {
                Action::MoveBecause(self.stage(&to, "to")?, reason)
            }
            ActionDraft::Join(segment) => Action::Join(self.segment(&segment, "join")?),
            ActionDraft::Leave(segment) => Action::Leave(self.segment(&segment, "leave")?),
            ActionDraft::Stamp(stamp) => Action::Stamp(self.stamp(&stamp, "stamp")?),
            ActionDraft::Raise(kind) => Action::Raise(kind.into()),
            ActionDraft::Close(kind) => Action::Close(kind.into()),
            ActionDraft::Task(TaskDraft { title, due_in_days }) => Action::Task(title, due_in_days),
            // What deserves attention is a task that is due at once: it stays in sight until somebody says it is done.
            ActionDraft::Attention(title) => Action::Task(title, Some(0)),
            ActionDraft::Assign(owner) => Action::Assign(owner),
        })
    }

    fn segment(&self, name: &Spanned<String>, key: &str) -> Result<Segment, Mistake> {
        let known = self.segments.iter().find(|segment| ***segment == **name.get_ref());
        known.cloned().ok_or_else(|| {
            let known =
                if self.segments.is_empty() { "there are none".into() } else { self.segments.join(", ") };
            let what = format!(
                "`{}` is no segment ({known}): correct it, or add it to segments = [ … ] at the top",
                name.get_ref()
            );
            self.wrong(name, key, what)
        })
    }

    fn bucket(&self, name: &Spanned<String>) -> Result<Arc<str>, Mistake> {
        let stage = self.pipeline.in_bucket(name.get_ref()).next();
        stage.map(|stage| stage.bucket.clone()).ok_or_else(|| {
            let mut known: Vec<&str> = self.pipeline.stages().iter().map(|stage| &*stage.bucket).collect();
            known.dedup();
            let what =
                format!("`{}` is no bucket of the pipeline: use one of {}", name.get_ref(), known.join(", "));
            self.wrong(name, "bucket", what)
        })
    }

    /// A stage's id, or a bucket's.
    fn stamp(&self, name: &Spanned<String>, key: &str) -> Result<Arc<str>, Mistake> {
        if self.pipeline.in_bucket(name.get_ref()).next().is_some() {
            return Ok(name.get_ref().as_str().into());
        }
        Ok(self.stage(name, key)?.as_str().into())
    }

    fn stage(&self, name: &Spanned<String>, key: &str) -> Result<StageId, Mistake> {
        let stage = self.pipeline.resolve(name.get_ref());
        stage.map(|stage| stage.id.clone()).ok_or_else(|| {
            let known = self.pipeline.ids();
            self.wrong(
                name,
                key,
                format!("`{}` is no stage of the pipeline: use one of {known}", name.get_ref()),
            )
        })
    }

    fn condition(&self, draft: Spanned<ConditionDraft>) -> Result<Condition, Mistake> {
        let span = draft.span();
        let at = Spanned::new(span, ());
        let c = draft.into_inner();
        let bounds =
            [("above", c.above), ("at_least", c.at_least), ("below", c.below), ("at_most", c.at_most)];
        let tests_a_value = c.known.is_some()
            || c.one_of.is_some()
            || c.is.is_some()
            || bounds.iter().any(|(_, bound)| bound.is_some());
        let mut found = Vec::new();
        if let Some(name) = c.fact {
            let test = Tests { known: c.known, one_of: c.one_of, is: c.is, bounds };
            found.push(self.fact(&name, test)?);
        } else if tests_a_value {
            return Err(self.wrong(
                &at,
                "when",
                "this tests a value without saying which: add fact = \"forecasted_mrr\" or the like",
            ));
        }
        if let Some(stages) = c.stage {
            let ids = stages.iter().map(|name| self.stage(name, "stage"));
            found.push(Condition::Stage(ids.collect::<Result<_, _>>()?));
        }
        found.extend(c.on_board.map(Condition::OnBoard));
        found.extend(c.plan.map(Condition::Plan));
        if let Some(segment) = c.segment {
            found.push(Condition::Segment(self.segment(&segment, "segment")?));
        }
        if let Some(buckets) = c.bucket {
            let buckets = buckets.iter().map(|name| self.bucket(name));
            found.push(Condition::Bucket(buckets.collect::<Result<_, _>>()?));
        }
        if let Some(stamps) = c.ever_in {
            let stamps = stamps.iter().map(|name| self.stamp(name, "ever_in"));
            found.push(Condition::EverIn(stamps.collect::<Result<_, _>>()?));
        }
        if let Some(stamps) = c.called_before {
            let stamps = stamps.iter().map(|name| self.stamp(name, "called_before"));
            found.push(Condition::CalledBefore(stamps.collect::<Result<_, _>>()?));
        }
        found.extend(c.engaged.map(Condition::Engaged));
        found.extend(c.by_specialist.map(Condition::BySpecialist));
        found.extend(c.automatic.map(Condition::Automatic));
        found.extend(c.alert_open.map(|kind| Condition::AlertOpen(kind.into())));
        found.extend(c.days_in_stage.map(Condition::DaysInStage));
        found.extend(c.days_since_touch.map(Condition::DaysSinceTouch));
        found.extend(c.days_before_renewal.map(Condition::DaysBeforeRenewal));
        if let Some(name) = c.renewed_since {
            found.push(Condition::RenewedSince(self.stamp(&name, "renewed_since")?));
        }
        if let Some(AmountDraft { at_least, or_times_last }) = c.amount {
            let least = at_least.get_ref().parse::<Money>();
            let least = least.map_err(|error| self.wrong(&at_least, "at_least", error.to_string()))?;
            found.push(Condition::Amount(least, or_times_last));
        }
        found.extend(c.first_payment_due.map(Condition::FirstPaymentDue));
        if let Some(all) = c.all {
            found.push(Condition::All(self.conditions(all)?));
        }
        if let Some(any) = c.any {
            found.push(Condition::Any(self.conditions(any)?));
        }
        if let Some(not) = c.not {
            found.push(Condition::Not(Box::new(self.condition(*not)?)));
        }
        match (found.pop(), found.is_empty()) {
            (Some(condition), true) => Ok(condition),
            (Some(_), false) => {
                Err(self.wrong(&at, "when", "one condition says one thing: write each in braces of its own"))
            }
            (None, _) => {
                Err(self.wrong(&at, "when", "this condition is empty: say what must hold, or remove it"))
            }
        }
    }

    fn conditions(&self, drafts: Vec<Spanned<ConditionDraft>>) -> Result<Vec<Condition>, Mistake> {
        drafts.into_iter().map(|each| self.condition(each)).collect()
    }

    fn fact(&self, name: &Spanned<String>, tests: Tests) -> Result<Condition, Mistake> {
        let key = FactKey::parse(name.get_ref()).ok_or_else(|| {
            let known = FactKey::known().map(|key| key.to_string()).collect::<Vec<_>>().join(", ");
            let what = format!(
                "`{}` is no fact: use extra.COLUMN for a column of your own, or one of {known}",
                name.get_ref()
            );
            self.wrong(name, "fact", what)
        })?;
        let mut limits = Vec::new();
        for (word, draft) in tests.bounds {
            let Some(draft) = draft else { continue };
            let value = self.value(&key, word, draft)?;
            limits.push(match word {
                "above" => Bound::Above(value),
                "at_least" => Bound::AtLeast(value),
                "below" => Bound::Below(value),
                _ => Bound::AtMost(value),
            });
        }
        let mut found: Vec<Test> = Vec::new();
        found.extend((!limits.is_empty()).then_some(Test::Within(limits)));
        found.extend(tests.known.map(Test::Known));
        found.extend(tests.one_of.map(Test::OneOf));
        found.extend(tests.is.map(Test::Is));
        match (found.pop(), found.is_empty()) {
            (Some(test), true) => Ok(Condition::Fact(key, test)),
            (Some(_), false) => Err(self.wrong(
                name,
                "fact",
                "test one thing at a time: known, one_of, is, or bounds such as above",
            )),
            (None, _) => Err(self.wrong(
                name,
                "fact",
                "say what to test: known, one_of, is, above, at_least, below or at_most",
            )),
        }
    }

    fn value(&self, key: &FactKey, word: &str, draft: Spanned<ValueDraft>) -> Result<FactValue, Mistake> {
        let at = Spanned::new(draft.span(), ());
        let (value, wanted) = match (key.kind(), draft.into_inner()) {
            (FactKind::Number, ValueDraft::Number(number)) => (Some(FactValue::Number(number)), ""),
            (FactKind::Number, ValueDraft::Text(_)) => (None, "a number without quotes, such as 10"),
            (FactKind::Money, ValueDraft::Text(text)) => (
                text.parse::<Money>().ok().map(FactValue::Money),
                "an amount with its currency, such as \"100 USD\"",
            ),
            (FactKind::Money, ValueDraft::Number(_)) => {
                (None, "an amount with its currency, such as \"100 USD\"")
            }
            (FactKind::Date, ValueDraft::Text(text)) => {
                (text.parse().ok().map(FactValue::Date), "a date such as \"2025-01-31\"")
            }
            (FactKind::Date, ValueDraft::Number(_)) => (None, "a date such as \"2025-01-31\""),
            (FactKind::Text | FactKind::Flag | FactKind::List, _) => {
                (None, "one_of, is or known instead: this fact has no order")
            }
        };
        value.ok_or_else(|| self.wrong(&at, word, format!("`{key}` needs {wanted}")))
    }
}

struct Tests {
    known: Option<bool>,
    one_of: Option<Vec<Arc<str>>>,
    is: Option<bool>,
    bounds: [(&'static str, Option<Spanned<ValueDraft>>); 4],
}
