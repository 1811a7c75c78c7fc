//! `gangplank snooze`.

use chrono::{DateTime, Utc};
use clap::Args;

use super::bulk::{self, BulkArgs};
use super::{CliError, Context};
use crate::state::{Command, values::when};

/// Hide accounts from today's queue until a date
///
/// An account comes back earlier when the customer makes contact, or when a payment needs attention.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank snooze Acme --until mon\n\
    \x20 gangplank snooze --where 'reason:survey' --until mon\n\
    \x20 gangplank snooze Acme --off")]
pub struct SnoozeArgs {
    /// The accounts, by external id or full name, or - for ids on the standard input
    #[arg(value_name = "ACCOUNT")]
    accounts: Vec<String>,
    /// Until when: tomorrow, mon, in 2 weeks, 15:00, 2025-01-07
    #[arg(long, value_name = "WHEN", required_unless_present = "off")]
    until: Option<String>,
    /// End the snooze now
    #[arg(long, conflicts_with = "until")]
    off: bool,
    #[command(flatten)]
    bulk: BulkArgs,
}

pub(super) fn run(args: &SnoozeArgs, context: &mut Context) -> Result<(), CliError> {
    let until = args.until.as_deref().map(|text| ahead(text, context)).transpose()?;
    args.bulk.check(&args.accounts)?;
    bulk::each("snooze", &args.accounts, &args.bulk, context, |account| Command::Snooze {
        account: account.id.clone(),
        until,
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
