//! `gangplank stages`.

use clap::Args;

use super::at::AtArgs;
use super::json::{self, StageJson};
use super::output::TextRole;
use super::table::{TextColumn, TextTable};
use super::{CliError, Context};
use crate::state::Position;

/// List the stages, with how many accounts stand in each
#[derive(Args, Debug)]
#[command(after_help = "Example:\n\
    \x20 gangplank stages")]
pub struct StagesArgs {
    #[command(flatten)]
    at: AtArgs,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &StagesArgs, context: &mut Context) -> Result<(), CliError> {
    let session = args.at.open(context)?;
    let board = session.board();
    let stages = board.pipeline().stages();
    let (mut counts, mut off, mut unmapped) = (vec![0; stages.len()], 0_usize, 0_usize);
    for account in board.awake() {
        match board.position_of(account) {
            Position::OffBoard => off += 1,
            Position::InStage(position, _) => counts[position] += 1,
            Position::Unmapped(_) => unmapped += 1,
        }
    }
    // The others are counted without being read.
    off += board.asleep_totals(None).accounts;
    for (stage, count) in stages.iter().zip(&mut counts) {
        *count += board.asleep_totals(Some(&stage.id)).accounts;
    }
    if args.json {
        let stages = stages.iter().zip(&counts).map(|(stage, count)| StageJson::new(stage, *count));
        return json::write_all(&mut context.out, stages);
    }
    let mut table = TextTable::new(&[
        TextColumn::text("ID"),
        TextColumn::cut("LABEL", 12),
        TextColumn::text("BUCKET"),
        TextColumn::text("PHASE"),
        TextColumn::number("ACCOUNTS"),
    ]);
    let role = |count| if count == 0 { TextRole::Quiet } else { TextRole::Plain };
    for (stage, count) in stages.iter().zip(counts) {
        let cells = [stage.id.as_str(), &stage.label, &stage.bucket, stage.phase.into(), &count.to_string()];
        table.row(cells.map(|cell| (cell.to_owned(), role(count))));
    }
    // Not stages, but their accounts are to be found too.
    for (id, label, count) in [("unmapped", "labels of no stage", unmapped), ("none", "off the board", off)] {
        if count > 0 {
            let cells = [id, label, "", "", &count.to_string()];
            table.row(cells.map(|cell| (cell.to_owned(), TextRole::Quiet)));
        }
    }
    Ok(table.write(&mut context.out)?)
}
