//! The accounts in a provider's records, read as an import reads its rows, and found on the board.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

use super::Provider;
use crate::intake::accounts::{ParsedAccounts, RejectedRow, read_table};
use crate::intake::column_names::recognise;
use crate::intake::mapping::{ImportOptions, Mapping};
use crate::intake::meaning::Meaning;
use crate::intake::signals::{id, time};
use crate::intake::table::json::of_objects;
use crate::intake::vocabulary::fold;
use crate::intake::{IntakeError, words};
use crate::state::values::account_ref::AccountRef;
use crate::state::{AccountFacts, AccountId, AccountLookup, Board, FactKey, FactValue};

/// An account as a provider's record shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedAccount {
    /// The line on which its record begins, counted from one.
    pub line: usize,
    /// The record as it stands in the file.
    pub raw: String,
    /// Its columns and their values.
    pub(super) columns: Map<String, Value>,
}

/// The column with the id on the board.
const EXTERNAL_ID: &str = "external id";

/// The column that says when the record was last changed.
pub(super) const UPDATED: &str = "updated at";

/// `value` as the column [`UPDATED`] has it: moments in one form, which sort as texts.
pub(super) fn updated(value: &Value) -> Value {
    time(value).map_or_else(|| value.clone(), written)
}

pub(super) fn written(at: DateTime<Utc>) -> Value {
    at.to_rfc3339_opts(SecondsFormat::Millis, true).into()
}

/// How a provider's own id stands among the columns.
pub(super) fn own_id(provider: Provider) -> String {
    format!("id.{}", provider.word())
}

/// Gives the account of `columns` its external id: the first that the mapping names, or that a column's name says; else
/// the provider's own, `id`, which the board may know it by.
pub(super) fn with_external_id(
    mut columns: Map<String, Value>,
    own: &str,
    provider: Provider,
    mapping: &Mapping,
) -> Map<String, Value> {
    let mapped = |name: &str| mapping.columns.iter().find(|(column, _)| fold(column) == fold(name));
    let rank = |name: &String| match mapped(name) {
        Some((_, meanings)) => meanings.contains(&Meaning::ExternalId).then_some((0, 0, 0)),
        None => recognise(name)
            .filter(|recognised| recognised.meaning == Meaning::ExternalId)
            .map(|recognised| (1, recognised.rank.0, recognised.rank.1)),
    };
    let says = |value: &Value| id("id", value.clone(), "an id").ok().filter(|text| !words::is_no_id(text));
    let named = columns.iter().filter_map(|(name, value)| Some((rank(name)?, name, says(value)?)));
    let best = named.min_by(|(a, ..), (b, ..)| a.cmp(b)).map(|(_, name, text)| (name.clone(), text));
    let blank: Vec<String> = columns
        .iter()
        .filter(|(name, value)| rank(name).is_some() && says(value).is_none())
        .map(|(name, _)| name.clone())
        .collect();
    for name in &blank {
        columns.remove(name);
    }
    let external = match best {
        Some((name, text)) => {
            columns.remove(&name);
            text
        }
        None => own.to_owned(),
    };
    columns.insert(EXTERNAL_ID.to_owned(), external.into());
    columns.insert(own_id(provider), own.into());
    columns
}

/// Reads `accounts` as the rows of an import. Of several records about one account, the one that was changed last counts.
///
/// # Errors
/// As for an import: something in them can be read in two ways, or the mapping does not fit.
pub fn read_accounts(
    accounts: &[ListedAccount],
    mapping: &Mapping,
    options: &ImportOptions,
) -> Result<ParsedAccounts, IntakeError> {
    if accounts.is_empty() {
        return Ok(ParsedAccounts::default());
    }
    let mut mapping = mapping.clone();
    for meanings in mapping.columns.values_mut() {
        meanings.retain(|meaning| *meaning != Meaning::ExternalId);
    }
    mapping.columns.retain(|_, meanings| !meanings.is_empty());
    mapping.columns.insert(UPDATED.to_owned(), vec![Meaning::Ignore]);
    let mut changed: HashMap<&str, DateTime<Utc>> = HashMap::new();
    for account in accounts {
        let (id, at) = (account.columns.get(EXTERNAL_ID), account.columns.get(UPDATED).and_then(time));
        if let (Some(id), Some(at)) = (id.and_then(Value::as_str), at) {
            let known = changed.entry(id).or_insert(at);
            *known = at.max(*known);
        }
    }
    if mapping.newest_by.is_none() && !changed.is_empty() {
        mapping.newest_by = Some(UPDATED.to_owned());
    }
    let objects = accounts.iter().map(|it| (it.line, it.raw.as_str(), Value::Object(it.columns.clone())));
    let mut parsed = read_table(of_objects(objects)?, options, &mapping, &mut |_, _| {})?;
    for row in Arc::make_mut(&mut parsed.rows) {
        row.at = changed.get(row.id.as_str()).copied();
    }
    // The columns that were made here are no news to anybody.
    parsed.columns.retain(|column| ![EXTERNAL_ID, UPDATED].contains(&column.header.as_str()));
    Ok(parsed)
}

