//! `gangplank explain`.

use std::io::{self, Write};

use clap::Args;

use super::json::{self, ExplanationJson};
use super::out::{Out, Role};
use super::{Failure, Shell, account, playbooks};
use crate::playbook::Truth;
use crate::playbook::explain::Said;
use crate::playbook::rule::Action;
use crate::playbook::{Explanation, Playbook, Verdict, explain};
use crate::state::words::label;
use crate::state::{Account, Board, Now};
use crate::text;

/// Say what the playbooks make of an account: which would act, on what, and what stands in the way of the others
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank explain Acme\n\
    \x20 gangplank explain Acme final-outreach-due")]
pub struct ExplainArgs {
    /// Its external id, or its whole name
    account: String,
    /// One playbook, by its id, with all its conditions
    playbook: Option<String>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ExplainArgs, shell: &mut Shell) -> Result<(), Failure> {
    let door = shell.open()?;
    let (board, now) = (door.board(), shell.config.now());
    let account = account::find(board, &args.account)?;
    let playbooks = shell.config.playbooks.clone();
    let one = args.playbook.as_deref().map(|id| playbooks::find(&playbooks, id)).transpose()?;
    let asked = playbooks.all.iter().filter(|each| one.is_none_or(|one| one.id == each.id));
    let mut told: Vec<Explanation<'_>> =
        asked.map(|playbook| explain(board, &playbooks, playbook, account, now)).collect();
    if args.json {
        return json::write_all(&mut shell.out, told.iter().map(|each| ExplanationJson::new(each, &now)));
    }
    told.sort_by_key(|each| each.verdict);
    let out = &mut shell.out;
    head(out, account, board, &now)?;
    // What only keeps a record is no answer to what will become of an account, unless it is asked for.
    let (records, answers): (Vec<_>, Vec<_>) = told
        .iter()
        .partition(|each| one.is_none() && each.verdict != Verdict::Off && only_records(each.playbook));
    for each in answers {
        paragraph(out, each, one.is_some(), &now)?;
    }
    if !records.is_empty() {
        let ids: Vec<String> = records.iter().map(|each| each.playbook.id.to_string()).collect();
        writeln!(out)?;
        let said = format!("Besides, these note when it enters a stage: {}", text::clean(&ids.join(", ")));
        out.paint(Role::Quiet, &said)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Whether all that `playbook` does is to note when an account entered a stage.
fn only_records(playbook: &Playbook) -> bool {
    playbook.then.iter().all(|action| matches!(action, Action::Stamp(_)))
}

fn head(out: &mut Out, account: &Account, board: &Board, now: &Now) -> io::Result<()> {
    out.paint(Role::Title, &text::clean(account.name()))?;
    let place = account.place.as_ref().map_or_else(
        || "is off the board".to_owned(),
        |place| {
            format!(
                "stands in {} since {}",
                label(&place.stage, board),
                now.day_in_words(now.date(place.since))
            )
        },
    );
    writeln!(out, " ({}) {}", text::clean(account.id.as_str()), text::clean(&place))
}

fn paragraph(out: &mut Out, told: &Explanation<'_>, whole: bool, now: &Now) -> io::Result<()> {
    let role = match told.verdict {
        Verdict::Acts => Role::Urgent,
        Verdict::Waits => Role::Plain,
        Verdict::Served | Verdict::Done | Verdict::Holds | Verdict::Off => Role::Quiet,
    };
    writeln!(out)?;
    out.paint(Role::Title, &text::clean(&told.playbook.id.0))?;
    out.paint(Role::Quiet, &format!("  {}", text::clean(&told.playbook.title)))?;
    writeln!(out)?;
    out.paint(role, &format!("  {}", text::clean(&told.sentence(now))))?;
    writeln!(out)?;
    let is_told = |said: &&Said| whole || (told.verdict == Verdict::Waits && said.later);
    for said in told.conditions.iter().filter(is_told) {
        let mark = match said.truth {
            Truth::Yes => "✓",
            Truth::No => "✗",
            Truth::Unknown => "?",
        };
        writeln!(out, "    {mark} {}", text::clean(&said.words))?;
    }
    if let Some((at, to)) = &told.moved {
        writeln!(
            out,
            "    it moved this account to {} on {}",
            text::clean(to.as_str()),
            now.day_in_words(now.date(*at))
        )?;
    }
    if whole && let Some(at) = told.next.filter(|at| *at > now.at) {
        writeln!(out, "    the clock next sets it off on {}", now.day_in_words(now.date(at)))?;
    }
    Ok(())
}
