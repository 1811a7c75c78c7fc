//! The checklist of a stage, as `pipeline.toml` has it.

use std::collections::HashSet;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::config::error::ConfigError;
use crate::state::{Checklist, ChecklistPoint};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChecklistTable {
    title: Spanned<String>,
    points: Spanned<Vec<PointTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PointTable {
    id: Spanned<String>,
    title: Spanned<String>,
    customer: Option<Spanned<String>>,
}

/// The points that were read so far: an id stands for one point in the whole pipeline.
pub(super) struct KnownPoints<'a, W> {
    ids: HashSet<String>,
    /// Makes an error about a part of the file.
    wrong: &'a W,
}

impl<'a, W: Fn(Range<usize>, String) -> ConfigError> KnownPoints<'a, W> {
    pub(super) fn new(wrong: &'a W) -> Self {
        Self { ids: HashSet::new(), wrong }
    }

    pub(super) fn read(&mut self, table: &ChecklistTable) -> Result<Checklist, ConfigError> {
        let title = self.title(&table.title, "Audit")?;
        let points = table.points.get_ref();
        let most = Checklist::MOST_POINTS;
        if points.is_empty() {
            let what =
                "a checklist needs a point: write one like { id = \"limits\", title = \"Billing limits\" }";
            return Err((self.wrong)(table.points.span(), what.to_owned()));
        }
        if let Some(first) = points.get(most) {
            let what = format!("a checklist has at most {most} points, a digit for each: take some out");
            return Err((self.wrong)(first.id.span(), what));
        }
        let points = points.iter().map(|point| self.point(point)).collect::<Result<Vec<_>, _>>()?;
        Ok(Checklist { title: title.into(), points })
    }

    fn point(&mut self, point: &PointTable) -> Result<ChecklistPoint, ConfigError> {
        let id = point.id.get_ref();
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !id.starts_with(|c: char| c.is_ascii_lowercase()) || !id.chars().all(is_plain) {
            let what =
                format!("`{id}` is no id of a point: write small letters, digits and hyphens, like sdk-age");
            return Err((self.wrong)(point.id.span(), what));
        }
        if !self.ids.insert(id.clone()) {
            let what = format!("another point has the id {id}: write another id");
            return Err((self.wrong)(point.id.span(), what));
        }
        let title = self.title(&point.title, "Billing limits")?.into();
        let customer = match &point.customer {
            None => None,
            Some(name) => Some(self.customer(name)?.into()),
        };
        Ok(ChecklistPoint { id: id.as_str().into(), title, customer })
    }

    fn customer<'t>(&self, name: &'t Spanned<String>) -> Result<&'t str, ConfigError> {
        let trimmed = name.get_ref().trim();
        if trimmed.contains(char::is_alphanumeric) {
            return Ok(trimmed);
        }
        let what = "the name for customers has no letters or digits: write it like \"A setting that costs you \
                    money\", or leave it out to use the title";
        Err((self.wrong)(name.span(), what.to_owned()))
    }

    fn title<'t>(&self, title: &'t Spanned<String>, example: &str) -> Result<&'t str, ConfigError> {
        let trimmed = title.get_ref().trim();
        if trimmed.contains(char::is_alphanumeric) {
            return Ok(trimmed);
        }
        let what = format!("the title has no letters or digits: write it like \"{example}\"");
        Err((self.wrong)(title.span(), what))
    }
}
