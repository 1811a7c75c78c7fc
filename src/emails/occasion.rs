//! What an email is for, and whether an account needs it now.

use serde::Deserialize;

use crate::casefold::folded;
use crate::state::{Account, AlertKind, Reason, SignalData};

/// What an email is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailOccasion {
    FirstOutreach,
    Reply,
    CallFollowUp,
    FinalOutreach,
    FailedPayment,
    LargeInvoice,
    Survey,
}

impl EmailOccasion {
    /// Whether `account` needs such an email, for these `reasons` or by what happened last.
    pub(super) fn is_due(self, account: &Account, reasons: &[Reason]) -> bool {
        let any = |is_it: &dyn Fn(&Reason) -> bool| reasons.iter().any(is_it);
        let has_alert =
            |kind: AlertKind| any(&|it| matches!(it, Reason::OpenAlert { alert } if alert.kind == kind));
        match self {
            Self::FirstOutreach => {
                any(&|reason| matches!(reason, Reason::OutreachOverdue { .. } | Reason::OutreachDue { .. }))
            }
            Self::Reply => any(&|reason| matches!(reason, Reason::ReplyWaiting { .. })),
            Self::CallFollowUp => {
                let mut touches = account.signals.iter().rev().filter(|it| it.data.touch().is_some());
                touches.next().is_some_and(|last| matches!(last.data, SignalData::CallHeld { .. }))
            }
            Self::FinalOutreach => any(&|reason| {
                matches!(reason, Reason::FinalOutreachDue { .. } | Reason::FinalOutreachMissed { .. })
            }),
            Self::FailedPayment => has_alert(AlertKind::FailedPayment),
            Self::LargeInvoice => has_alert(AlertKind::LargeInvoice),
            Self::Survey => any(
                &|reason| matches!(reason, Reason::TaskDue { task } if folded(&task.title).contains("survey")),
            ),
        }
    }
}
