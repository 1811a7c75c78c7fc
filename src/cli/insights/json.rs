//! The sections as JSON: a contract.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::super::CliError;
use super::super::json;
use super::InsightsReport;
use crate::insights::report::{Section, SectionCell};
use crate::state::{AccountId, MoneySum};

#[derive(Serialize)]
struct InsightsJson<'a> {
    from: String,
    to: String,
    by: String,
    zone: &'a str,
    owner: Option<&'a str>,
    r#where: Option<&'a str>,
    accounts: usize,
    sections: Vec<SectionJson<'a>>,
}

#[derive(Serialize)]
struct SectionJson<'a> {
    id: &'a str,
    title: &'a str,
    meaning: &'a str,
    rows: Vec<RowJson<'a>>,
}

/// The cells of a row by their columns; those of one kind stand together.
#[derive(Default, Serialize)]
struct RowJson<'a>(BTreeMap<&'a str, FieldJson<'a>>);

#[derive(Serialize)]
#[serde(untagged)]
enum FieldJson<'a> {
    One(CellJson<'a>),
    Several(BTreeMap<&'a str, CellJson<'a>>),
}

impl<'a> RowJson<'a> {
    fn new(section: &'a Section, cells: &'a [SectionCell]) -> Self {
        let mut row = Self::default();
        // Where nothing ended, no stage has a column.
        if ["outcomes", "cohorts"].contains(&section.id) {
            row.0.insert("closed", FieldJson::Several(BTreeMap::new()));
        }
        for (column, its) in section.columns.iter().zip(cells) {
            if let SectionCell::Period(period) = its {
                row.0.insert("is_whole", FieldJson::One(CellJson::Bool(period.is_whole())));
            }
            let Some((kind, name)) = column.id.split_once('.') else {
                row.0.insert(&column.id, FieldJson::One(cell(its)));
                continue;
            };
            let several = row.0.entry(kind).or_insert_with(|| FieldJson::Several(BTreeMap::new()));
            if let FieldJson::Several(all) = several {
                all.insert(name, cell(its));
            }
        }
        row
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum CellJson<'a> {
    Text(String),
    Bool(bool),
    Number(Option<i64>),
    Accounts { count: usize, accounts: &'a [AccountId] },
    Share { part: usize, of: usize },
    Money(Vec<RecoveredJson>),
}

#[derive(Serialize)]
struct RecoveredJson {
    minor: i128,
    currency: String,
}

fn cell(cell: &SectionCell) -> CellJson<'_> {
    match cell {
        SectionCell::Text(text) => CellJson::Text(text.clone()),
        SectionCell::Date(day) => CellJson::Text(day.to_string()),
        SectionCell::Period(period) => CellJson::Text(period.start.to_string()),
        SectionCell::Accounts(accounts) => CellJson::Accounts { count: accounts.len(), accounts },
        SectionCell::Count(count) => CellJson::Number(i64::try_from(*count).ok()),
        SectionCell::Unknown => CellJson::Number(None),
        SectionCell::Share(part, of) | SectionCell::Reached(part, of) | SectionCell::Times(part, of) => {
            CellJson::Share { part: *part, of: *of }
        }
        SectionCell::Minutes(minutes) => CellJson::Number(*minutes),
        SectionCell::Money(sums) => CellJson::Money(sums.iter().map(sum).collect()),
        SectionCell::Bool(is_so) => CellJson::Bool(*is_so),
    }
}

fn sum(sum: &MoneySum) -> RecoveredJson {
    RecoveredJson { minor: sum.minor, currency: sum.currency.to_string() }
}

pub(super) fn write(report: &InsightsReport<'_>, out: &mut impl Write) -> Result<(), CliError> {
    let window = &report.question.window;
    let sections = report.sections.iter().map(|section| SectionJson {
        id: section.id,
        title: section.title,
        meaning: &section.meaning,
        rows: section.rows.iter().map(|row| RowJson::new(section, row)).collect(),
    });
    json::write(
        out,
        &InsightsJson {
            from: window.first().to_string(),
            to: window.last().to_string(),
            by: window.step().to_string(),
            zone: report.question.now.zone.name(),
            owner: report.scope.owner,
            r#where: report.scope.query,
            accounts: report.scope.accounts,
            sections: sections.collect(),
        },
    )
}
