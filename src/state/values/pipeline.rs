//! The pipeline: stages in order, checked once at the border.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::checklist::{Checklist, ChecklistPoint};
use super::signal::SignalKind;

/// A stage's short id: `1`, `3a`. On an account it may also be a label that no stage answers to; see
/// [`Pipeline::stage`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StageId(#[serde(deserialize_with = "super::arc_str::text")] Arc<str>);

impl StageId {
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Where a stage stands in the life of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Phase {
    /// Work is to be done, whether or not the customer engages.
    Open,
    /// Open, and the customer answered or talked to us.
    Engaged,
    /// Onboarding is over. Nobody but a person with a reason takes a card out again.
    Closed,
}

/// Whether a stage is meant for customers who engaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engagement {
    /// Only for those who engaged by email or call.
    Required,
    /// Only for those who never did.
    Never,
    /// For both.
    Any,
}

/// One column of the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its short id: the label's leading word.
    pub id: StageId,
    /// The whole label: `3a. Engaged — Email`.
    pub label: Arc<str>,
    /// Its bucket: the id's leading number. 3a and 3b are bucket 3.
    pub bucket: Arc<str>,
    /// Where it stands in the life of an account.
    pub phase: Phase,
    pub engagement: Engagement,
    /// Days without a touch after which an account here counts as quiet; none where silence is expected.
    pub quiet_after_days: Option<u32>,
    /// What a person is to do here, as the signal that says it is done.
    pub awaits: Option<SignalKind>,
    /// What brings a card here. No playbook brings one on anything else.
    pub entered_by: Option<SignalKind>,
    /// What is to be looked at here.
    pub checklist: Option<Checklist>,
}

impl Stage {
    /// The label without its id: `Engaged — Email`.
    pub fn title(&self) -> &str {
        self.label
            .strip_prefix(self.id.as_str())
            .map_or(&*self.label, |rest| rest.trim_start_matches(['.', ' ']))
    }

    pub fn is_closed(&self) -> bool {
        self.phase == Phase::Closed
    }
}

/// The stages in order, and every way of naming them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    stages: Vec<Stage>,
    names: HashMap<String, usize>,
    /// Weeks from stage 2 within which an engagement should end.
    pub target_weeks: u32,
}

/// Why a set of stages is not a pipeline. `stage` counts from zero, for whoever knows its line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PipelineError {
    #[error("a pipeline needs at least one stage")]
    Empty,
    /// An id without a leading number.
    #[error("stage id `{id}` does not start with its bucket's number: write it like 3a")]
    NoBucket { stage: usize, id: String },
    /// Two stages answer to one name.
    #[error("`{name}` names both {first} and {second}: every id, label and alias must be unique")]
    Ambiguous {
        /// The later of the two stages.
        stage: usize,
        name: String,
        first: StageId,
        second: StageId,
    },
}

/// A stage as it is declared, before it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageDraft {
    /// See [`Stage::id`].
    pub id: String,
    /// See [`Stage::label`].
    pub label: String,
    /// See [`Stage::phase`].
    pub phase: Phase,
    /// See [`Stage::engagement`]; by default what the phase implies.
    pub engagement: Option<Engagement>,
    /// See [`Stage::quiet_after_days`].
    pub quiet_after_days: Option<u32>,
    /// See [`Stage::awaits`].
    pub awaits: Option<SignalKind>,
    /// See [`Stage::entered_by`].
    pub entered_by: Option<SignalKind>,
    /// See [`Stage::checklist`].
    pub checklist: Option<Checklist>,
    /// Retired labels and other names.
    pub aliases: Vec<String>,
}

