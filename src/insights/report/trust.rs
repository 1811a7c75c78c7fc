//! How far automations, the rules and the judgement of risks can be trusted.

use std::slice;

use super::{Section, SectionCell, accounts, columns, name, text};
use crate::insights::forecast::{ForecastMonth, ForecastOutcome};
use crate::insights::moves::{ForcedMove, MoveCause, MovesBy};
use crate::state::values::account::RiskLevel;
use crate::state::{AccountId, Board, MoneySum, Now, StageId};

pub(super) fn moves(all: &[MovesBy]) -> Section {
    let words = |cause: &MoveCause| match cause {
        MoveCause::Hand => "by hand".to_owned(),
        MoveCause::Forced => "by hand, forced".to_owned(),
        MoveCause::Import => "import".to_owned(),
        MoveCause::Playbook(id) => format!("playbook {id}"),
    };
    let row = |it: &MovesBy| {
        vec![
            text(&words(&it.cause)),
            accounts(&it.moved),
            accounts(&it.taken_back),
            SectionCell::Share(it.taken_back.len(), it.moved.len()),
            accounts(&it.refused),
        ]
    };
    Section {
        id: "moves",
        title: "Who moved the cards",
        meaning: "The moves in the window, and how many of them a person took back: an automation that is often taken back needs another condition. Refused: where the board did not let a playbook do what it should. Elsewhere, what was taken back counts nowhere."
            .to_owned(),
        columns: columns(&[("cause", "By"), ("moved", "Moves"), ("taken_back", "Taken back"), ("share", "Share"), ("refused", "Refused")]),
        rows: all.iter().map(row).collect(),
    }
}

pub(super) fn forced(all: &[ForcedMove], board: &Board, now: &Now) -> Section {
    let stage = |id: &Option<StageId>| text(id.as_ref().map_or("off", StageId::as_str));
    let row = |it: &ForcedMove| {
        vec![
            text(name(board, &it.account)),
            text(it.account.as_str()),
            stage(&it.from),
            stage(&it.to),
            text(&it.reason),
            SectionCell::Date(now.date(it.at)),
            text(&it.by.to_string()),
            SectionCell::Bool(it.is_taken_back),
        ]
    };
    Section {
        id: "forced",
        title: "Against the board's advice",
        meaning: "The moves of the window that a person forced, the latest first, and why: where many have the same reason, a rule is wrong."
            .to_owned(),
        columns: columns(&[
            ("account", "Account"),
            ("id", "Id"),
            ("from", "From"),
            ("to", "To"),
            ("reason", "Reason"),
            ("day", "Day"),
            ("by", "By"),
            ("is_taken_back", "Taken back"),
        ]),
        rows: all.iter().map(row).collect(),
    }
}

fn minor(sum: &MoneySum) -> usize {
    usize::try_from(sum.minor).unwrap_or(0)
}

/// A row of one risk of a currency, or of all of them. `weight_of` says what was counted on, given what was forecast and that
/// weighted.
fn outcome(
    label: &str,
    all: &[ForecastOutcome],
    weight_of: impl Fn(&MoneySum, &MoneySum) -> SectionCell,
) -> Vec<SectionCell> {
    let sum = |of: fn(&ForecastOutcome) -> MoneySum| {
        MoneySum::new(all.iter().map(|it| of(it).minor).sum(), all[0].currency)
    };
    let ids = |of: fn(&ForecastOutcome) -> &Vec<AccountId>| -> Vec<AccountId> {
        all.iter().flat_map(of).cloned().collect()
    };
    let (forecast, weighted) = (sum(|it| it.forecast), sum(|it| it.weighted));
    let (known, paid, of_known) = (ids(|it| &it.known), sum(|it| it.paid), sum(|it| it.of_known));
    vec![
        text(label),
        SectionCell::Accounts(ids(|it| &it.accounts)),
        SectionCell::Money(vec![forecast]),
        weight_of(&forecast, &weighted),
        SectionCell::Money(vec![weighted]),
        SectionCell::Accounts(known.clone()),
        SectionCell::Money(if known.is_empty() { Vec::new() } else { vec![paid] }),
        SectionCell::Share(minor(&paid), minor(&of_known)),
    ]
}

pub(super) fn forecast(all: Option<&[ForecastOutcome]>, month: &ForecastMonth) -> Section {
    let risk = |level| match level {
        RiskLevel::None => "no risk",
        RiskLevel::Low => "low risk",
        RiskLevel::Medium => "medium risk",
        RiskLevel::High => "high risk",
    };
    let row = |it: &ForecastOutcome| {
        let label = format!("{}, {}", it.currency, risk(it.risk));
        outcome(&label, slice::from_ref(it), |_, _| SectionCell::Share(it.weight.into(), 100))
    };
    let total = |all: &[ForecastOutcome]| {
        let label = format!("{}, all", all[0].currency);
        outcome(&label, all, |forecast, weighted| SectionCell::Share(minor(weighted), minor(forecast)))
    };
    let mut rows = Vec::new();
    for of_currency in all.unwrap_or_default().chunk_by(|a, b| a.currency == b.currency) {
        rows.extend(of_currency.iter().map(row));
        rows.extend((of_currency.len() > 1).then(|| total(of_currency)));
    }
    let month = month.first.format("%B %Y");
    Section {
        id: "forecast",
        title: "Forecast, and what came",
        meaning: format!(
            "{month}: the forecasted MRR when the month began, by the payment risk it had then, and what these accounts paid in it, as far as that is known. Right weight: what the paid amounts are of what was expected of those who are known."
        ),
        columns: columns(&[
            ("risk", "Risk"),
            ("accounts", "Accounts"),
            ("forecast", "Forecast"),
            ("weight", "Weight"),
            ("weighted", "Weighted"),
            ("known", "Known"),
            ("paid", "Paid"),
            ("right_weight", "Right weight"),
        ]),
        rows,
    }
}
