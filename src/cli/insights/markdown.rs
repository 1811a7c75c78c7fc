//! The sections as Markdown tables.

use std::io::{self, Write};

use super::InsightsReport;
use crate::insights::report::headlines::Headline;
use crate::text;

pub(super) fn write(report: &InsightsReport<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "# Onboarding, {}\n\n{}", report.days(), escaped(&report.scope()))?;
    writeln!(out)?;
    if let Some(nothing) = report.nothing() {
        return writeln!(out, "{nothing}");
    }
    for Headline { number, words, detail } in &report.headlines {
        writeln!(out, "- **{number}** {words} ({detail})")?;
    }
    writeln!(out, "\n{}", report.before())?;
    for section in report.list_to_act_on_first() {
        writeln!(out, "\n## {}\n\n{}\n", section.title, section.meaning)?;
        if section.says_nothing() {
            writeln!(out, "Nothing.")?;
            continue;
        }
        line(out, section.columns.iter().map(|column| escaped(&column.title)))?;
        let rules =
            section.rows[0].iter().map(|cell| if cell.is_number() { "--:" } else { "---" }.to_owned());
        line(out, rules)?;
        for row in &section.rows {
            line(out, row.iter().map(|cell| escaped(&cell.words())))?;
        }
    }
    Ok(())
}

fn line(out: &mut impl Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "))
}

/// `words` as they are read in a cell: nothing in them is markup.
fn escaped(words: &str) -> String {
    let mut cell = String::new();
    for c in text::clean(words).chars() {
        if matches!(c, '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '~' | '#') {
            cell.push('\\');
        }
        cell.push(c);
    }
    cell
}
