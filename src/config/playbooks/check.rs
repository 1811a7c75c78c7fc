//! What the parts of a playbook are checked against, and the names that they share.

use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use crate::config::error::ConfigError;
use crate::playbook::Origin;
use crate::state::values::signal::SignalKind;
use crate::state::{AlertKind, Pipeline, Segment, StageId};

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
    pub(super) fn wrong<T>(&self, at: &Spanned<T>, key: &str, what: impl Into<String>) -> ConfigError {
        ConfigError { key: key.to_owned(), ..ConfigError::at(self.file, self.text, at.span(), what) }
    }

    pub(super) fn says_something(&self, text: &Spanned<String>, key: &str) -> Result<(), ConfigError> {
        if text.get_ref().trim().is_empty() {
            return Err(self.wrong(text, key, "the text is empty: write a few words"));
        }
        Ok(())
    }

    pub(super) fn kinds(
        &self,
        words: &Several<Spanned<String>>,
        key: &str,
    ) -> Result<Vec<SignalKind>, ConfigError> {
        let kinds = words.0.iter().map(|word| {
            let what =
                || format!("unknown signal `{}`: write one of {}", word.get_ref(), SignalKind::words());
            SignalKind::parse(word.get_ref()).ok_or_else(|| self.wrong(word, key, what()))
        });
        kinds.collect()
    }

    pub(super) fn segment(&self, name: &Spanned<String>, key: &str) -> Result<Segment, ConfigError> {
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

    pub(super) fn bucket(&self, name: &Spanned<String>) -> Result<Arc<str>, ConfigError> {
        let stage = self.pipeline.in_bucket(name.get_ref()).next();
        stage.map(|stage| stage.bucket.clone()).ok_or_else(|| {
            let mut known: Vec<&str> = self.pipeline.stages().iter().map(|stage| &*stage.bucket).collect();
            known.dedup();
            let what = format!("unknown bucket `{}`: write one of {}", name.get_ref(), known.join(", "));
            self.wrong(name, "bucket", what)
        })
    }

    /// A stage's id, or a bucket's.
    pub(super) fn stamp(&self, name: &Spanned<String>, key: &str) -> Result<Arc<str>, ConfigError> {
        if self.pipeline.in_bucket(name.get_ref()).next().is_some() {
            return Ok(name.get_ref().as_str().into());
        }
        Ok(self.stage(name, key)?.as_str().into())
    }

    pub(super) fn stage(&self, name: &Spanned<String>, key: &str) -> Result<StageId, ConfigError> {
        let stage = self.pipeline.resolve(name.get_ref());
        stage.map(|stage| stage.id.clone()).ok_or_else(|| {
            let known = self.pipeline.ids();
            self.wrong(name, key, format!("unknown stage `{}`: write one of {known}", name.get_ref()))
        })
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AlertDraft {
    FailedPayment,
    LargeInvoice,
}

impl From<AlertDraft> for AlertKind {
    fn from(draft: AlertDraft) -> Self {
        match draft {
            AlertDraft::FailedPayment => Self::FailedPayment,
            AlertDraft::LargeInvoice => Self::LargeInvoice,
        }
    }
}

/// A list of one or more.
#[derive(Deserialize)]
#[serde(try_from = "Vec<T>")]
pub(super) struct Several<T>(pub(super) Vec<T>);

impl<T> TryFrom<Vec<T>> for Several<T> {
    type Error = &'static str;

    fn try_from(list: Vec<T>) -> Result<Self, Self::Error> {
        if list.is_empty() {
            return Err("the list is empty: write one or more, or remove the key");
        }
        Ok(Self(list))
    }
}
