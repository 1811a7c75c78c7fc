//! `gangplank explain`.

use std::io::{self, Write};

use clap::Args;

use super::json::{self, ExplanationJson};
use super::output::{Output, TextRole};
use super::{CliError, Context, account, playbooks};
use crate::playbook::rule::Reaction;
use crate::playbook::{Explanation, Ternary, Verdict, explain};
use crate::prose::{dates, explanations, lists::plural};
use crate::state::{Account, Board, Now, Position};
use crate::text;

/// Explain what each playbook would do for an account, or what stops it
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank explain Acme\n\
    \x20 gangplank explain Acme final-outreach-due")]
pub struct ExplainArgs {
    /// The account's external id or full name
    account: String,
    /// One playbook, by its id, with all its conditions
    playbook: Option<String>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ExplainArgs, context: &mut Context) -> Result<(), CliError> {
    let session = context.open()?;
    let (board, now) = (session.board(), context.config.now());
    let account = account::find(board, &args.account)?;
    let playbooks = context.config.playbooks.clone();
    let one = args.playbook.as_deref().map(|id| playbooks::find(&playbooks, id)).transpose()?;
    let asked = playbooks.all.iter().filter(|each| one.is_none_or(|one| one.id == each.id));
    let mut all: Vec<Explanation<'_>> =
        asked.map(|playbook| explain(board, &playbooks, playbook, account, now)).collect();
    if args.json {
        return json::write_all(&mut context.out, all.iter().map(ExplanationJson::new));
    }
    all.sort_by_key(|each| each.verdict);
    let out = &mut context.out;
    head(out, account, board, &now)?;
    if one.is_some() {
        return Ok(all.iter().try_for_each(|each| details(out, each))?);
    }
    // Only named at the end: playbooks that do nothing but set a stamp, and those that do not apply here.
    let only_stamps = |each: &&Explanation<'_>| {
        let mut reactions = each.playbook.then.iter();
        each.verdict != Verdict::Off && reactions.all(|reaction| matches!(reaction, Reaction::Stamp(_)))
    };
    let (records, others): (Vec<_>, Vec<_>) = all.iter().partition(only_stamps);
    let (aside, explained): (Vec<_>, Vec<_>) = others.into_iter().partition(|each| each.aside);
    explained.into_iter().try_for_each(|each| paragraph(out, each))?;
    let others = plural(aside.len(), "other does not apply here", "others do not apply here");
    listed(out, &others, &aside)?;
    Ok(listed(out, "These only record when it enters a stage", &records)?)
}

/// Writes the ids of the playbooks in one line, after what they have in common.
fn listed(out: &mut Output, words: &str, explanations: &[&Explanation<'_>]) -> io::Result<()> {
    if explanations.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = explanations.iter().map(|each| &*each.playbook.id.0).collect();
    writeln!(out)?;
    out.prose(TextRole::Quiet, 0, HANG, &text::clean(&format!("{words}: {}", ids.join(", "))))
}

/// The indent of the second and later lines of a paragraph.
const HANG: usize = 2;

fn head(out: &mut Output, account: &Account, board: &Board, now: &Now) -> io::Result<()> {
    let name = text::clean(account.name());
    let place = account.placement.as_ref().map_or_else(
        || "is off the board".to_owned(),
        |place| {
            let since = dates::day(now, now.date(place.since));
            match board.position_of(account) {
                Position::Unmapped(label) => {
                    format!("is under “{label}”, which is not a stage, since {since}: move it first")
                }
                Position::InStage(..) | Position::OffBoard => {
                    format!("is in {} since {since}", board.pipeline().label(&place.stage))
                }
            }
        },
    );
    let rest = format!(" ({}) {}", text::clean(account.id.as_str()), text::clean(&place));
    out.paint(TextRole::Title, &name)?;
    out.prose(TextRole::Plain, text::width(&name), HANG, &rest)
}

fn paragraph(out: &mut Output, explanation: &Explanation<'_>) -> io::Result<()> {
    let role = match explanation.verdict {
        Verdict::Acts => TextRole::Urgent,
        Verdict::Waits => TextRole::Plain,
        Verdict::Served | Verdict::Done | Verdict::Holds | Verdict::Off => TextRole::Quiet,
    };
    writeln!(out)?;
    let id = text::clean(&explanation.playbook.id.0);
    out.paint(TextRole::Title, &id)?;
    let title = format!("  {}", text::clean(&explanation.playbook.title));
    out.prose(TextRole::Quiet, text::width(&id), HANG, &title)?;
    out.prose(role, 0, HANG, &format!("  {}", text::clean(&explanations::text(explanation))))
}

/// The paragraph, every condition, what the playbook did, and when the clock triggers it.
fn details(out: &mut Output, explanation: &Explanation<'_>) -> io::Result<()> {
    paragraph(out, explanation)?;
    for (report, words) in explanations::conditions(explanation) {
        let mark = match report.truth {
            Ternary::Yes => "✓",
            Ternary::No => "✗",
            Ternary::Unknown => "?",
        };
        out.prose(TextRole::Plain, 0, 2 * HANG + 2, &format!("    {mark} {}", text::clean(&words)))?;
    }
    for words in explanations::besides(explanation) {
        writeln!(out, "    {}", text::clean(&words))?;
    }
    Ok(())
}
