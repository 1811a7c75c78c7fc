//! `gangplank paths`.

use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::json;
use super::output::TextRole;
use super::table::{TextColumn, TextTable};
use super::{CliError, Context};
use crate::store::StoreAddress;

/// Show where accounts and settings are stored
#[derive(Args, Debug)]
#[command(after_help = "Example:\n\
    \x20 gangplank paths")]
pub struct PathsArgs {
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// One path of `paths --json`.
#[derive(Serialize)]
struct PathJson {
    what: &'static str,
    path: String,
    exists: bool,
}

pub(super) fn run(args: &PathsArgs, context: &mut Context) -> Result<(), CliError> {
    let paths = &context.config.paths;
    let row = |what, path: &Path| PathJson { what, path: path.display().to_string(), exists: path.exists() };
    let mut rows = vec![row("data directory", &paths.data_dir), row("config directory", &paths.config_dir)];
    let is_shared = matches!(context.config.store, StoreAddress::Team(_));
    if !is_shared {
        rows.insert(1, row("journal", &paths.data_dir.join("journal.jsonl")));
    }
    rows.extend(paths.config_files().map(|(path, what)| row(what, &path)));
    if !is_shared {
        rows.push(row("backups", &paths.backups_dir()));
    }
    rows.push(row("log directory", &paths.state_dir));
    if args.json {
        return json::write_all(&mut context.out, rows);
    }
    let mut table =
        TextTable::new(&[TextColumn::text("WHAT"), TextColumn::text("PATH"), TextColumn::text("THERE")]);
    for row in rows {
        let role = if row.exists { TextRole::Plain } else { TextRole::Quiet };
        let there = if row.exists { "yes" } else { "no" };
        table.row([(row.what.to_owned(), role), (row.path, role), (there.to_owned(), role)]);
    }
    Ok(table.write(&mut context.out)?)
}
