//! How what is typed of a query may go on. Pure.

use std::collections::BTreeSet;

use strum::VariantArray;

use super::Subject;
use super::field::{EntryField, Field, FieldKind, OwnField};
use super::value::words_of;
use crate::state::{AlertKind, Pipeline};

/// The names that queries are completed with.
#[derive(Clone, Copy)]
pub struct KnownNames<'a> {
    pub subject: Subject,
    pub pipeline: &'a Pipeline,
    pub owners: &'a BTreeSet<&'a str>,
    pub segments: &'a BTreeSet<&'a str>,
    /// Fields whose names are not fixed: `extra.…` and `id.…`.
    pub columns: &'a BTreeSet<String>,
}

/// One way a query may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continuation {
    /// The whole query then.
    pub query: String,
    /// What it asks, for people. Not cleaned.
    pub about: Option<String>,
}

const DAYS: [&str; 6] = ["7d", "14d", "30d", "today", "this-week", "this-month"];

/// How `typed` may go on: with a field, or with a value of the field that was begun.
pub fn continuations(typed: &str, known: &KnownNames<'_>) -> Vec<Continuation> {
    let start = last_word(typed);
    let (before, word) = typed.split_at(start);
    let negated = word.len() - word.trim_start_matches(['-', '(']).len();
    let (sign, word) = word.split_at(negated);
    let Some(end) = word.find([':', '<', '>', '=', '!']) else {
        return fields(word, known)
            .into_iter()
            .map(|(name, about)| Continuation { query: format!("{before}{sign}{name}:"), about })
            .collect();
    };
    let (name, rest) = word.split_at(end);
    let value = rest.trim_start_matches([':', '<', '>', '=', '!']);
    let relation = &rest[..rest.len() - value.len()];
    let Some(field) = Field::of(name, known.subject) else { return Vec::new() };
    let wanted = value.trim_start_matches('"').to_lowercase();
    let begins = |(value, _): &(String, Option<String>)| value.to_lowercase().starts_with(&wanted);
    let whole = |(value, about): (String, Option<String>)| {
        let value = if value.contains(|c: char| c.is_whitespace() || "()\"".contains(c)) {
            format!("\"{}\"", value.replace('"', ""))
        } else {
            value
        };
        Continuation { query: format!("{before}{sign}{name}{relation}{value}"), about }
    };
    // Of a span of days, most people mean all days until then.
    let within = DAYS.iter().filter(|days| relation == ":" && days.starts_with(&wanted)).filter_map(|days| {
        let about = Some(about_days(field.kind(), "<=", days)?);
        Some(Continuation { query: format!("{before}{sign}{name}<={days}"), about })
    });
    let of_days = |(value, about): (String, Option<String>)| {
        let about = about.or_else(|| about_days(field.kind(), relation, &value));
        (value, about)
    };
    let values = values(&field, known).into_iter().filter(begins).map(of_days);
    within.chain(values.map(whole)).collect()
}

/// What a span of days such as `7d` asks of a field, for people.
fn about_days(kind: FieldKind, relation: &str, span: &str) -> Option<String> {
    let days: u32 = span.strip_suffix('d')?.parse().ok()?;
    let is_ahead = match kind {
        FieldKind::Ahead => true,
        FieldKind::Past => false,
        FieldKind::Text
        | FieldKind::Stage
        | FieldKind::Risk
        | FieldKind::Number
        | FieldKind::Money
        | FieldKind::Flag
        | FieldKind::Word => return None,
    };
    match (relation, is_ahead) {
        ("<=", true) => Some(format!("Within {days} days")),
        ("<=", false) => Some(format!("In the last {days} days")),
        (":" | "=", true) => Some(format!("In exactly {days} days")),
        (":" | "=", false) => Some(format!("Exactly {days} days ago")),
        _ => None,
    }
}

/// Where the last word of `typed` begins; a text in quotes is no end of a word.
pub fn last_word(typed: &str) -> usize {
    let (mut start, mut quoted) = (0, false);
    for (at, c) in typed.char_indices() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => start = at + c.len_utf8(),
            _ => {}
        }
    }
    start
}

fn fields(begun: &str, known: &KnownNames<'_>) -> Vec<(String, Option<String>)> {
    let begun = begun.to_lowercase();
    let of_entries = EntryField::VARIANTS.iter().filter(|_| known.subject == Subject::Entries);
    let of_entries = of_entries.map(|field| (field.to_string(), Some(field.about().to_owned())));
    let own = OwnField::VARIANTS.iter().map(|field| (field.to_string(), Some(field.about().to_owned())));
    let named = Field::names().into_iter().skip(OwnField::VARIANTS.len()).map(|name| (name, None));
    let columns = known.columns.iter().filter(|name| !name.contains(char::is_whitespace));
    let all = of_entries.chain(own).chain(named).chain(columns.map(|name| (name.clone(), None)));
    all.filter(|(name, _)| name.to_lowercase().starts_with(&begun)).collect()
}