/// What to do about accounts of `provider` that cannot be read. What an import asks about is answered in its file here.
pub fn unclear(provider: Provider, error: &IntakeError) -> String {
    let file = format!("{}.toml", provider.word());
    match error.question() {
        Some(_) => format!("{error}; here, write it as date_format or decimal in {file}"),
        None => format!("{error} ({file})"),
    }
}

/// Finds on `board` the accounts of `parsed` that have no external id of their own: by the provider's id, by an address,
/// by a domain. One that two accounts fit is rejected, and one that none fits is new.
pub fn settle(provider: Provider, parsed: &mut ParsedAccounts, board: &Board) {
    let lookup = AccountLookup::of(board);
    let mut found: Vec<Result<(), String>> = Vec::new();
    for row in Arc::make_mut(&mut parsed.rows) {
        found.push(match known(provider, row, board, &lookup) {
            Ok(Some(id)) => {
                row.id = id;
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(reason) => Err(reason),
        });
    }
    let mut lines: BTreeMap<AccountId, Vec<usize>> = BTreeMap::new();
    for (row, line) in parsed.rows.iter().zip(&parsed.lines) {
        lines.entry(row.id.clone()).or_default().push(*line);
    }
    let (rows, all) = (std::mem::take(&mut parsed.rows), std::mem::take(&mut parsed.lines));
    for ((row, line), found) in Arc::unwrap_or_clone(rows).into_iter().zip(all).zip(found) {
        let several = lines.get(&row.id).is_some_and(|lines| lines.len() > 1);
        let reason = match found {
            Err(reason) => Some(reason),
            Ok(()) if several => {
                let (own, name) = (own_text(provider, &row).unwrap_or_default(), provider.name());
                Some(format!(
                    "{own}: another record of {name} fits {}, too: write the one that is meant there, \
                     gangplank record {} facts.changed --fact {}=ID",
                    row.id,
                    row.id,
                    own_id(provider)
                ))
            }
            Ok(()) => None,
        };
        match reason {
            None => {
                Arc::make_mut(&mut parsed.rows).push(row);
                parsed.lines.push(line);
            }
            Some(reason) => {
                parsed.rejected.push(RejectedRow { line, reason, raw: String::new(), cells: Vec::new() });
            }
        }
    }
    parsed.rejected.sort_by_key(|row| row.line);
}

fn own_text(provider: Provider, row: &AccountFacts) -> Option<String> {
    match row.facts.get(&FactKey::OtherId(provider.word().into()))? {
        FactValue::Text(id) => Some(id.to_string()),
        _ => None,
    }
}

/// The account on `board` that `row` is about, where the row's id does not say.
fn known(
    provider: Provider,
    row: &AccountFacts,
    board: &Board,
    lookup: &AccountLookup,
) -> Result<Option<AccountId>, String> {
    let Some(own) = own_text(provider, row).filter(|own| own == row.id.as_str()) else { return Ok(None) };
    if board.find(&row.id).is_some() {
        return Ok(None);
    }
    let key = FactKey::OtherId(provider.word().into());
    // An account that has another id there is another one.
    let fits = |id: &AccountId| {
        board
            .get(id)
            .and_then(|account| account.fact(&key))
            .is_none_or(|known| *known == FactValue::Text(own.as_str().into()))
    };
    for name in names(provider, &own, row) {
        let mut fitting = lookup.candidates(board, &name);
        fitting.retain(fits);
        match &fitting[..] {
            [] => {}
            [one] => return Ok(Some(one.clone())),
            [first, second, ..] => {
                return Err(format!(
                    "{own}: {first} and {second} both have {name}: write which one it is, \
                     gangplank record {first} facts.changed --fact {}={own}",
                    own_id(provider)
                ));
            }
        }
    }
    Ok(None)
}

/// The names of the account of `row`, the most exact one first.
fn names(provider: Provider, own: &str, row: &AccountFacts) -> Vec<AccountRef> {
    let mut names = vec![AccountRef::Other(provider.word().into(), own.into())];
    for key in [FactKey::Contacts, FactKey::AdminEmails] {
        if let Some(FactValue::List(all)) = row.facts.get(&key) {
            names.extend(all.iter().filter(|it| it.contains('@')).cloned().map(AccountRef::Email));
        }
    }
    if let Some(FactValue::Text(domains)) = row.facts.get(&FactKey::Domain) {
        names.extend(domains.split(", ").map(|domain| AccountRef::Domain(domain.into())));
    }
    names
}
