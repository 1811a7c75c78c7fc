//! `--at DATE`: the board as it was at the end of a day.

use chrono::{NaiveTime, TimeDelta};
use clap::Args;

use super::context::SessionGuard;
use super::{CliError, Context, notify};
use crate::prose::dates;
use crate::state::values::{time, when};

#[derive(Args, Debug)]
pub(super) struct AtArgs {
    /// As it was at the end of this day, such as 2024-11-01 or yesterday
    #[arg(long = "at", value_name = "DATE")]
    day: Option<String>,
}

impl AtArgs {
    /// Opens the store to read it, as it was at the end of the day that is asked for; the clock of `context` stands there, too.
    ///
    /// # Errors
    /// Those of [`Context::open`], and when the day is none, or is still to come.
    pub(super) fn open(&self, context: &mut Context) -> Result<SessionGuard, CliError> {
        let Some(text) = &self.day else { return context.open() };
        let now = context.config.now();
        let wrong = |what: &str| CliError::usage(format!("--at: {what}"));
        let day = when::day_back(text, &now).map_err(|error| wrong(&error.to_string()))?;
        if day > now.today() {
            return Err(wrong(&format!("{day} is still to come: name a day that is over")));
        }
        let next = day.succ_opt().ok_or_else(|| wrong("the calendar ends there"))?;
        let end = time::moment(next, NaiveTime::MIN, now.zone) - TimeDelta::milliseconds(1);
        if end >= now.at {
            // Today is not over.
            return context.open();
        }
        let mut session = context.open()?;
        session.0.go_back_to(end)?;
        context.config.stop_clock(end);
        notify(&format!("as it was at the end of {}", dates::day(&now, day)));
        Ok(session)
    }
}
