//! The files in the config directory that say what a provider's records mean here.

use std::io;

use crate::cli::{CliError, Context};
use crate::config::Paths;
use crate::intake::providers::posthog::{self, EventMapping};
use crate::intake::providers::{Provider, ProviderMappings, hubspot, laid_over, vitally};
use crate::intake::{ImportOptions, MappingError};

/// The mappings that records of `provider` need. A mistake in the file of another one does not matter now.
pub(super) fn of(provider: Provider, context: &Context) -> Result<ProviderMappings, CliError> {
    let paths = &context.config.paths;
    let mut mappings = ProviderMappings {
        import: ImportOptions {
            default_currency: context.config.currency,
            roster: context.config.playbooks.team.specialists.clone(),
            pipeline: Some(context.config.pipeline.clone()),
            ..ImportOptions::default()
        },
        ..ProviderMappings::default()
    };
    match provider {
        Provider::PostHog => {
            if let Some(own) = read(paths, posthog::FILE, EventMapping::parse)? {
                mappings.posthog = own;
            }
        }
        Provider::Vitally => {
            let built_in = mappings.vitally.clone();
            if let Some(own) = read(paths, vitally::FILE, |text, file| laid_over(&built_in, text, file))? {
                mappings.vitally = own;
            }
        }
        Provider::HubSpot => {
            let built_in = mappings.hubspot.clone();
            if let Some(own) = read(paths, hubspot::FILE, |text, file| laid_over(&built_in, text, file))? {
                mappings.hubspot = own;
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
