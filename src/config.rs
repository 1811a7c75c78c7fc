//! What a person may set, and where files lie: values for the other modules, checked once at the border.

pub mod mistake;
pub mod pipeline;
pub mod playbooks;

pub use mistake::Mistake;
