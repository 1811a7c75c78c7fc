//! `gangplank explain`.

use crate::prose::dates;
use std::io::{self, Write};

use clap::Args;

use super::json::{self, ExplanationJson};
use super::output::{Output, TextRole};
use super::{CliError, Context, account, playbooks};
use crate::playbook::Ternary;
use crate::playbook::rule::Reaction;
use crate::playbook::{Explanation, Playbook, Verdict, explain};
use crate::prose::explanations;
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
    let mut told: Vec<Explanation<'_>> =
        asked.map(|playbook| explain(board, &playbooks, playbook, account, now)).collect();
    if args.json {
        return json::write_all(&mut context.out, told.iter().map(ExplanationJson::new));
    }
    told.sort_by_key(|each| each.verdict);
    let out = &mut context.out;
    head(out, account, board, &now)?;
    if one.is_some() {
        return Ok(told.iter().try_for_each(|each| whole(out, each))?);
    }
    // What only keeps a record is no answer to what will become of an account, nor is what cannot come from here.
    let (records, told): (Vec<_>, Vec<_>) =
        told.iter().partition(|each| each.verdict != Verdict::Off && only_records(each.playbook));
    let (aside, answers): (Vec<_>, Vec<_>) = told.into_iter().partition(|each| each.aside);
    answers.into_iter().try_for_each(|each| paragraph(out, each))?;
    let others = match aside.len() {
        1 => "1 other does not apply here".to_owned(),
        count => format!("{count} others do not apply here"),
    };
    listed(out, &others, &aside)?;
    Ok(listed(out, "These only record when it enters a stage", &records)?)
}

/// The ids of `told` in one line, after what they have in common.
fn listed(out: &mut Output, words: &str, told: &[&Explanation<'_>]) -> io::Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = told.iter().map(|each| &*each.playbook.id.0).collect();
    writeln!(out)?;
    let said = text::clean(&format!("{words}: {}", ids.join(", "))).into_owned();
    out.prose(TextRole::Quiet, 0, HANG, &said)
}

/// How far the further lines of what is said stand to the right, in cells.
const HANG: usize = 2;

/// Whether all that `playbook` does is to note when an account entered a stage.
fn only_records(playbook: &Playbook) -> bool {
    playbook.then.iter().all(|action| matches!(action, Reaction::Stamp(_)))
}

fn head(out: &mut Output, account: &Account, board: &Board, now: &Now) -> io::Result<()> {
    let name = text::clean(account.name());
    let place = account.place.as_ref().map_or_else(
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

/// What it comes to.
fn paragraph(out: &mut Output, told: &Explanation<'_>) -> io::Result<()> {
    let role = match told.verdict {
        Verdict::Acts => TextRole::Urgent,
        Verdict::Waits => TextRole::Plain,
        Verdict::Served | Verdict::Done | Verdict::Holds | Verdict::Off => TextRole::Quiet,
    };
    writeln!(out)?;
    let id = text::clean(&told.playbook.id.0);
    out.paint(TextRole::Title, &id)?;
    let title = format!("  {}", text::clean(&told.playbook.title));
    out.prose(TextRole::Quiet, text::width(&id), HANG, &title)?;
    out.prose(role, 0, HANG, &format!("  {}", text::clean(&explanations::text(told))))
}

/// What it comes to, every condition, what it did, and when the clock sets it off.
fn whole(out: &mut Output, told: &Explanation<'_>) -> io::Result<()> {
    paragraph(out, told)?;
    for (report, words) in explanations::conditions(told) {
        let mark = match report.truth {
            Ternary::Yes => "✓",
            Ternary::No => "✗",
            Ternary::Unknown => "?",
        };
        out.prose(TextRole::Plain, 0, 2 * HANG + 2, &format!("    {mark} {}", text::clean(&words)))?;
    }
    for words in explanations::besides(told) {
        writeln!(out, "    {}", text::clean(&words))?;
    }
    Ok(())
}
