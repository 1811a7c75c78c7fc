//! What a person may set, and where files lie: values for the other modules, checked once at the border.

pub mod load;
pub mod mistake;
pub mod paths;
pub mod pipeline;
pub mod playbooks;
pub mod settings;

pub use load::{Clock, Config, LoadError, Overrides};
pub use mistake::Mistake;
pub use paths::Paths;
pub use settings::RenewalDays;
