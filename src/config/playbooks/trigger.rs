//! What sets a playbook off, as a file says it.

use chrono::NaiveTime;
use serde::Deserialize;
use toml::Spanned;

use super::check::{Check, Several};
use crate::config::error::ConfigError;
use crate::playbook::Trigger;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TriggerDraft {
    FactsChanged,
    Signal(Several<Spanned<String>>),
    StageEntered(Several<Spanned<String>>),
    DaysBeforeRenewal(u32),
    DaysInStage(u32),
    DaysSinceTouch(u32),
    Clock(ClockDraft),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockDraft {
    at: Spanned<String>,
    day: Option<Spanned<String>>,
}

impl TriggerDraft {
    pub(super) fn checked(self, check: &Check<'_>) -> Result<Trigger, ConfigError> {
        Ok(match self {
            Self::FactsChanged => Trigger::FactsChanged,
            Self::Signal(words) => Trigger::Signal(check.kinds(&words, "signal")?),
            Self::StageEntered(Several(names)) => Trigger::StageEntered(
                names.iter().map(|name| check.stage(name, "stage_entered")).collect::<Result<_, _>>()?,
            ),
            Self::DaysBeforeRenewal(days) => Trigger::DaysBeforeRenewal(days),
            Self::DaysInStage(days) => Trigger::DaysInStage(days),
            Self::DaysSinceTouch(days) => Trigger::DaysSinceTouch(days),
            Self::Clock(ClockDraft { at, day }) => {
                let time = NaiveTime::parse_from_str(at.get_ref(), "%H:%M").map_err(|_| {
                    let what = format!("`{}` is not a time of day: write a time such as 09:00", at.get_ref());
                    check.wrong(&at, "at", what)
                })?;
                let day = day.map(|day| {
                    let what = || {
                        format!("`{}` is not a day of the week: write a day such as monday", day.get_ref())
                    };
                    day.get_ref().parse().map_err(|_| check.wrong(&day, "day", what()))
                });
                Trigger::Clock(day.transpose()?, time)
            }
        })
    }
}
