//! `gangplank risk`.

use std::sync::Arc;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

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
    #[arg(value_parser = levels())]
    level: RiskLevel,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<Arc<str>>,
}

fn levels() -> impl TypedValueParser<Value = RiskLevel> {
    let words = RiskLevel::ALL.iter().map(<&str>::from);
    PossibleValuesParser::new(words).try_map(|word| word.parse())
}

pub(super) fn run(args: &RiskArgs, context: &mut Context) -> Result<(), CliError> {
    let reason = args.reason.clone().filter(|text| !text.trim().is_empty());
    let risk = Risk { level: args.level, reason };
    context.change(|board| {
        let account = account::find(board, &args.account)?.id.clone();
        Ok(Command::SetRisk { account, risk })
    })
}
