//! What playbooks must know of the team.

use std::sync::Arc;

use crate::state::values::actor::is_specialist;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Team {
    /// The specialists. While none is named, everybody is one.
    pub specialists: Vec<Arc<str>>,
    /// Who gets the alerts of accounts without an owner.
    pub fallback: Option<Arc<str>>,
}

impl Team {
    /// Whether `name` is a specialist, whatever the case.
    pub fn is_specialist(&self, name: &str) -> bool {
        is_specialist(Some(name), &self.specialists)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_specialist_is_known_in_any_case() {
        let team = Team { specialists: vec!["Émile".into()], fallback: None };
        assert!(team.is_specialist("émile"));
        assert!(!team.is_specialist("emil"));
        assert!(Team::default().is_specialist("anybody"));
    }
}
