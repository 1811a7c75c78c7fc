//! The sections as one page that needs nothing else: no script, no font, no picture of elsewhere.

use std::io::{self, Write};

use super::html_text::escaped;
use super::{InsightsReport, chart};
use crate::insights::report::headlines::Headline;
use crate::insights::report::{Section, SectionCell, SectionColumn};

const STYLE: &str = include_str!("../../../assets/insights.css");

/// More rows than this nobody reads on paper: a list of accounts is cut there.
const MOST_ROWS: usize = 40;

pub(super) fn write(report: &InsightsReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let days = escaped(&report.days());
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    let scope = escaped(&report.scope());
    let of = if report.scope.is_everybody() { "Onboarding" } else { "Onboarding, some accounts" };
    writeln!(out, "<title>{of}, {days}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>")?;
    writeln!(out, "<h1>{of}</h1>\n<p>{days}<br>{scope}</p>")?;
    if let Some(nothing) = report.nothing() {
        return writeln!(out, "<p>{nothing}</p>\n</body>\n</html>");
    }
    headlines(report, out)?;
    for section in report.list_to_act_on_first() {
        writeln!(out, "<section>\n<h2>{}</h2>\n<p>{}</p>", section.title, escaped(&section.meaning))?;
        if section.id == "standing" && !section.says_nothing() {
            chart::write(report, out)?;
        }
        table(section, out)?;
        writeln!(out, "</section>")?;
    }
    writeln!(out, "</body>\n</html>")
}

fn table(section: &Section, out: &mut dyn Write) -> io::Result<()> {
    if section.says_nothing() {
        return writeln!(out, "<p>Nothing.</p>");
    }
    writeln!(out, "<table>\n<thead><tr>")?;
    for (column, cell) in section.columns.iter().zip(&section.rows[0]) {
        writeln!(out, "<th{}>{}</th>", class(cell), escaped(&column.title))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    // The longest bar of a table is its greatest number.
    let most = section.rows.iter().flatten().filter_map(number).max().unwrap_or(0);
    for row in section.rows.iter().take(MOST_ROWS) {
        write!(out, "<tr>")?;
        for (cell, column) in row.iter().zip(&section.columns) {
            let class = match cell {
                _ if column.id == "id" => " class=\"whole\"",
                SectionCell::Reached(..) if !section.is_finished(row) => " class=\"number nothing\"",
                cell => class(cell),
            };
            let share = share_of(section, row, (column, cell));
            write!(out, "<td{class}>{}{}{share}</td>", escaped(&cell.words()), bar(cell, most))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>")?;
    match section.rows.len().saturating_sub(MOST_ROWS) {
        0 => Ok(()),
        more => writeln!(out, "<p>and {more} more, which <code>gangplank insights</code> lists</p>"),
    }
}

/// What share of a cohort came so far, under how many they are: numbers of cohorts of different sizes do not compare.
fn share_of(
    section: &Section,
    row: &[SectionCell],
    (column, cell): (&SectionColumn, &SectionCell),
) -> String {
    let all = section.columns.iter().position(|column| column.id == "accounts").and_then(|at| row.get(at));
    match (all.and_then(number), number(cell)) {
        (Some(all), Some(count @ 1..)) if section.id == "cohorts" && column.id != "accounts" => {
            format!("<small>{}</small>", SectionCell::Share(count, all).words())
        }
        _ => String::new(),
    }
}

/// The few numbers that are asked for first.
fn headlines(report: &InsightsReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<ul class=\"headlines\">")?;
    for Headline { number, words, detail } in &report.headlines {
        write!(out, "<li><b>{}</b> {words} <small>{}</small></li>", escaped(number), escaped(detail))?;
    }
    writeln!(out, "</ul>\n<p>{}</p>", escaped(&report.before()))
}

/// Words may be broken into lines; numbers and dates never are.
fn class(cell: &SectionCell) -> &'static str {
    match cell {
        SectionCell::Text(_) => "",
        SectionCell::Date(_) | SectionCell::Period(_) | SectionCell::Bool(_) | SectionCell::Unknown => {
            " class=\"whole\""
        }
        cell if cell.is_nothing() => " class=\"number nothing\"",
        _ => " class=\"number\"",
    }
}

fn number(cell: &SectionCell) -> Option<usize> {
    match cell {
        SectionCell::Accounts(accounts) => Some(accounts.len()),
        SectionCell::Count(count) => Some(*count),
        _ => None,
    }
}

/// A bar under a count, as long as that is to the greatest one of the table.
fn bar(cell: &SectionCell, most: usize) -> String {
    match number(cell).filter(|count| *count > 0 && most > 0) {
        Some(count) => {
            let percent = (count * 100).div_ceil(most);
            format!(
                "<svg class=\"bar\" aria-hidden=\"true\"><rect x=\"{}%\" width=\"{percent}%\" height=\"100%\"/></svg>",
                100 - percent
            )
        }
        None => String::new(),
    }
}
