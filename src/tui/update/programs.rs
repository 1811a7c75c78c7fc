//! Programs run for an account: starting one, and what came of it.

use crate::state::AccountId;
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::msg::Effect;
use crate::tui::model::programs::{OutputTo, ProgramRun, RunOutcome};
use crate::tui::model::status::Tone;

/// Opens the page at `address` in the person's browser.
pub(super) fn open(app: &App, account: AccountId, name: &str, address: String) -> Effect {
    let words = app.setup.opener.iter().cloned().chain([address]).collect();
    Effect::Run(ProgramRun {
        account,
        title: text::clean(name).into_owned(),
        words,
        variables: Vec::new(),
        output: OutputTo::Nowhere,
    })
}

/// Takes in how a program ended.
pub(super) fn ran(app: &mut App, run: &ProgramRun, outcome: &RunOutcome) -> Option<Effect> {
    if let Some(problem) = outcome.problem() {
        app.say(Tone::Failed, &format!("{} {problem}", run.title));
        return None;
    }
    match run.output {
        OutputTo::Nowhere => app.say(Tone::Plain, &format!("Opened {}", run.title)),
    }
    None
}
