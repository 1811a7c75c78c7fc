//! The files in the config directory that say what a provider's records mean here.

use std::io;

use crate::cli::CliError;
use crate::config::Paths;
use crate::intake::MappingError;
use crate::intake::providers::posthog::{self, EventMapping};
use crate::intake::providers::{Provider, ProviderMappings};

/// The mappings that records of `provider` need. A mistake in the file of another one does not matter now.
pub(super) fn of(provider: Provider, paths: &Paths) -> Result<ProviderMappings, CliError> {
    let mut mappings = ProviderMappings::default();
    match provider {
        Provider::PostHog => {
            if let Some(own) = read(paths, posthog::FILE, EventMapping::parse)? {
                mappings.posthog = own;
            }
        }
        Provider::Stripe | Provider::Calendly | Provider::CalCom => {}
    }
    Ok(mappings)
}

/// What the file `name` says, if it is there.
fn read<T>(
    paths: &Paths,
    name: &str,
    parse: impl Fn(&str, &str) -> Result<T, MappingError>,
) -> Result<Option<T>, CliError> {
    let path = paths.config(name);
    let shown = path.display().to_string();
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            parse(text, &shown).map(Some).map_err(|error| CliError::usage(error.to_string()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CliError::usage(format!(
            "cannot read {shown}: {error}; make it readable, or remove it to use the defaults"
        ))),
    }
}
