//! Placeholder.
use crate::{
    playbook::Playbook,
    session::Session,
    state::{Board, Now, Pipeline},
    store::MemoryStore,
};
use std::sync::Arc;
/// Placeholder.
pub fn session(p: &Arc<Pipeline>, b: &Arc<Vec<Playbook>>, _n: Now) -> Session {
    Session::new(Box::new(MemoryStore::new()), Board::new(p.clone()), b.clone())
}
