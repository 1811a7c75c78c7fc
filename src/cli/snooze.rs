//! `gangplank snooze`.

use chrono::{DateTime, Utc};
use clap::Args;

use super::{CliError, Context, account};
use crate::state::{Command, values::when};

/// Hide an account from today's queue until a date
///
/// It comes back earlier when the customer makes contact, or when a payment needs attention.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank snooze Acme --until mon\n\
    \x20 gangplank snooze Acme --off")]
pub struct SnoozeArgs {
    /// The account's external id or full name
    account: String,
    /// Until when: tomorrow, mon, in 2 weeks, 15:00, 2025-01-07
    #[arg(long, value_name = "WHEN", required_unless_present = "off")]
    until: Option<String>,
    /// End the snooze now
    #[arg(long, conflicts_with = "until")]
    off: bool,
}

pub(super) fn run(args: &SnoozeArgs, context: &mut Context) -> Result<(), CliError> {
    let until = args.until.as_deref().map(|text| ahead(text, context)).transpose()?;
    context.change(|board| {
        let account = account::find(board, &args.account)?.id.clone();
        Ok(Command::Snooze { account, until })
    })
}

/// The moment that `text` names, if it is in the future.
pub(super) fn ahead(text: &str, context: &Context) -> Result<DateTime<Utc>, CliError> {
    let now = context.config.now();
    let when = when::parse(text, &now).map_err(|error| CliError::usage(error.to_string()))?;
    let (at, text) = (when.moment(&now), text.trim());
    if at > now.at {
        return Ok(at);
    }
    Err(CliError::usage(format!("`{text}` has passed already: name a time ahead, like tomorrow or 2 h")))
}
