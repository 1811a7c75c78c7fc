//! Columns that say when an account first entered a stage elsewhere: our own export's, and those of other systems.

use super::column_names::FIRST_ENTERED;
use super::vocabulary::vocabulary;
use crate::state::{Pipeline, Stamp};

/// What stands beside the name of a stage in the name of such a column.
const ENDINGS: [&str; 9] = [
    FIRST_ENTERED,
    " first entered",
    "-> set timestamp",
    "timestamp",
    "entered at",
    "entered on",
    "entered date",
    "date entered",
    " entered",
];
const BEGINNINGS: [&str; 4] = ["date entered", "first entered", "timestamp", "entered"];

/// The stage or bucket of `pipeline` whose first entry a column of this name says: `2. Onboarding Initiated: first
/// entered`, `vitally.custom.onboardingInitiatedTimestamp`, `Date entered "3a" (Onboarding)`, `4. (Nurture) timestamp`.
pub(super) fn first_entered(header: &str, pipeline: &Pipeline) -> Option<Stamp> {
    let lower = header.trim().to_lowercase();
    let mut name = lower.as_str();
    while let Some(rest) =
        vocabulary().file.column_prefixes.iter().find_map(|prefix| name.strip_prefix(prefix.as_str()))
    {
        name = rest;
    }
    // As our own JSON writes them.
    if let Some(stamp_name) = name.strip_prefix("stamps.") {
        return stamp(stamp_name, pipeline);
    }
    let ends = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending));
    let begins = || BEGINNINGS.iter().find_map(|beginning| name.strip_prefix(beginning));
    stamp(ends.or_else(begins)?, pipeline)
}

fn stamp(name: &str, pipeline: &Pipeline) -> Option<Stamp> {
    let name = name.trim_matches(|c: char| c.is_whitespace() || "_-:\"'".contains(c));
    let of_stage = |name: &str| pipeline.resolve(name).map(|stage| stage.id.as_str().into());
    let plain = ["[onboarding pipeline]", "onboarding pipeline", "stage"]
        .iter()
        .find_map(|word| name.strip_prefix(word));
    // HubSpot names the pipeline in brackets behind the stage.
    let without_pipeline = name.rsplit_once('(').filter(|(_, rest)| rest.trim_end().ends_with(')'));
    let candidates = [Some(name), plain, without_pipeline.map(|(stage, _)| stage.trim_matches(['"', ' ']))];
    let candidates = || candidates.iter().flatten().map(|name| name.trim());
    let of_bucket = |name: &str| {
        let number = name.strip_prefix("bucket").unwrap_or(name).trim();
        let digits = number.len() - number.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = number.split_at(digits);
        let ends = rest.is_empty() || rest.starts_with(['.', ' ']);
        (ends && pipeline.in_bucket(number).next().is_some()).then(|| number.into())
    };
    candidates().find_map(of_stage).or_else(|| candidates().find_map(of_bucket))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::pipeline::{DEFAULT, parse};

    #[test]
    fn stages_are_recognised_in_the_names_of_columns() {
        let pipeline = parse(DEFAULT, "pipeline.toml").expect("the shipped pipeline");
        for (header, stamp) in [
            ("2. Onboarding Initiated: first entered", Some("2")),
            ("Bucket 3: first entered", Some("3")),
            ("3a. Engaged — Email: first entered", Some("3a")),
            ("vitally.custom.onboardingInitiatedTimestamp", Some("2")),
            ("[Onboarding Pipeline] 2. Onboarding Initiated -> set timestamp", Some("2")),
            ("[Onboarding Pipeline] 3. Engaged (Email/Call) -> set timestamp", Some("3")),
            ("4. (Nurture) timestamp", Some("4")),
            ("traits.6a. Onboarded — No Engagement timestamp", Some("6a")),
            ("Date entered \"3a. Engaged — Email\"", Some("3a")),
            ("Date entered \"New Account (Onboarding)\"", Some("1")),
            ("Stage 5 entered at", Some("5")),
            ("stamps.3", Some("3")),
            ("stamps.3b", Some("3b")),
            ("churned entered on", Some("6d")),
            ("last_inbound_message_timestamp", None),
            ("Timestamp", None),
            ("Date entered", None),
            ("created_at", None),
            ("Next Renewal Date", None),
            ("9 timestamp", None),
        ] {
            assert_eq!(first_entered(header, &pipeline).as_deref(), stamp, "{header}");
        }
    }
}
