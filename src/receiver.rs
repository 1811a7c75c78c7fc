//! Webhooks: providers and scripts tell of what happened, and hear that it was taken once it is durable.
//!
//! A delivery is checked over the bytes as they came, before anything reads them. Then it is translated as
//! `gangplank ingest` would, submitted through the one door, and only then answered with a status of success. Whoever hears
//! another one delivers again, and what is known already changes nothing.

pub mod endpoint;
mod exchange;
pub mod server;
pub mod signature;
