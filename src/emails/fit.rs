//! Which templates fit an account, and how well.

use super::file::EmailTemplate;
use super::occasion::EmailOccasion;
use crate::state::values::signal::SignalKind;
use crate::state::{Account, Board, Reason, Stage};

/// How well a template fits an account, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The account needs just that.
    Occasion,
    /// It is for the account's stage.
    Stage,
    Other,
}

/// How well `template` fits `account`, which needs a person for these `reasons`.
fn fit(template: &EmailTemplate, board: &Board, account: &Account, reasons: &[Reason]) -> Fit {
    let stage = board.stage_of(account);
    let is_awaited = stage.and_then(|stage| stage.awaits).is_some_and(|awaited| match template.occasion {
        Some(EmailOccasion::FirstOutreach) => awaited == SignalKind::OutreachSent,
        Some(EmailOccasion::FinalOutreach) => awaited == SignalKind::FinalOutreachSent,
        Some(_) | None => false,
    });
    let is_due = template.occasion.is_some_and(|occasion| occasion.is_due(account, reasons));
    let is_for = |stage: &Stage| {
        template.stages.iter().any(|named| *named == *stage.id.as_str() || **named == *stage.bucket)
    };
    match (is_due || is_awaited, stage.is_some_and(is_for)) {
        (true, _) => Fit::Occasion,
        (false, true) => Fit::Stage,
        (false, false) => Fit::Other,
    }
}

/// The places of `templates`, those that fit `account` best first, and in the order of `templates` otherwise.
pub fn ranked(
    templates: &[EmailTemplate],
    board: &Board,
    account: &Account,
    reasons: &[Reason],
) -> Vec<(usize, Fit)> {
    let fits = templates.iter().map(|template| fit(template, board, account, reasons));
    let mut ranked: Vec<(usize, Fit)> = fits.enumerate().collect();
    // An alert waits for an answer, whatever else is due.
    let is_alert = |at: usize| {
        matches!(templates[at].occasion, Some(EmailOccasion::FailedPayment | EmailOccasion::LargeInvoice))
    };
    ranked.sort_by_key(|(at, fit)| (*fit, *fit == Fit::Occasion && !is_alert(*at)));
    ranked
}
