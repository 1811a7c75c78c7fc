//! The names of the columns of an export, which an import reads as what they are.

use std::fmt::Write as _;

use super::column_names::{FIRST_ENTERED, meaning_of};
use super::meaning::Meaning;
use crate::state::{FactKey, Pipeline};

pub const EXTERNAL_ID: &str = "External ID";
pub const STAGE: &str = "Onboarding Pipeline";
pub const SEGMENTS: &str = "Segments";
/// The currency of the row's amounts that name none.
pub const CURRENCY: &str = "Currency";
/// Since when the account is in its stage.
pub const SINCE: &str = "Onboarding Pipeline Since";
pub const RISK: &str = "Onboarding Payment Risk";
/// What is said of an account and not read back.
pub const REFUNDS: &str = "Onboarding Refunds";
pub const OPEN_POINTS: &str = "Onboarding Open Points";
pub const RISK_REASON: &str = "Onboarding Payment Risk Reason";

/// The column of a first-entered stamp: `2. Onboarding Initiated: first entered`, `Bucket 3: first entered`.
pub fn of_stamp(stamp: &str, pipeline: &Pipeline) -> String {
    let stage = pipeline.stages().iter().find(|stage| stage.id.as_str() == stamp);
    let only = || {
        let mut stages = pipeline.in_bucket(stamp);
        stages.next().filter(|_| stages.next().is_none())
    };
    match stage.or_else(only) {
        Some(stage) => format!("{}{FIRST_ENTERED}", stage.label),
        None => format!("Bucket {stamp}{FIRST_ENTERED}"),
    }
}

/// The column of a fact: its title in capitals, or an extra fact's own name, where an import understands that; otherwise
/// its key, such as `extra.Name`.
pub fn of_fact(key: &FactKey) -> String {
    let friendly = match key {
        FactKey::NextRenewal => "Next Renewal Date".to_owned(),
        FactKey::OtherId(system) => format!("{} ID", capitals(system)),
        FactKey::Extra(name) => name.to_string(),
        known => capitals(&known.title()),
    };
    let read = meaning_of(&friendly);
    let understood = match key {
        FactKey::Extra(name) => {
            let is_stamp = name.to_lowercase().ends_with(FIRST_ENTERED);
            read.is_none()
                && !is_stamp
                && name.trim() == &**name
                && !name.is_empty()
                && !name.starts_with('\u{feff}')
        }
        known => read == Some(Meaning::from(known.clone())),
    };
    if understood { friendly } else { key.to_string() }
}

/// `title` with every word's first letter in upper case.
fn capitals(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    for (index, word) in title.split(' ').enumerate() {
        let mut letters = word.chars();
        let space = if index > 0 { " " } else { "" };
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        write!(out, "{space}{first}{}", letters.as_str()).expect("a string takes what is written to it");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_column_is_called_is_what_it_is_read_as() {
        for key in FactKey::known().filter(|key| *key != FactKey::StageLabel) {
            let header = of_fact(&key);
            assert_eq!(meaning_of(&header), Some(Meaning::Fact(key)), "{header}");
            assert!(header.starts_with(char::is_uppercase), "{header}");
        }
        for (key, header) in [
            (FactKey::ForecastedMrr, "Forecasted MRR"),
            (FactKey::OtherId("stripe".into()), "Stripe ID"),
            (FactKey::OtherId("billing".into()), "id.billing"),
            (FactKey::Extra("Industry".into()), "Industry"),
            (FactKey::Extra("MRR".into()), "extra.MRR"),
            (FactKey::Extra("id".into()), "extra.id"),
            (FactKey::Extra("vitally.custom.mrr".into()), "extra.vitally.custom.mrr"),
            (FactKey::Extra("extra.x".into()), "extra.extra.x"),
            (FactKey::Extra("x: first entered".into()), "extra.x: first entered"),
            (FactKey::Extra("Currency".into()), "extra.Currency"),
            (FactKey::Extra("id.x".into()), "extra.id.x"),
        ] {
            assert_eq!(of_fact(&key), header);
            let read = meaning_of(header);
            assert_eq!(read.unwrap_or(Meaning::Fact(FactKey::Extra(header.into()))), Meaning::Fact(key));
        }
        for (header, word) in [
            (EXTERNAL_ID, "external_id"),
            (STAGE, "stage"),
            (SEGMENTS, "segments"),
            (CURRENCY, "currency"),
            (SINCE, "stage_since"),
            (RISK, "payment_risk"),
            (RISK_REASON, "payment_risk_reason"),
            (REFUNDS, "ignore"),
            (OPEN_POINTS, "ignore"),
        ] {
            assert_eq!(meaning_of(header), Meaning::parse(word), "{header}");
        }
    }
}
