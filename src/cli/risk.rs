//! `gangplank risk`.

use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::{CliError, Context, account};
use crate::state::{Command, Risk, RiskLevel};

/// Set the payment risk of an account
///
/// Only people set the Payment Risk Assessment. The forecast is weighted by it.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank risk Acme high --reason \"two bills bounced\"\n\
    \x20 gangplank risk Acme none")]
pub struct RiskArgs {
    /// The account's external id or full name
    account: String,
    /// The level of the risk
    #[arg(value_enum)]
    level: Level,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<Arc<str>>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    None,
    Low,
    Medium,
    High,
}

impl From<Level> for RiskLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::None => Self::None,
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
        }
    }
}

pub(super) fn run(args: &RiskArgs, context: &mut Context) -> Result<(), CliError> {
    let reason = args.reason.clone().filter(|text| !text.trim().is_empty());
    let risk = Risk { level: args.level.into(), reason };
    context.change(|board| {
        let account = account::find(board, &args.account)?.id.clone();
        Ok(Command::SetRisk { account, risk })
    })
}
