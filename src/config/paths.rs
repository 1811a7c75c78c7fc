//! The directories of the data and of the configuration.

use std::path::{Component, Path, PathBuf};

use directories::{BaseDirs, ProjectDirs};

use crate::store::backup;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The journal, and what can be made from it.
    pub data_dir: PathBuf,
    /// Settings, pipeline, playbooks and keys, written by people.
    pub config_dir: PathBuf,
    /// Where the log is written, if one is.
    pub state_dir: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the home directory is unknown: set --data-dir and --config-dir")]
pub struct NoHomeDirectory;

/// Why a path that begins with `~` is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotExpanded {
    #[error("`{0}` names the home directory of a user: write the whole path, or ./{0}")]
    OfAUser(String),
    #[error("the home directory is unknown: write `{0}` without ~")]
    NoHome(String),
}

/// `path` with the home directory in place of a `~` at its beginning.
///
/// Shells do that, but not within `--data-dir=~/x`, nor for what a service reads from a file.
///
/// # Errors
/// When that home directory is unknown.
pub fn expanded(path: PathBuf) -> Result<PathBuf, NotExpanded> {
    let Some(Component::Normal(first)) = path.components().next() else { return Ok(path) };
    if !first.as_encoded_bytes().starts_with(b"~") {
        return Ok(path);
    }
    let shown = path.display().to_string();
    if first != "~" {
        return Err(NotExpanded::OfAUser(shown));
    }
    let home = BaseDirs::new().ok_or(NotExpanded::NoHome(shown))?;
    Ok(home.home_dir().join(path.components().skip(1).collect::<PathBuf>()))
}

impl Paths {
    /// The directories given, else the platform's own.
    ///
    /// # Errors
    /// When one is not given and the user has no home.
    pub fn find(data_dir: Option<&Path>, config_dir: Option<&Path>) -> Result<Self, NoHomeDirectory> {
        let home = ProjectDirs::from("", "", "gangplank");
        // The local one, where the platform tells them apart: a journal that roams between machines loses its lock.
        let data = data_dir.map(Path::to_owned).or_else(|| Some(home.as_ref()?.data_local_dir().to_owned()));
        let config = config_dir.map(Path::to_owned).or_else(|| Some(home.as_ref()?.config_dir().to_owned()));
        let data_dir = data.ok_or(NoHomeDirectory)?;
        let state = home.as_ref().and_then(|home| home.state_dir().map(Path::to_owned));
        let state_dir = state.unwrap_or_else(|| data_dir.clone());
        Ok(Self { data_dir, config_dir: config.ok_or(NoHomeDirectory)?, state_dir })
    }

    /// Where copies of boards are that a team shares. They may be lost.
    pub fn team_dir(&self) -> PathBuf {
        self.data_dir.join("team")
    }

    /// Where it is kept how live sources fare that write to this board. It may be lost.
    pub fn sources_dir(&self) -> PathBuf {
        self.data_dir.join("sources")
    }

    /// The same of receivers, and what they were delivered and could not read.
    pub fn receivers_dir(&self) -> PathBuf {
        self.data_dir.join("receivers")
    }

    /// Where backups are that nobody has put elsewhere.
    pub fn backups_dir(&self) -> PathBuf {
        self.data_dir.join(backup::DIRECTORY)
    }

    /// A file in the config directory, whether or not it exists.
    pub fn config(&self, name: &str) -> PathBuf {
        self.config_dir.join(name)
    }

    /// Every file and directory that the config directory may hold, with its purpose.
    pub fn config_files(&self) -> impl Iterator<Item = (PathBuf, &'static str)> {
        [
            ("config.toml", "settings"),
            ("pipeline.toml", "stages"),
            ("playbooks.toml", "playbooks"),
            ("keymap.toml", "keys"),
            ("commands.toml", "own commands"),
            ("links.toml", "links"),
            ("views.toml", "views"),
            ("posthog.toml", "PostHog's events"),
            ("vitally.toml", "Vitally's accounts"),
            ("hubspot.toml", "HubSpot's companies"),
            ("sources.toml", "live sources"),
            ("receivers.toml", "receivers"),
            ("templates", "email templates"),
            ("themes", "themes"),
        ]
        .into_iter()
        .map(|(name, what)| (self.config(name), what))
    }
}
