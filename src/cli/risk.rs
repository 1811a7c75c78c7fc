//! `gangplank risk`.

use std::sync::Arc;

use clap::Args;

use super::bulk::{self, BulkArgs};
use super::{CliError, Context};
use crate::state::{Command, Risk, RiskLevel};
use crate::suggest::meant_or_all;

/// Set the payment risk of accounts
///
/// Only people set the Payment Risk Assessment. The forecast is weighted by it.
#[derive(Args, Debug)]
#[command(
    override_usage = "gangplank risk ACCOUNT… none|low|medium|high [--reason TEXT]\n       gangplank risk LEVEL --where QUERY"
)]
#[command(after_help = "Examples:\n\
    \x20 gangplank risk Acme high --reason \"two bills bounced\"\n\
    \x20 gangplank risk Acme none")]
pub struct RiskArgs {
    /// The accounts, by external id or full name, or - for ids on the standard input; then none, low, medium or high
    #[arg(value_name = "ACCOUNT… LEVEL")]
    words: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<Arc<str>>,
    #[command(flatten)]
    bulk: BulkArgs,
}

pub(super) fn run(args: RiskArgs, context: &mut Context) -> Result<(), CliError> {
    let RiskArgs { words, reason, bulk } = args;
    let (named, word) = bulk.split(words, "risk ACCOUNT… LEVEL")?;
    let level = word.parse::<RiskLevel>().map_err(|_| unknown(&word))?;
    let risk = Risk { level, reason: reason.filter(|text| !text.trim().is_empty()) };
    bulk::each("risk", &named, &bulk, context, |account| Command::SetRisk {
        account: account.id.clone(),
        risk: risk.clone(),
    })
}

fn unknown(word: &str) -> CliError {
    let known: Vec<&str> = RiskLevel::ALL.iter().map(<&str>::from).collect();
    let what = meant_or_all(word, &known);
    CliError::usage(format!("`{word}` is not a level of risk: {what}"))
}
