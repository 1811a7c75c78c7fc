//! What a playbook does, as a file says it.

use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::check::{AlertDraft, Check, Several};
use crate::config::error::ConfigError;
use crate::playbook::{NewTask, Reaction};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReactionDraft {
    Move(Spanned<String>),
    MoveBecause(MoveDraft),
    Join(Spanned<String>),
    Leave(Spanned<String>),
    Stamp(Spanned<String>),
    Raise(AlertDraft),
    Close(AlertDraft),
    Task(TaskDraft),
    Attention(Spanned<String>),
    Assign(Spanned<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveDraft {
    to: Spanned<String>,
    reason: Arc<str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskDraft {
    title: Spanned<String>,
    due_in_days: Option<u32>,
    done_on: Option<Several<Spanned<String>>>,
}

impl ReactionDraft {
    pub(super) fn checked(self, check: &Check<'_>) -> Result<Reaction, ConfigError> {
        Ok(match self {
            Self::Move(to) => Reaction::Move(check.stage(&to, "move")?),
            Self::MoveBecause(MoveDraft { to, reason }) => {
                Reaction::MoveBecause(check.stage(&to, "to")?, reason)
            }
            Self::Join(segment) => Reaction::Join(check.segment(&segment, "join")?),
            Self::Leave(segment) => Reaction::Leave(check.segment(&segment, "leave")?),
            Self::Stamp(stamp) => Reaction::Stamp(check.stamp(&stamp, "stamp")?),
            Self::Raise(kind) => Reaction::Raise(kind.into()),
            Self::Close(kind) => Reaction::Close(kind.into()),
            Self::Task(TaskDraft { title, due_in_days, done_on }) => {
                check.says_something(&title, "title")?;
                let done_on = done_on.map(|words| check.kinds(&words, "done_on")).transpose()?;
                let title = title.into_inner().into();
                Reaction::Task(NewTask { title, due_in_days, done_on: done_on.unwrap_or_default() })
            }
            // An account that needs attention gets a task that is due at once: it is shown until a person marks it done.
            Self::Attention(title) => {
                check.says_something(&title, "attention")?;
                let title = title.into_inner().into();
                Reaction::Task(NewTask { title, due_in_days: Some(0), done_on: Vec::new() })
            }
            Self::Assign(owner) => {
                check.says_something(&owner, "assign")?;
                Reaction::Assign(owner.into_inner().into())
            }
        })
    }
}
