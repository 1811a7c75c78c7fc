//! Gives every column its meaning: by the mapping, then by its name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::IntakeError;
use super::column_names::{Recognised, recognise};
use super::first_entered::first_entered;
use super::heading::{self, HeadingUnit};
use super::mapping::{Mapping, quoted};
use super::meaning::Meaning;
use super::vocabulary::fold;
use crate::state::{FactKey, Pipeline};

/// A column, and what its values become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ImportColumn {
    /// Its header, trimmed; a blank one is called by its number.
    pub(super) header: String,
    /// The same as names are compared.
    pub(super) folded: String,
    /// What its values become; extra facts already have their names.
    pub(super) meanings: Vec<Meaning>,
    /// Why it did not become what its name means.
    pub(super) why: Option<String>,
    /// The unit in its heading.
    pub(super) unit: Option<HeadingUnit>,
    /// Whether another column has a better name for the same fact, and this one counts where that one is blank.
    pub(super) is_fallback: bool,
    /// Whether a blank cell clears its facts.
    pub(super) clears_blank: bool,
}

/// A header signature: the same for the same set of column names, whatever their order, case and spaces.
pub(super) fn signature(headers: &[String]) -> String {
    let names: BTreeSet<String> = headers.iter().map(|header| fold(header)).collect();
    // FNV-1a: stable across versions and machines, which the standard hasher does not promise.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in names.iter().flat_map(|name| name.bytes().chain([0x1f])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}

/// Gives every header its meaning.
///
/// # Errors
/// When no column names the account, or the mapping does not fit the file.
pub(super) fn assign(
    headers: &[String],
    mapping: &Mapping,
    pipeline: Option<&Pipeline>,
    all_needed: bool,
) -> Result<Vec<ImportColumn>, IntakeError> {
    let mut columns: Vec<ImportColumn> = headers
        .iter()
        .enumerate()
        .map(|(index, header)| {
            let header = if header.trim().is_empty() {
                format!("column {}", index + 1)
            } else {
                header.trim().to_owned()
            };
            let unit = heading::split(&header).map(|(_, unit)| unit);
            let folded = fold(&header);
            ImportColumn {
                header,
                folded,
                meanings: Vec::new(),
                why: None,
                unit,
                is_fallback: false,
                clears_blank: false,
            }
        })
        .collect();
    let names: Vec<String> = columns.iter().map(|column| column.header.clone()).collect();
    let mut mapped: BTreeMap<usize, Vec<Meaning>> = BTreeMap::new();
    for (name, meanings) in &mapping.columns {
        match find(&columns, name) {
            Some(index) => mapped.entry(index).or_default().extend(meanings.iter().cloned()),
            None if all_needed => {
                return Err(IntakeError::NoSuchColumn { column: name.clone(), columns: names });
            }
            None => {}
        }
    }
    let mut taken: BTreeMap<Meaning, usize> = BTreeMap::new();
    for (index, meanings) in mapped {
        for meaning in &meanings {
            let first = if is_shared(meaning) { None } else { taken.insert(meaning.clone(), index) };
            if let Some(first) = first.filter(|first| *first != index) {
                let [first, second] = [first, index].map(|index| columns[index].header.clone());
                return Err(IntakeError::MappedTwice { meaning: meaning.clone(), first, second });
            }
        }
        columns[index].meanings = meanings;
    }
    recognise_rest(&mut columns, taken, pipeline);
    if !columns.iter().any(|column| column.meanings.contains(&Meaning::ExternalId)) {
        return Err(IntakeError::NoIdColumn { columns: names, header_line: None });
    }
    name_extras(&mut columns);
    Ok(columns)
}

/// Marks the columns whose blank cells clear their facts.
///
/// # Errors
/// When a column of that name is none of facts, or one is missing where `all_needed`.
pub(super) fn clear_blanks(
    columns: &mut [ImportColumn],
    mapping: &Mapping,
    all_needed: bool,
) -> Result<(), IntakeError> {
    for name in &mapping.clear_blank {
        let Some(index) = find(columns, name) else {
            if all_needed {
                let columns = columns.iter().map(|column| column.header.clone()).collect();
                return Err(IntakeError::NoColumnToClear { column: name.clone(), columns });
            }
            continue;
        };
        let column = &mut columns[index];
        if let Some(other) = column.meanings.iter().find(|meaning| !matches!(meaning, Meaning::Fact(_))) {
            return Err(IntakeError::CannotClear { column: column.header.clone(), meaning: other.clone() });
        }
        column.clears_blank = true;
    }
    Ok(())
}

/// Where the column called `name` stands: by its exact name, else by its folded one.
pub(super) fn find(columns: &[ImportColumn], name: &str) -> Option<usize> {
    let exact = columns.iter().position(|column| column.header == name.trim());
    let wanted = fold(name);
    exact.or_else(|| columns.iter().position(|column| !wanted.is_empty() && fold(&column.header) == wanted))
}

/// Whether any number of columns may have this meaning.
fn is_shared(meaning: &Meaning) -> bool {
    matches!(meaning, Meaning::Extra | Meaning::Ignore)
}

/// Recognises the columns that the mapping does not list by their names. The better name wins; the other columns become
/// extra facts, with the reason.
fn recognise_rest(
    columns: &mut [ImportColumn],
    taken: BTreeMap<Meaning, usize>,
    pipeline: Option<&Pipeline>,
) {
    let open = columns.iter().enumerate().filter(|(_, column)| column.meanings.is_empty());
    let recognise = |header: &str| {
        let stamp = pipeline.and_then(|pipeline| first_entered(header, pipeline));
        let stamp =
            stamp.map(|stamp| Recognised { meaning: Meaning::FirstEntered(stamp), rank: (0, 0), unit: None });
        stamp.or_else(|| recognise(header))
    };
    let mut open: Vec<_> = open.map(|(index, column)| (index, recognise(&column.header))).collect();
    open.sort_by_key(|(_, recognised)| recognised.as_ref().map(|recognised| recognised.rank));
    let mut winners = taken;
    for (index, recognised) in open {
        let Some(Recognised { meaning, unit, .. }) = recognised else {
            columns[index].meanings = vec![Meaning::Extra];
            continue;
        };
        if let (Some(unit), Meaning::Fact(key)) = (&unit, &meaning)
            && !unit.fits(key)
        {
            let header = &columns[index].header;
            columns[index].why = Some(format!(
                "its unit does not fit {meaning}: to import it all the same, write {} = \"{meaning}\" under [columns] in a mapping file",
                quoted(header)
            ));
            columns[index].meanings = vec![Meaning::Extra];
            continue;
        }
        let winner = *winners.entry(meaning.clone()).or_insert(index);
        if winner == index || is_shared(&meaning) {
            columns[index].meanings = vec![meaning];
        } else {
            columns[index].why = Some(format!("`{}` is the {meaning}", columns[winner].header));
            columns[index].is_fallback = has_fallbacks(&meaning);
            columns[index].meanings = vec![Meaning::Extra];
            if columns[index].is_fallback {
                columns[index].meanings.push(meaning);
            }
        }
    }
}

/// Whether a column with a lesser name counts where the best one is blank: an account has a name, and somebody in sales or
/// customer success, whichever column says so.
fn has_fallbacks(meaning: &Meaning) -> bool {
    matches!(meaning, Meaning::Fact(FactKey::Name | FactKey::SalesContact | FactKey::CsmContact))
}

/// Names the extra facts after their columns, so that no two share a name.
pub(super) fn name_extras(columns: &mut [ImportColumn]) {
    let mut names: BTreeSet<Arc<str>> =
        columns
            .iter()
            .flat_map(|column| &column.meanings)
            .filter_map(|meaning| {
                if let Meaning::Fact(FactKey::Extra(name)) = meaning { Some(name.clone()) } else { None }
            })
            .collect();
    for (index, column) in columns.iter_mut().enumerate() {
        for meaning in &mut column.meanings {
            if *meaning != Meaning::Extra {
                continue;
            }
            let mut name: Arc<str> = column.header.as_str().into();
            if !names.insert(name.clone()) {
                name = format!("{} (column {})", column.header, index + 1).into();
                names.insert(name.clone());
            }
            *meaning = Meaning::Fact(FactKey::Extra(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assigned(headers: &[&str], mapping: &str) -> Result<Vec<String>, String> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let mapping = Mapping::parse(mapping, "m.toml").expect("a mapping in a test");
        let columns = assign(&headers, &mapping, None, true).map_err(|error| error.to_string())?;
        let words = |column: &ImportColumn| {
            column.meanings.iter().map(ToString::to_string).collect::<Vec<_>>().join("+")
        };
        Ok(columns.iter().map(words).collect())
    }

    #[test]
    fn the_better_name_wins() {
        for (headers, mapping, meanings) in [
            (&["id", "account_id", "Company"][..], "", &["extra.id", "external_id", "name"][..]),
            (&["id", "vitally.custom.mrr", "MRR"], "", &["external_id", "extra.vitally.custom.mrr", "mrr"]),
            (&["id", "MRR", "mrr"], "", &["external_id", "mrr", "extra.mrr"]),
            (&["id", "", "x", "x"], "", &["external_id", "extra.column 2", "extra.x", "extra.x (column 4)"]),
            (
                &["key", "MRR", "amount"],
                "[columns]\nkey = \"external_id\"\nAmount = [\"mrr\", \"forecasted_mrr\"]",
                &["external_id", "extra.MRR", "mrr+forecasted_mrr"],
            ),
            (&["Rejected line", "Rejected reason", "id"], "", &["ignore", "ignore", "external_id"]),
            (
                &["id", "Stage", "note"],
                "[columns]\nstage = \"ignore\"\nnote = \"extra.Remark\"",
                &["external_id", "ignore", "extra.Remark"],
            ),
        ] {
            assert_eq!(
                assigned(headers, mapping).as_deref(),
                Ok(meanings).map(|m| m.iter().map(|m| (*m).to_owned()).collect::<Vec<_>>()).as_deref()
            );
        }
    }

    #[test]
    fn a_file_that_names_no_account_is_refused() {
        for (headers, mapping, said) in [
            (
                &["Company", "MRR"][..],
                "",
                "no column has the account's id: found `Company`, `MRR`; write `[columns]` and `\"Company\" = \"external_id\"` in a file, and pass it with --mapping",
            ),
            (
                &["id", "a"],
                "[columns]\nb = \"mrr\"",
                "the mapping names a column `b`, which the file does not have: it has `id`, `a`",
            ),
            (
                &["id", "a", "b"],
                "[columns]\na = \"mrr\"\nb = \"mrr\"",
                "the mapping takes mrr from both `a` and `b`: keep one of them",
            ),
        ] {
            assert_eq!(assigned(headers, mapping), Err(said.to_owned()));
        }
    }

    #[test]
    fn a_signature_is_stable() {
        let of = |headers: &[&str]| {
            signature(&headers.iter().map(|header| (*header).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(of(&["External ID", "Name"]), of(&["name", "external_id"]));
        assert_ne!(of(&["External ID", "Name"]), of(&["External ID", "Names"]));
        assert_eq!(of(&["External ID"]), "67f214c060896d88");
    }
}