fn values(field: &Field, known: &KnownNames<'_>) -> Vec<(String, Option<String>)> {
    let words = |words: &[&str]| words.iter().map(|word| ((*word).to_owned(), None)).collect::<Vec<_>>();
    let mut values = match field.kind() {
        FieldKind::Text => match field {
            Field::Entry(EntryField::By) => {
                let owners = known.owners.iter().map(|owner| ((*owner).to_owned(), None));
                words(&["me", "clock"]).into_iter().chain(owners).collect()
            }
            Field::Own(OwnField::Owner) => {
                let owners = known.owners.iter().map(|owner| ((*owner).to_owned(), None));
                [("me".to_owned(), None)].into_iter().chain(owners).collect()
            }
            Field::Own(OwnField::Segment) => {
                known.segments.iter().map(|segment| ((*segment).to_owned(), None)).collect()
            }
            Field::Own(OwnField::Bucket) => {
                let buckets = known.pipeline.stages().iter().map(|stage| stage.bucket.to_string());
                buckets.collect::<BTreeSet<_>>().into_iter().map(|bucket| (bucket, None)).collect()
            }
            Field::Own(OwnField::Alert) => {
                let kinds = AlertKind::VARIANTS.iter().map(|kind| kind.word());
                words(&["open", "snoozed", "closed"].into_iter().chain(kinds).collect::<Vec<_>>())
            }
            Field::Own(OwnField::Task) => words(&["overdue"]),
            Field::Own(_) | Field::Fact(_) | Field::Entry(_) => Vec::new(),
        },
        FieldKind::Stage => {
            let stages = known.pipeline.stages().iter();
            let ids = stages.map(|stage| (stage.id.to_string(), Some(stage.label.to_string())));
            ids.chain([("unmapped".to_owned(), None)]).collect()
        }
        FieldKind::Risk => words(&["low", "medium", "high"]),
        FieldKind::Ahead | FieldKind::Past => words(&DAYS),
        FieldKind::Flag => words(&["yes", "no"]),
        FieldKind::Word if *field == Field::Own(OwnField::Checklist) => words(words_of(field)),
        FieldKind::Word => return words(words_of(field)),
        FieldKind::Number | FieldKind::Money => Vec::new(),
    };
    values.extend(words(&["none", "any"]));
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::pipeline;

    #[test]
    fn a_query_goes_on_with_a_field_or_a_value() {
        let pipeline = pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("the shipped pipeline");
        let mut known = KnownNames {
            subject: Subject::Accounts,
            pipeline: &pipeline,
            owners: &["dana@example.com", "dan@example.com"].into(),
            segments: &["Onboarding Lead", "VIP"].into(),
            columns: &["extra.region".to_owned()].into(),
        };
        let go_on_with = |typed: &str, known: &KnownNames<'_>| {
            let all = continuations(typed, known).into_iter();
            all.map(|it| it.query).collect::<Vec<_>>().join("|")
        };
        let go_on = |typed: &str| go_on_with(typed, &known);
        assert_eq!(go_on("own"), "owner:");
        assert_eq!(go_on("stage:1 -OWN"), "stage:1 -owner:");
        assert_eq!(
            go_on("owner:"),
            "owner:me|owner:dan@example.com|owner:dana@example.com|owner:none|owner:any"
        );
        assert_eq!(go_on("(owner:dana"), "(owner:dana@example.com");
        assert_eq!(go_on("segment:on"), "segment:\"Onboarding Lead\"");
        assert_eq!(go_on("segment:\"onb"), "segment:\"Onboarding Lead\"");
        assert_eq!(go_on("segment:\"Onboarding Lead\" ri"), "segment:\"Onboarding Lead\" risk:");
        assert_eq!(go_on("stage:3"), "stage:3a|stage:3b");
        assert_eq!(go_on("risk>=m"), "risk>=medium");
        assert_eq!(go_on("renews<=14"), "renews<=14d");
        let first = |typed: &str| {
            let all = continuations(typed, &known).into_iter().map(|it| (it.query, it.about));
            all.map(|(query, about)| format!("{query} {}", about.unwrap_or_default())).collect::<Vec<_>>()
        };
        assert_eq!(first("-renews:7"), ["-renews<=7d Within 7 days", "-renews:7d In exactly 7 days"]);
        assert_eq!(first("touched:7"), ["touched<=7d In the last 7 days", "touched:7d Exactly 7 days ago"]);
        assert!(go_on("renews:").starts_with("renews<=7d|renews<=14d|renews<=30d|renews:7d|"));
        assert!(go_on("renews:t").starts_with("renews:today|"));
        assert_eq!(go_on("extra.r"), "extra.region:");
        assert_eq!(go_on("is:on"), "is:on-board");
        assert_eq!(go_on("nonsense:x"), "");
        assert!(go_on("").contains("stage:|"));
        assert_eq!((go_on("by"), go_on("by:m")), (String::new(), String::new()));
        known.subject = Subject::Entries;
        assert_eq!((&*go_on_with("by", &known), &*go_on_with("by:m", &known)), ("by:", "by:me"));
    }
}
