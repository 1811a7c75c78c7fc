//! `gangplank brief`.

use std::io::Write;

use clap::Args;

use super::json::{self, BriefJson};
use super::output::TextRole;
use super::{CliError, Context, account};
use crate::prose::brief::{BriefContext, BriefLine, brief};
use crate::text;

/// The width of the labels.
const LABEL: usize = 13;

/// Show an account in fifteen lines, for the minute before a call
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank brief A-1\n\
    \x20 gangplank brief \"Acme Ltd\"")]
pub struct BriefArgs {
    /// The account's external id or full name
    account: String,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &BriefArgs, context: &mut Context) -> Result<(), CliError> {
    let session = context.open()?;
    let (board, now) = (session.board(), context.config.now());
    let account = account::find(board, &args.account)?;
    let rules = context.attention_rules();
    let roster = &context.config.playbooks.team.roster;
    let brief = brief(account, &BriefContext { board, roster, rules: &rules, now });
    if args.json {
        return json::write(&mut context.out, &BriefJson::new(account, &brief));
    }
    let out = &mut context.out;
    out.paint(TextRole::Title, &text::clean(&brief.title))?;
    writeln!(out)?;
    for BriefLine { label, text } in &brief.lines {
        out.paint(TextRole::Quiet, &text::fit(label, LABEL))?;
        let text = text::clean(text);
        let room = out.width.map_or(usize::MAX, |width| width.saturating_sub(LABEL));
        writeln!(out, "{}", text::cut_between_words(&text, room))?;
    }
    Ok(())
}
