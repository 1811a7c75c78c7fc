//! The files in the config directory that say what a provider's records mean here.

use super::error::ConfigError;
use super::files::{LoadError, parsed};
use super::paths::Paths;
use crate::intake::providers::posthog::{self, EventMapping};
use crate::intake::providers::{Provider, ProviderMappings, hubspot, laid_over, vitally};
use crate::intake::{ImportOptions, Mapping, MappingError};

/// The mappings that records of `providers` need, beside what an `import` goes by. A mistake in the file of another provider
/// does not matter now.
///
/// # Errors
/// When one of their files cannot be read or has an error in it.
pub fn load(
    providers: &[Provider],
    paths: &Paths,
    import: ImportOptions,
) -> Result<ProviderMappings, LoadError> {
    let mut mappings = ProviderMappings { import, ..ProviderMappings::default() };
    let accounts = |built_in: &Mapping, file: &str| {
        let own = |text: &str, name: &str| laid_over(built_in, text, name).map_err(of_mapping);
        parsed(&paths.config(file), own)
    };
    for provider in providers {
        match provider {
            Provider::PostHog => {
                let own = |text: &str, name: &str| EventMapping::parse(text, name).map_err(of_mapping);
                mappings.own_posthog = parsed(&paths.config(posthog::FILE), own)?;
            }
            Provider::Vitally => mappings.own_vitally = accounts(mappings.vitally(), vitally::FILE)?,
            Provider::HubSpot => mappings.own_hubspot = accounts(mappings.hubspot(), hubspot::FILE)?,
            Provider::Stripe | Provider::Calendly | Provider::CalCom => {}
        }
    }
    Ok(mappings)
}

fn of_mapping(MappingError { file, line, key, what }: MappingError) -> ConfigError {
    ConfigError { file, line: Some(line), key, what }
}
