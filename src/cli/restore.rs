//! `gangplank restore`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::context::can_ask;
use super::{CliError, Context, json, notify, output_file, path};
use crate::prose::dates::in_figures;
use crate::prose::lists::plural;
use crate::state::Seq;
use crate::store::backup::{self, Restored};
use crate::store::disk;

/// Restore a backup
///
/// First the backup is read to see whether it is whole. What is in the data directory is set aside, and it is said where.
/// Settings are written only where there are none. Close open boards: they would say that their journal was replaced.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n\
    \x20 gangplank restore /media/stick/gangplank-2024-12-15T09-00-00Z.gangplank-backup")]
pub struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE", value_parser = path())]
    file: PathBuf,
    /// Set aside what is there without asking
    #[arg(long)]
    yes: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// What `restore --json` writes.
#[derive(Serialize)]
struct RestoreJson {
    file: String,
    entries: Seq,
    accounts: usize,
    set_aside: Option<String>,
    settings_written: Vec<String>,
    settings_kept: Vec<String>,
}

pub(super) fn run(args: &RestoreArgs, context: &mut Context) -> Result<(), CliError> {
    context.is_in_directory("restore")?;
    let backup = backup::open(&args.file)?;
    let (config, file) = (&context.config, args.file.display().to_string());
    let data = config.paths.data_dir.display().to_string();
    let journal = config.paths.data_dir.join("journal.jsonl");
    let is_empty = journal.metadata().map_or(true, |journal| journal.len() == 0);
    if !is_empty && !args.yes {
        if !can_ask() {
            return Err(CliError::usage(format!("{data} holds accounts already: --yes sets them aside")));
        }
        let entries = plural(usize::try_from(backup.entries).unwrap_or(usize::MAX), "entry", "entries");
        let made = in_figures(&config.now(), backup.at);
        notify(&format!("The backup of {made} has {entries}. What is in {data} now would be set aside."));
        if !context.is_confirmed("Restore it?")? {
            return context.say("nothing was changed");
        }
    }
    let config = &context.config;
    let aside = format!("before-restore-{}", config.now().at.format("%Y-%m-%dT%H-%M-%SZ"));
    let aside = output_file::free_name(&config.paths.data_dir.join(aside));
    let restored =
        backup.restore(&config.paths.data_dir, &aside, config.pipeline.clone(), &*context.waiting)?;
    let (mut written, mut kept) = (Vec::new(), Vec::new());
    for (name, place) in backup.within("config") {
        let target = config.paths.config_dir.join(place);
        let shown = target.display().to_string();
        let bytes = backup.read(name)?;
        if target.symlink_metadata().is_err() {
            let dir = target.parent().unwrap_or(&config.paths.config_dir);
            let put = std::fs::create_dir_all(dir).and_then(|()| disk::write_file(&target, &bytes));
            put.map_err(|error| {
                CliError::error(format!("the accounts are restored, but {shown} cannot be written: {error}"))
            })?;
            written.push(shown);
        } else if disk::read_file(&target).ok().as_ref() != Some(&bytes) {
            kept.push(shown);
        }
    }
    let Restored { entries, accounts, set_aside } = restored;
    let set_aside = set_aside.map(|path| path.display().to_string());
    if args.json {
        let (settings_written, settings_kept) = (written, kept);
        return json::write(
            &mut context.out,
            &RestoreJson { file, entries, accounts, set_aside, settings_written, settings_kept },
        );
    }
    let entries = plural(usize::try_from(entries).unwrap_or(usize::MAX), "entry", "entries");
    context
        .say(&format!("restored {entries} with {} from {file}", plural(accounts, "account", "accounts")))?;
    if let Some(aside) = set_aside {
        context.say(&format!("What was there before is in {aside}"))?;
    }
    if !written.is_empty() {
        context.say(&format!("Settings restored: {}", written.join(", ")))?;
    }
    if !kept.is_empty() {
        context.say(&format!(
            "Settings that differ from the backup and stay as they are: {}",
            kept.join(", ")
        ))?;
    }
    Ok(())
}
