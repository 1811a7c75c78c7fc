//! Makes receivers ready, and serves them.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;

use crate::cli::{CliError, Context, notify};
use crate::config::mappings;
use crate::hooks::HookRunner;
use crate::intake::providers::{TranslatedSignal, Translation, translate};
use crate::intake::signals::{self, ParsedSignal};
use crate::receiver::endpoint::{Endpoint, Keeping, Translate};
use crate::receiver::server::{self, ServeError};
use crate::receiver::signature::Verifier;
use crate::session::{Report, spawn_with_hooks};
use crate::sources::receiver::LiveReceiver;
use crate::sync::secret;

pub(super) fn serve(listen: SocketAddr, public: Option<&str>, context: &mut Context) -> Result<(), CliError> {
    let receivers = context.config.receivers.clone();
    if receivers.is_empty() {
        let path = context.config.paths.config(crate::config::receivers::FILE);
        return Err(CliError::usage(format!(
            "there are no receivers yet: describe them in {}, as `gangplank docs receivers` shows",
            path.display()
        )));
    }
    // The secrets first: whoever has to be asked for one is still there.
    let mut ready = Vec::new();
    for receiver in receivers {
        let wrong = |why: String| CliError::error(format!("receiver {}: {why}", receiver.name));
        let secret = secret::fetch(&receiver.secret).map_err(|why| wrong(why.to_string()))?;
        let verifier =
            Verifier::new(&receiver.kind, &secret, public).map_err(|why| wrong(why.to_string()))?;
        let translate = translator(&receiver, context)?;
        ready.push((receiver, verifier, translate));
    }
    let session = context.open_to_change(false)?.into_session();
    let hooks = context.hooks.replace(HookRunner::none());
    let mut handle = spawn_with_hooks(session, hooks);
    let clock = context.config.clock;
    let keeping = Keeping {
        requests: handle.requests.clone(),
        turn: Mutex::default(),
        boards: handle.boards.clone(),
        directory: context.config.paths.receivers_dir(),
        clock: Box::new(move || clock.now()),
        tell: Box::new(notify),
    };
    let named: Vec<(String, &str, String)> = ready
        .iter()
        .map(|(receiver, ..)| (receiver.name.to_string(), receiver.kind.word(), receiver.path.to_string()))
        .collect();
    let endpoints = ready
        .into_iter()
        .map(|(receiver, verifier, translate)| Endpoint::new(receiver, verifier, translate, &keeping));
    let endpoints = endpoints.collect();
    let out = &mut context.out;
    let served = server::serve(listen, arrival(), endpoints, keeping, &mut handle.reports, |address| {
        writeln!(out, "listening on http://{address}")?;
        let base = public.map_or_else(|| format!("http://{address}"), str::to_owned);
        for (name, kind, path) in named {
            writeln!(out, "  {name}: {kind} at {base}{path}")?;
        }
        out.flush()
    });
    let left = handle.finish().map_err(|_| CliError::error(ServeError::SessionEnded.to_string()))?;
    for report in left {
        if let Report::FailedUnasked(why) = report {
            notify(&why);
        }
    }
    served.map_err(|error| CliError::error(error.to_string()))
}

/// How long a request may take to arrive. Tests of a debug build set `GANGPLANK_ARRIVAL`, in milliseconds, so that they need
/// not wait as long.
fn arrival() -> Duration {
    let asked =
        cfg!(debug_assertions).then(|| std::env::var("GANGPLANK_ARRIVAL").ok()?.parse().ok()).flatten();
    asked.map_or(server::ARRIVAL, Duration::from_millis)
}

/// What makes signals of what `receiver` is delivered.
fn translator(receiver: &LiveReceiver, context: &Context) -> Result<Translate, CliError> {
    let Some(provider) = receiver.kind.provider() else { return Ok(Box::new(own_signals)) };
    let mappings = mappings::load(&[provider], &context.config.paths, context.config.import_options())?;
    Ok(Box::new(move |bytes| translate(provider, bytes, &mappings)))
}

/// Signals as we write them.
fn own_signals(bytes: &[u8]) -> Translation {
    let read = signals::read(bytes);
    let told = |ParsedSignal { line, account, signal }| TranslatedSignal {
        line,
        account,
        other_names: Vec::new(),
        signal,
    };
    Translation {
        records: read.signals.len() + read.rejected.len(),
        signals: read.signals.into_iter().map(told).collect(),
        rejected: read.rejected,
        ..Translation::default()
    }
}
