//! The log: off unless `GANGPLANK_LOG` names a level.
//!
//! Events carry numbers, kinds and paths, never what a customer wrote or is called: no name, note, email address or
//! reason, whatever the level.

use std::path::Path;

use tracing::level_filters::LevelFilter;
use tracing_appender::rolling::{RollingFileAppender, Rotation};

use super::{CliError, notify};

const VARIABLE: &str = "GANGPLANK_LOG";

/// How many days are kept; each has a file of its own.
const MOST_FILES: usize = 7;

/// Begins to log into `dir` if the environment asks for it.
///
/// # Errors
/// When the environment names no level. A log that cannot be written is no error: the command runs without it.
pub(super) fn start(dir: &Path) -> Result<(), CliError> {
    let Some(level) = level(std::env::var_os(VARIABLE).unwrap_or_default().to_string_lossy().trim())? else {
        return Ok(());
    };
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("gangplank")
        .filename_suffix("log")
        .max_log_files(MOST_FILES)
        .build(dir);
    match appender {
        Ok(appender) => {
            let log = tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(appender);
            // Only tests in one process begin twice.
            let _ = tracing::subscriber::set_global_default(log.finish());
        }
        Err(error) => {
            notify(&format!("no log is written, because {} cannot be used: {error}", dir.display()));
        }
    }
    Ok(())
}

/// The level that `text` names; `None` when nothing is to be logged.
fn level(text: &str) -> Result<Option<LevelFilter>, CliError> {
    match text.to_ascii_lowercase().as_str() {
        "" | "off" => Ok(None),
        "error" => Ok(Some(LevelFilter::ERROR)),
        "warn" => Ok(Some(LevelFilter::WARN)),
        "info" => Ok(Some(LevelFilter::INFO)),
        "debug" => Ok(Some(LevelFilter::DEBUG)),
        "trace" => Ok(Some(LevelFilter::TRACE)),
        _ => Err(CliError::Usage(format!(
            "the environment variable {VARIABLE}: `{text}` is not a level: use error, warn, info, debug, trace or off"
        ))),
    }
}
