//! The configuration: settings, pipeline, playbooks and paths, checked once at the border.

pub mod error;
pub mod files;
pub mod links;
pub mod load;
pub mod mail;
pub mod mappings;
pub mod paths;
pub mod pipeline;
pub mod playbooks;
pub mod receivers;
mod secret_keys;
pub mod settings;
pub mod sources;
pub mod template;
pub mod theme;
pub mod views;

pub use error::ConfigError;
pub use files::LoadError;
pub use load::{Clock, Config, Overrides};
pub use paths::Paths;
pub use settings::RenewalDays;
