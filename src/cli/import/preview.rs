//! What importing a file would do, for the board.

use std::sync::Arc;

use super::mappings::SavedMapping;
use super::summary::{ReportPlace, samples, summary};
use super::{InputFile, batch};
use crate::config::Config;
use crate::config::paths::expanded;
use crate::intake::{self, header_signature};
use crate::playbook::transact_with;
use crate::session::progress::{WHOLE, WorkProgress};
use crate::state::query::import_outcome::ImportOutcome;
use crate::state::{Actor, Board, Now};
use crate::tui::model::imports::ImportPreview;
use crate::tui::shell::run::PreviewImport;

/// What reads a file for the board, whose changes `me` signs.
pub fn previewer(config: &Config, me: &Actor) -> PreviewImport {
    let (config, me) = (config.clone(), me.clone());
    Arc::new(move |path, board, now, come| {
        let preview = preview(path, board, now, come, &config, &me);
        come.clear();
        preview
    })
}

/// How much of the work is to read the file, in thousandths: about as much as to find out what it would do.
const READ: usize = 400;

/// What importing the file at `path` into `board` would do.
///
/// # Errors
/// Why it cannot be read, in a sentence.
fn preview(
    path: &str,
    board: &Board,
    now: Now,
    come: &WorkProgress,
    config: &Config,
    me: &Actor,
) -> Result<ImportPreview, String> {
    let file = expanded(path.into()).map_err(|error| error.to_string())?;
    let input = InputFile::named(&file);
    if input.is_stdin {
        return Err("the board reads no standard input: name a file".to_owned());
    }
    let bytes = input.read().map_err(|error| error.to_string())?;
    let failed = |error: intake::IntakeError| format!("{}: {error}", input.name);
    let bytes = intake::decode(&bytes, None).map_err(failed)?;
    let signature = header_signature(&bytes).map_err(failed)?;
    let known = SavedMapping::at(&config.paths.data_dir, &signature).known().map_err(|it| it.to_string())?;
    let mapping = known.unwrap_or_default();
    let options = config.import_options();
    let read = come.part(0, READ);
    let reading =
        intake::read_with(&bytes, &options, &mapping, &mut |done, all| read(done, all)).map_err(failed)?;
    let is_whole = mapping.whole && reading.rejected.is_empty() && !reading.rows.is_empty();
    let (batch, duplicates) = batch(&input.name, &reading.rows, is_whole, false, board);
    let decided = come.part(READ, WHOLE);
    let entry = transact_with(board, &config.playbooks, &batch, me, now, &decided);
    let entry = entry.map_err(|refusal| refusal.to_string())?.map(|done| done.entry);
    let outcome = ImportOutcome::of(board, &reading.rows, false, entry.as_ref(), &now);
    let outcome = ImportOutcome { possible_duplicates: duplicates, ..outcome };
    let mut report = Vec::new();
    let written = summary(&mut report, ReportPlace::BOARD, &reading, &outcome, entry.as_ref(), &now)
        .and_then(|()| samples(&mut report, &reading));
    written.map_err(|error| error.to_string())?;
    let lines = String::from_utf8_lossy(&report).lines().map(str::to_owned).collect();
    Ok(ImportPreview { path: path.to_owned(), lines, batch: entry.map(|_| batch) })
}