impl Pipeline {
    /// Checks `drafts` and makes them a pipeline.
    ///
    /// # Errors
    /// When there is no stage, an id has no bucket, or one name means two stages.
    pub fn new(drafts: Vec<StageDraft>, target_weeks: u32) -> Result<Self, PipelineError> {
        let mut pipeline =
            Self { stages: Vec::with_capacity(drafts.len()), names: HashMap::new(), target_weeks };
        for (position, draft) in drafts.into_iter().enumerate() {
            let digits = draft.id.chars().take_while(char::is_ascii_digit).count();
            if digits == 0 {
                return Err(PipelineError::NoBucket { stage: position, id: draft.id });
            }
            let stage = Stage {
                bucket: draft.id[..digits].into(),
                id: StageId::new(&draft.id),
                label: draft.label.into(),
                phase: draft.phase,
                engagement: draft.engagement.unwrap_or(match draft.phase {
                    Phase::Engaged => Engagement::Required,
                    Phase::Open | Phase::Closed => Engagement::Any,
                }),
                quiet_after_days: draft.quiet_after_days,
                awaits: draft.awaits,
                entered_by: draft.entered_by,
                checklist: draft.checklist,
            };
            let names = [stage.id.as_str(), &*stage.label, stage.title()].map(str::to_owned);
            pipeline.stages.push(stage);
            for name in names.into_iter().chain(draft.aliases) {
                pipeline.name(&name, position)?;
            }
        }
        if pipeline.stages.is_empty() { Err(PipelineError::Empty) } else { Ok(pipeline) }
    }

    fn name(&mut self, name: &str, stage: usize) -> Result<(), PipelineError> {
        match self.names.insert(folded(name), stage) {
            Some(other) if other != stage => Err(PipelineError::Ambiguous {
                stage,
                name: name.to_owned(),
                first: self.stages[other].id.clone(),
                second: self.stages[stage].id.clone(),
            }),
            Some(_) | None => Ok(()),
        }
    }

    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Where `id` stands in the order; nothing when no stage answers to it, not even by an alias.
    pub fn position(&self, id: &StageId) -> Option<usize> {
        self.stages.iter().position(|stage| stage.id == *id).or_else(|| self.position_of(id.as_str()))
    }

    /// The stage `id` stands for, also by a retired label; nothing when nobody knows it.
    pub fn stage(&self, id: &StageId) -> Option<&Stage> {
        self.position(id).map(|position| &self.stages[position])
    }

    /// The whole label of the stage `id`: `2. Onboarding Initiated`. The id itself where nobody knows it.
    pub fn label<'a>(&'a self, id: &'a StageId) -> &'a str {
        self.stage(id).map_or(id.as_str(), |stage| &*stage.label)
    }

    /// The stage that `text` names: by id, label, bare title or alias, whatever the case, spaces and dashes.
    pub fn resolve(&self, text: &str) -> Option<&Stage> {
        self.position_of(text).map(|position| &self.stages[position])
    }

    fn position_of(&self, text: &str) -> Option<usize> {
        self.names.get(&folded(text)).copied()
    }

    /// The points of all checklists, in the order of the stages.
    pub fn points(&self) -> impl Iterator<Item = &ChecklistPoint> {
        self.stages.iter().filter_map(|stage| stage.checklist.as_ref()).flat_map(|list| &list.points)
    }

    /// The point that `text` names, by its id or title, whatever the case and punctuation.
    pub fn point(&self, text: &str) -> Option<&ChecklistPoint> {
        let wanted = folded(text);
        let named = |name: &str| folded(name) == wanted;
        self.points()
            .find(|point| *point.id == *text)
            .or_else(|| self.points().find(|point| named(&point.id) || named(&point.title)))
    }

    /// Where engagements start: the stage that the first outreach leads to.
    pub fn start(&self) -> Option<usize> {
        self.stages.iter().position(|stage| stage.entered_by == Some(SignalKind::OutreachSent))
    }

    /// Where accounts enter the board: the first stage that awaits the first outreach.
    pub fn entry(&self) -> &Stage {
        let awaits = |stage: &&Stage| stage.awaits == Some(SignalKind::OutreachSent);
        self.stages.iter().find(awaits).unwrap_or(&self.stages[0])
    }

    /// The stages whose bucket is `bucket`.
    pub fn in_bucket<'a>(&'a self, bucket: &'a str) -> impl Iterator<Item = &'a Stage> {
        self.stages.iter().filter(move |stage| &*stage.bucket == bucket)
    }

    /// The ids in order, for sentences: `1, 2, 3a, …`.
    pub fn ids(&self) -> String {
        self.stages.iter().map(|stage| stage.id.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// `text` as names are compared: letters and digits only, in lower case.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
