//! `pipeline.toml`: the stages of a team.

mod checklist;

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use self::checklist::{ChecklistTable, KnownPoints};
use super::error::ConfigError;
use crate::state::values::pipeline::{Engagement, PipelineError, StageDraft};
use crate::state::values::signal::SignalKind;
use crate::state::{Phase, Pipeline};

/// The default pipeline, complete and commented.
pub const DEFAULT: &str = include_str!("../../assets/pipeline.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PipelineFile {
    engagement_target_weeks: Spanned<u32>,
    #[serde(default)]
    stage: Vec<StageTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StageTable {
    id: Spanned<String>,
    label: Spanned<String>,
    phase: Phase,
    engagement: Option<Engagement>,
    quiet_after_days: Option<u32>,
    awaits: Option<Spanned<String>>,
    entered_by: Option<Spanned<String>>,
    checklist: Option<ChecklistTable>,
    #[serde(default)]
    aliases: Vec<Spanned<String>>,
}

/// The longest engagement, in weeks; a longer one is a mistake.
const MOST_WEEKS: u32 = 500;

/// Reads `text` as a pipeline.
///
/// # Errors
/// The first error, with its line and what to write instead.
pub fn parse(text: &str, file_name: &str) -> Result<Pipeline, ConfigError> {
    let wrong = |span: Range<usize>, what: String| ConfigError::at(file_name, text, span, what);
    let file: PipelineFile =
        toml::from_str(text).map_err(|error| ConfigError::of_toml(file_name, text, &error))?;
    let weeks = &file.engagement_target_weeks;
    if *weeks.get_ref() == 0 {
        let what = "an engagement lasts at least a week: write a number of weeks, such as 8";
        return Err(wrong(weeks.span(), what.to_owned()));
    }
    if *weeks.get_ref() > MOST_WEEKS {
        let what = format!(
            "an engagement of more than {MOST_WEEKS} weeks is taken for a mistake: write a number of weeks, such as 8"
        );
        return Err(wrong(weeks.span(), what));
    }
    for stage in &file.stage {
        let (id, label) = (stage.id.get_ref(), &stage.label);
        let title = label.get_ref().strip_prefix(id.as_str()).unwrap_or(label.get_ref());
        let example = format!("{id}. What it means");
        let aliases = stage.aliases.iter().map(|alias| (alias.get_ref().as_str(), alias, "Homework Offered"));
        for (name, written, example) in std::iter::once((title, label, &*example)).chain(aliases) {
            if !name.contains(char::is_alphanumeric) {
                let what = format!("the name has no letters or digits: write it like \"{example}\"");
                return Err(wrong(written.span(), what));
            }
        }
    }
    let kind = |word: &Option<Spanned<String>>| {
        let Some(word) = word else { return Ok(None) };
        let what = || format!("unknown signal `{}`: write one of {}", word.get_ref(), SignalKind::words());
        SignalKind::parse(word.get_ref()).map(Some).ok_or_else(|| wrong(word.span(), what()))
    };
    let mut known = KnownPoints::new(&wrong);
    let mut draft = |stage: &StageTable| {
        Ok(StageDraft {
            id: stage.id.get_ref().clone(),
            label: stage.label.get_ref().clone(),
            phase: stage.phase,
            engagement: stage.engagement,
            quiet_after_days: stage.quiet_after_days,
            awaits: kind(&stage.awaits)?,
            entered_by: kind(&stage.entered_by)?,
            checklist: stage.checklist.as_ref().map(|list| known.read(list)).transpose()?,
            aliases: stage.aliases.iter().map(|alias| alias.get_ref().clone()).collect(),
        })
    };
    let drafts = file.stage.iter().map(&mut draft).collect::<Result<Vec<_>, _>>()?;
    Pipeline::new(drafts, *weeks.get_ref()).map_err(|error| match &error {
        PipelineError::Empty => {
            ConfigError::in_file(file_name, "a pipeline needs at least one stage: add one with [[stage]]")
        }
        PipelineError::NoBucket { stage, .. } => wrong(file.stage[*stage].id.span(), error.to_string()),
        PipelineError::Ambiguous { stage, first, second, .. } if first == second => {
            wrong(file.stage[*stage].id.span(), format!("another stage has the id {first}: write another id"))
        }
        PipelineError::Ambiguous { stage, name, .. } => {
            let stage = &file.stage[*stage];
            let mut names = std::iter::once(&stage.id).chain(&stage.aliases);
            let twice = names.find(|known| known.get_ref() == name).unwrap_or(&stage.label);
            wrong(twice.span(), error.to_string())
        }
    })
}
