//! Whose what is: which of the things that need a person wait for one specialist.

use std::sync::Arc;

use super::attention::{Attention, AttentionRules, Reason, reasons, today_by};
use crate::state::board::Board;
use crate::state::values::account::Account;
use crate::state::values::alert::Alert;
use crate::state::values::roster::Roster;
use crate::state::values::time::Now;

/// Whether `name` looks after `account`; its tasks are theirs too.
pub fn owns(name: &str, account: &Account, roster: &Roster) -> bool {
    account.owner().is_some_and(|owner| roster.is_same(owner, name))
}

/// Whether `alert` was given to `name`.
pub fn is_given(name: &str, alert: &Alert, roster: &Roster) -> bool {
    alert.assignee.as_deref().is_some_and(|assignee| roster.is_same(assignee, name))
}

/// Whose accounts and alerts somebody looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    #[default]
    Everybodys,
    /// Those of one person.
    Of(Arc<str>),
    /// Those of one person, and those that are nobody's.
    OfOrNobodys(Arc<str>),
}

impl Whose {
    pub fn is_everybodys(&self) -> bool {
        *self == Self::Everybodys
    }

    /// Whether it is for them to do whatever `account` needs.
    pub fn has_account(&self, account: &Account, roster: &Roster) -> bool {
        match self {
            Self::Everybodys => true,
            Self::Of(name) => owns(name, account, roster),
            Self::OfOrNobodys(name) => account.owner().is_none() || owns(name, account, roster),
        }
    }

    pub fn has_alert(&self, alert: &Alert, roster: &Roster) -> bool {
        match self {
            Self::Everybodys => true,
            Self::Of(name) => is_given(name, alert, roster),
            Self::OfOrNobodys(name) => alert.assignee.is_none() || is_given(name, alert, roster),
        }
    }

    /// Whether somebody covered for them on `account`, and they are back.
    pub fn is_back(&self, account: &Account, now: &Now, roster: &Roster) -> bool {
        let (Self::Of(name) | Self::OfOrNobodys(name)) = self else { return false };
        let covered = account.ended_cover(now.at).and_then(|_| account.covered_owner());
        covered.is_some_and(|owner| roster.is_same(owner, name))
    }

    /// Why `account` needs them at `now`, the most urgent first: whatever it is where the account is theirs; else only
    /// its alerts that are, and that they are back.
    pub fn reasons(
        &self,
        board: &Board,
        account: &Account,
        alerts: &[&Alert],
        now: &Now,
        rules: &AttentionRules,
    ) -> Vec<Reason> {
        if self.has_account(account, &rules.roster) {
            return reasons(board, account, alerts, now, rules);
        }
        let theirs = alerts.iter().copied().filter(|alert| self.has_alert(alert, &rules.roster));
        let theirs: Vec<&Alert> = theirs.collect();
        let is_back = self.is_back(account, now, &rules.roster);
        if theirs.is_empty() && !is_back {
            return Vec::new();
        }
        let mut reasons = reasons(board, account, &theirs, now, rules);
        reasons.retain(|reason| match reason {
            Reason::OpenAlert { .. } => true,
            Reason::CoverEnded { .. } => is_back,
            _ => false,
        });
        reasons
    }
}

/// Everyone on `board` who needs them at `now`, in the same order; see [`Whose::reasons`].
pub fn today_of(whose: &Whose, board: &Board, now: &Now, rules: &AttentionRules) -> Vec<Attention> {
    today_by(board, now, |account, alerts| whose.reasons(board, account, alerts, now, rules))
}
