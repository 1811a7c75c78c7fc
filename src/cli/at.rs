//! `--at DATE`: the board as it was at the end of a day.

use clap::Args;

use super::context::SessionGuard;
use super::{CliError, Context, notify};
use crate::prose::dates;
use crate::state::Now;
use crate::state::values::past_day::PastDay;

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
        let Some(PastDay { day, end }) = past_day(text, &now)? else { return context.open() };
        let mut session = context.open()?;
        session.0.go_back_to(end)?;
        context.config.stop_clock(end);
        notify(&format!("as it was at the end of {}", dates::day(&now, day)));
        Ok(session)
    }
}

/// The day that `--at` names; nothing where that is today.
pub(super) fn past_day(text: &str, now: &Now) -> Result<Option<PastDay>, CliError> {
    PastDay::named(text, now).map_err(|error| CliError::usage(format!("--at: {error}")))
}
