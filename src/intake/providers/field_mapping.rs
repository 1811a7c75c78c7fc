//! Files that say what the fields of a provider's accounts become, laid over the built-in ones.

use crate::intake::mapping::{Mapping, MappingError, MappingSource, entries};
use crate::intake::vocabulary::fold;

/// Reads `text`, the file `file`, over `built_in`.
///
/// # Errors
/// At the first mistake, as for the mapping of an import.
pub fn laid_over(built_in: &Mapping, text: &str, file: &str) -> Result<Mapping, MappingError> {
    let own = Mapping::parse(text, file)?;
    let source = MappingSource { text, file };
    let table = source.table()?;
    if let Some(whole) = entries(table.get_ref(), &source).find(|entry| entry.key == "whole" && own.whole) {
        return Err(whole.error(
            "accounts come page by page, so none of them is gone because it is not in one: remove the line"
                .to_owned(),
        ));
    }
    let mut mapping = built_in.clone();
    mapping.columns.retain(|name, _| !own.columns.keys().any(|other| fold(other) == fold(name)));
    mapping.columns.extend(own.columns);
    mapping.dates.extend(own.dates);
    mapping.amounts.extend(own.amounts);
    mapping.clear_blank.extend(own.clear_blank);
    mapping.date_format = own.date_format.or(mapping.date_format);
    mapping.decimal = own.decimal.or(mapping.decimal);
    mapping.currency = own.currency.or(mapping.currency);
    mapping.newest_by = own.newest_by.or(mapping.newest_by);
    Ok(mapping)
}
