//! `gangplank dismiss`.

use clap::Args;

use super::{CliError, Context, account};
use crate::state::query::attention::reasons;
use crate::state::{Account, Board, Command, FindingKind, Reason};

/// Dismiss what Today asks about an account, where nothing is to be done
///
/// These questions can be dismissed: that an account is not in the last export, that it may be the same as another one,
/// that it is back again, and that mail to it bounced. It is asked again only when there is something new to ask.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank dismiss A-1\n\
    \x20 gangplank dismiss A-9 possible_duplicate")]
pub struct DismissArgs {
    /// The account's external id or full name
    account: String,
    /// Which question, as `today --json` names it: `left_export`, `possible_duplicate`, `back_again` or
    /// `mail_bounced`; the first one otherwise
    #[arg(value_parser = finding)]
    finding: Option<FindingKind>,
}

fn finding(text: &str) -> Result<FindingKind, String> {
    let words = FindingKind::ALL.map(FindingKind::word);
    let found = FindingKind::ALL.into_iter().find(|kind| kind.word() == text);
    found.ok_or_else(|| format!("use one of: {}", words.join(", ")))
}

pub(super) fn run(args: &DismissArgs, context: &mut Context) -> Result<(), CliError> {
    let (rules, now) = (context.attention_rules(), context.config.now());
    context.change(|board| {
        let account = account::find(board, &args.account)?;
        let asked = |account: &Account, board: &Board| {
            let asked = reasons(board, account, &[], &now, &rules);
            asked.iter().find_map(Reason::finding)
        };
        let finding = args.finding.or_else(|| asked(account, board)).ok_or_else(|| {
            CliError::error(format!("nothing that can be dismissed is asked about {}", account.name()))
        })?;
        Ok(Command::DismissFinding { account: account.id.clone(), finding })
    })
}
