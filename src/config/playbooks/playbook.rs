//! A playbook as a file says it, and what its parts must have of each other.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::check::Check;
use super::condition::{ConditionDraft, condition};
use super::reaction::ReactionDraft;
use super::trigger::TriggerDraft;
use crate::config::error::ConfigError;
use crate::playbook::{Playbook, PlaybookId, Reaction, Trigger};
use crate::state::values::signal::SignalKind;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaybooksFile {
    pub(super) built_in: Option<bool>,
    #[serde(default)]
    pub(super) off: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) segments: Vec<Arc<str>>,
    #[serde(default)]
    pub(super) playbook: Vec<PlaybookDraft>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaybookDraft {
    pub(super) id: Spanned<String>,
    title: Spanned<String>,
    on: TriggerDraft,
    #[serde(default)]
    when: Vec<Spanned<ConditionDraft>>,
    then: Spanned<Vec<Spanned<ReactionDraft>>>,
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

    pub(super) fn playbook(&self, draft: PlaybookDraft) -> Result<Playbook, ConfigError> {
        if draft.then.get_ref().is_empty() {
            let what = "a playbook needs an action: add one such as { move = \"1\" }";
            return Err(self.wrong(&draft.then, "then", what));
        }
        for (text, key) in [(&draft.id, "id"), (&draft.title, "title")] {
            self.says_something(text, key)?;
        }
        let on = draft.on.checked(self)?;
        let mut when = Vec::with_capacity(draft.when.len());
        for each in draft.when {
            let at = Spanned::new(each.span(), ());
            let condition = condition(self, each)?;
            for part in condition.parts() {
                self.answered_by(&on, part.answered_by(), &at, "when")?;
            }
            when.push(condition);
        }
        let mut then = Vec::new();
        for each in draft.then.into_inner() {
            let at = Spanned::new(each.span(), ());
            let action = each.into_inner().checked(self)?;
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
        let Trigger::Signal(known) = on else {
            let what = "this needs a signal: write on = { signal = [ … ] }, or remove it";
            return Err(self.wrong(at, key, what));
        };
        if kinds.is_empty() || known.iter().all(|kind| kinds.contains(kind)) {
            return Ok(());
        }
        let words = kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join("\", \"");
        let what =
            format!("only these signals have this: write on = {{ signal = [\"{words}\"] }}, or remove it");
        Err(self.wrong(at, key, what))
    }

    /// Whether the playbook may move a card there: some stages are entered by one signal only, and only those may be
    /// entered from a closed stage.
    fn may_move(&self, on: &Trigger, action: &Reaction, at: &Spanned<()>) -> Result<(), ConfigError> {
        let (Reaction::Move(to) | Reaction::MoveBecause(to, _)) = action else { return Ok(()) };
        let Some(stage) = self.pipeline.stage(to) else { return Ok(()) };
        let Some(kind) = stage.entered_by else {
            if !matches!(action, Reaction::MoveBecause(..)) {
                return Ok(());
            }
            let what = format!(
                "out of a closed stage, a playbook moves a card only to a closed stage with entered_by in \
                 pipeline.toml: write move = \"{to}\""
            );
            return Err(self.wrong(at, "move_because", what));
        };
        if *on == Trigger::Signal(vec![kind]) {
            return Ok(());
        }
        let word = kind.word();
        let what =
            format!("only {word} moves a card to {to}: write on = {{ signal = [\"{word}\"] }}, or remove it");
        Err(self.wrong(at, "then", what))
    }
}
