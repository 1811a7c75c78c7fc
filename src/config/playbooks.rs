//! The playbooks in force: the built-in ones, and the team's file over them.

mod check;
mod condition;
mod playbook;
mod reaction;
mod trigger;

use std::collections::HashSet;

use self::check::Check;
use self::playbook::PlaybooksFile;
use super::error::ConfigError;
use crate::playbook::{Origin, Playbook};
use crate::state::Pipeline;
use crate::state::values::signal::SignalKind;

const DEFAULT: &str = include_str!("../../assets/playbooks.toml");

/// The file name of errors in the built-in playbooks.
const BUILT_IN: &str = "built-in playbooks.toml";

/// The playbooks in force: those of `text`, the content of `file`, over the built-in ones. One with the id of a built-in
/// one replaces it; the others follow. `off` switches playbooks off, and `built_in = false` leaves out all built-in ones.
///
/// # Errors
/// The first error, with its line and key; also when a built-in playbook in force does not fit `pipeline`.
pub fn overlaid(text: &str, file: &str, pipeline: &Pipeline) -> Result<Vec<Playbook>, ConfigError> {
    let own = read(text, file)?;
    let shipped =
        if own.built_in == Some(false) { PlaybooksFile::default() } else { read(DEFAULT, BUILT_IN)? };

    let mut segments = shipped.segments.clone();
    segments.extend(own.segments.iter().filter(|segment| !shipped.segments.contains(segment)).cloned());
    let check = Check { text, file, pipeline, segments, origin: Origin::Team };
    let mut team = check.playbooks(own.playbook)?;

    let ids = shipped.playbook.iter().map(|draft| draft.id.get_ref().as_str());
    let ids: Vec<&str> = ids.chain(team.iter().map(|playbook| &*playbook.id.0)).collect();
    if let Some(id) = own.off.iter().find(|id| !ids.contains(&id.get_ref().as_str())) {
        let known = if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
        let what = format!("unknown playbook `{}` (known: {known}): correct it, or remove it", id.get_ref());
        return Err(check.wrong(id, "off", what));
    }
    let off: HashSet<&str> = own.off.iter().map(|id| id.get_ref().as_str()).collect();

    let shipped_check = Check {
        text: DEFAULT,
        file: BUILT_IN,
        pipeline,
        segments: shipped.segments,
        origin: Origin::BuiltIn,
    };
    let mut all = Vec::new();
    for draft in shipped.playbook {
        let id = draft.id.get_ref().clone();
        if let Some(at) = team.iter().position(|playbook| *playbook.id.0 == *id) {
            all.push(team.remove(at));
            continue;
        }
        match shipped_check.playbook(draft) {
            Ok(playbook) => all.push(playbook),
            // One that is switched off need not fit the team's stages.
            Err(_) if off.contains(id.as_str()) => {}
            Err(error) => return Err(unfit(error, &id, file)),
        }
    }
    all.append(&mut team);
    for playbook in &mut all {
        playbook.off_in_file = off.contains(&*playbook.id.0);
    }
    Ok(all)
}

fn read(text: &str, file: &str) -> Result<PlaybooksFile, ConfigError> {
    toml::from_str(text).map_err(|error| of_toml(file, text, &error))
}

/// An error of `toml` about `text`; with the right form, where a trigger is a bare signal.
fn of_toml(file: &str, text: &str, error: &toml::de::Error) -> ConfigError {
    let plain = ConfigError::of_toml(file, text, error);
    let covered = error.span().and_then(|span| text.get(span)).unwrap_or_default();
    let named: Vec<&str> = covered.split('"').filter(|word| SignalKind::parse(word).is_some()).collect();
    if plain.key != "on" || named.is_empty() {
        return plain;
    }
    let what =
        format!("signals are written in braces: write on = {{ signal = [\"{}\"] }}", named.join("\", \""));
    ConfigError { what, ..plain }
}

/// A built-in playbook that names stages which the team does not have.
fn unfit(error: ConfigError, id: &str, file: &str) -> ConfigError {
    let what = format!(
        "{}; or write your own `{id}` in {file}, or off = [\"{id}\"], or built_in = false to use only your own",
        error.what
    );
    ConfigError { what, ..error }
}
