//! `gangplank backup`, and the backups that are made by themselves.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use tracing::{info, warn};

use super::{CliError, Context, json, notify, output_file, path, shell_word};
use crate::config::{Config, paths::Paths};
use crate::prose::lists::plural;
use crate::state::Seq;
use crate::store::backup::{self, Backup, EXTENSION};
use crate::store::disk::{self, Disk, RealDisk};

/// How often an open board looks whether another day has begun.
const HOUR: Duration = Duration::from_secs(3_600);

/// Make a backup in one file
///
/// It holds the journal, the column mappings and the settings, and its own hash, and is read back before it counts. A board
/// may be open meanwhile. No file is ever overwritten.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank backup\n\
    \x20 gangplank backup /media/stick --json")]
pub struct BackupArgs {
    /// The directory to put it into; without one, that of the backups, which `gangplank paths` shows
    #[arg(value_name = "DIR", value_parser = path())]
    dir: Option<PathBuf>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// What `backup --json` writes.
#[derive(Serialize)]
struct BackupJson {
    file: String,
    entries: Seq,
    files: usize,
    bytes: u64,
    sha256: String,
}

pub(super) fn run(args: &BackupArgs, context: &mut Context) -> Result<(), CliError> {
    context.is_in_directory("backup")?;
    let paths = &context.config.paths;
    if !paths.data_dir.join("journal.jsonl").exists() {
        return Err(CliError::error(format!("there is nothing to save in {} yet", paths.data_dir.display())));
    }
    let dir = args.dir.clone().unwrap_or_else(|| paths.backups_dir());
    let made = disk::create_dir_like_parent(&dir);
    made.map_err(|error| CliError::error(format!("cannot create {}: {error}", dir.display())))?;
    let at = context.config.now().at;
    let name = format!("gangplank-{}.{EXTENSION}", at.format("%Y-%m-%dT%H-%M-%SZ"));
    let target = output_file::free_name(&dir.join(name));
    let saved = backup::save(&paths.data_dir, &others(paths), at, &target)?;
    let Backup { entries, bytes, sha256, .. } = &saved;
    let (file, files) = (target.display().to_string(), saved.len());
    if args.json {
        let (entries, bytes, sha256) = (*entries, *bytes, sha256.clone());
        return json::write(&mut context.out, &BackupJson { file, entries, files, bytes, sha256 });
    }
    let entries = plural(usize::try_from(*entries).unwrap_or(usize::MAX), "entry", "entries");
    context.say(&format!(
        "saved {entries} and {} to {file}, and read it back",
        plural(files - 1, "other file", "other files")
    ))?;
    context.say(&format!("To restore: {}", context.call(&format!("restore {}", shell_word(&file)))))
}

/// The files beside the journal that a backup holds: what they are called in it, and where they are.
pub(super) fn others(paths: &Paths) -> Vec<(String, PathBuf)> {
    let mappings = paths.data_dir.join("mappings");
    let mut found: Vec<(String, PathBuf)> = files_in(&mappings, "data/mappings");
    for (path, _) in paths.config_files() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files_in(&path, &format!("config/{name}")));
        } else if path.is_file() {
            found.push((format!("config/{name}"), path));
        }
    }
    found
}

fn files_in(dir: &Path, name: &str) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut files: Vec<(String, PathBuf)> = entries
        .filter(|entry| entry.path().is_file() && entry.path().extension().is_some_and(|it| it == "toml"))
        .filter_map(|entry| Some((format!("{name}/{}", entry.file_name().to_str()?), entry.path())))
        .collect();
    files.sort_unstable();
    files
}

/// Makes the backup of today, if it is due. The error is a sentence.
fn save_daily(config: &Config) -> Result<(), String> {
    let Some(kept) = config.backups else { return Ok(()) };
    let (paths, now) = (&config.paths, config.now());
    let day = (now.at, now.today());
    let backups = paths.backups_dir();
    let room = [&paths.data_dir, &backups].into_iter().filter_map(|dir| RealDisk.room(dir)).min();
    match backup::save_daily(&paths.data_dir, &others(paths), day, &backups, kept, room) {
        Ok(true) => info!("daily backup made"),
        Ok(false) => {}
        Err(error) => {
            warn!(kind = error.kind(), "no daily backup");
            return Err(format!("the backup of today was not made: {error}"));
        }
    }
    Ok(())
}

/// The same after a command, which is done by then.
pub(super) fn save_daily_and_say(config: &Config) {
    if let Err(why) = save_daily(config) {
        notify(&why);
    }
}

/// Makes the backups of each day beside an open board, on a thread of their own.
pub(super) struct DailyBackups {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<Option<String>>,
}

impl DailyBackups {
    pub(super) fn beside(config: &Config) -> Self {
        let config = config.clone();
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            loop {
                let failed = save_daily(&config).err();
                if stopped.recv_timeout(HOUR) != Err(mpsc::RecvTimeoutError::Timeout) {
                    return failed;
                }
            }
        });
        Self { stop, thread }
    }

    /// Ends it, and answers why the last one was not made.
    pub(super) fn end(self) -> Option<String> {
        let Self { stop, thread } = self;
        drop(stop);
        thread.join().ok().flatten()
    }
}
