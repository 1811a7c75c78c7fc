//! `gangplank refund`.

use std::sync::Arc;

use clap::Args;
use strum::VariantArray;

use super::bulk::{self, BulkArgs};
use super::{CliError, Context};
use crate::intake::facts;
use crate::state::{Account, Command, Money, RefundKind};
use crate::suggest::meant_or_all;

/// Record a refund or an adjustment of a bill
///
/// Nothing is paid: it is recorded for the history, the export and the forecast. An amount without a currency is in the
/// account's.
#[derive(Args, Debug)]
#[command(
    override_usage = "gangplank refund ACCOUNT… AMOUNT --reason TEXT [--kind adjustment]\n       gangplank refund AMOUNT --where QUERY --reason TEXT"
)]
#[command(after_help = "Examples:\n\
    \x20 gangplank refund Acme 120 --reason \"charged twice in May\"\n\
    \x20 gangplank refund A-1 \"€80\" --kind adjustment --reason \"events that nobody uses\"")]
pub struct RefundArgs {
    /// The accounts, by external id or full name, or - for ids on the standard input; then the amount
    #[arg(value_name = "ACCOUNT… AMOUNT")]
    words: Vec<String>,
    /// Why; the account's history keeps it
    #[arg(long, value_name = "TEXT")]
    reason: Arc<str>,
    /// refund, of a bill that was paid, or adjustment, of one that was not
    #[arg(long, value_name = "KIND", default_value = "refund")]
    kind: String,
    #[command(flatten)]
    bulk: BulkArgs,
}

pub(super) fn run(args: RefundArgs, context: &mut Context) -> Result<(), CliError> {
    let RefundArgs { words, reason, kind, bulk } = args;
    let (named, text) = bulk.split(words, "refund ACCOUNT… AMOUNT --reason TEXT")?;
    let kind = kind.parse::<RefundKind>().map_err(|_| unknown(&kind))?;
    let default = context.config.currency;
    let command = |account: &Account| {
        let currency = account.currencies().next().unwrap_or(default);
        let amount: Money = facts::amount("AMOUNT", &text, currency).map_err(CliError::usage)?;
        Ok(Command::RecordRefund { account: account.id.clone(), kind, amount, reason: reason.clone() })
    };
    bulk::try_each("refund", &named, &bulk, context, command)
}

fn unknown(word: &str) -> CliError {
    let known: Vec<&str> = RefundKind::VARIANTS.iter().map(<&str>::from).collect();
    let what = meant_or_all(word, &known);
    CliError::usage(format!("--kind: `{word}` is none: {what}"))
}
