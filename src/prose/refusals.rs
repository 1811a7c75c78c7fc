//! Why a command was refused, as a sentence of its own.

use super::lists::sentence_case;
use crate::state::Refusal;

/// `refusal` in one sentence. Only one that begins with a name keeps its first letter as it is.
pub fn text(refusal: &Refusal) -> String {
    let words = refusal.to_string();
    if begins_with_name(refusal) { words } else { sentence_case(&words) }
}

fn begins_with_name(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Engaged { .. }
        | Refusal::NeverEngaged { .. }
        | Refusal::Backwards { .. }
        | Refusal::Closed { .. }
        | Refusal::Overtaken { .. }
        | Refusal::NoSuchTask { .. }
        | Refusal::AddressTaken { .. } => true,
        Refusal::NoSuchAccount(_)
        | Refusal::NoSuchName { .. }
        | Refusal::NoSuchStage { .. }
        | Refusal::NoFurther { .. }
        | Refusal::ForceNeedsReason { .. }
        | Refusal::NothingToUndo(_)
        | Refusal::NothingToRedo(_)
        | Refusal::NoSuchEntry(_)
        | Refusal::NothingInEntry(_)
        | Refusal::AlreadyUndone { .. }
        | Refusal::NotUndone(_)
        | Refusal::HandoffNeedsReason { .. }
        | Refusal::HandoffNeedsPerson { .. }
        | Refusal::RiskNeedsReason { .. }
        | Refusal::NoSuchAlert(_)
        | Refusal::NoSuchPoint { .. }
        | Refusal::RefundNeedsAmount { .. }
        | Refusal::RefundNeedsReason { .. }
        | Refusal::NoSuchSignal(_)
        | Refusal::NoAddress(_)
        | Refusal::SeveralSignals { .. }
        | Refusal::NoSuchPlaybook { .. }
        | Refusal::OffInFile { .. }
        | Refusal::EmptyTask
        | Refusal::EmptyNote => false,
    }
}
