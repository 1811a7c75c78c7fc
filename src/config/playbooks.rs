//! The playbooks in force: those that ship with the program, and what the team's file makes of them.

mod check;
mod draft;

use std::collections::HashSet;

use self::check::Check;
use self::draft::PlaybooksFile;
use super::mistake::Mistake;
use crate::playbook::{Origin, Playbook};
use crate::state::Pipeline;
use crate::state::values::signal::SignalKind;

/// The playbooks that ship with the program.
const DEFAULT: &str = include_str!("../../assets/playbooks.toml");

/// What mistakes in the playbooks that ship with the program are reported under.
const BUILT_IN: &str = "built-in playbooks.toml";

/// The playbooks in force: those of `text`, which stands in `file`, laid over the ones that ship with the program. One
/// with the id of a shipped one takes its place; the others follow. `off` names those that are not wanted, and
/// `built_in = false` keeps all shipped ones away.
///
/// # Errors
/// The first mistake, with its line and key; also when a shipped playbook that is wanted does not fit `pipeline`.
pub fn overlaid(text: &str, file: &str, pipeline: &Pipeline) -> Result<Vec<Playbook>, Mistake> {
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
        let what = format!("`{}` is no playbook (known: {known}): correct it, or take it out", id.get_ref());
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
            // One that does not fit the team's stages, and is switched off, is nobody's loss.
            Err(_) if off.contains(id.as_str()) => {}
            Err(mistake) => return Err(unfit(mistake, &id, file)),
        }
    }
    all.append(&mut team);
    for playbook in &mut all {
        playbook.off_in_file = off.contains(&*playbook.id.0);
    }
    Ok(all)
}

fn read(text: &str, file: &str) -> Result<PlaybooksFile, Mistake> {
    toml::from_str(text).map_err(|error| of_toml(file, text, &error))
}

/// What `toml` says about `text`; and the right form, where a signal stands bare as what sets a playbook off.
fn of_toml(file: &str, text: &str, error: &toml::de::Error) -> Mistake {
    let mistake = Mistake::of_toml(file, text, error);
    let covered = error.span().and_then(|span| text.get(span)).unwrap_or_default();
    let named: Vec<&str> = covered.split('"').filter(|word| SignalKind::parse(word).is_some()).collect();
    if mistake.key != "on" || named.is_empty() {
        return mistake;
    }
    let what =
        format!("a signal is named in braces: write on = {{ signal = [\"{}\"] }}", named.join("\", \""));
    Mistake { what, ..mistake }
}

/// A shipped playbook that names stages which are not the team's.
fn unfit(mistake: Mistake, id: &str, file: &str) -> Mistake {
    let what = format!(
        "{}; or write your own `{id}` in {file}, or off = [\"{id}\"], or built_in = false for yours alone",
        mistake.what
    );
    Mistake { what, ..mistake }
}
