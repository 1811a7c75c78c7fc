//! `gangplank insights`.

mod chart;
mod html;
mod html_text;
mod json;
mod markdown;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::at::AtArgs;
use super::export::{begin_csv, csv_line};
use super::list::NO_ACCOUNTS;
use super::output::{Output, TextRole};
use super::table::{TextColumn, TextTable};
use super::where_query::WhereArgs;
use super::{CliError, Context, notify, output_file, path};
use crate::insights::forecast::{ForecastMonth, MonthBoards};
use crate::insights::report::headlines::Headline;
use crate::insights::report::{Section, SectionCell};
use crate::insights::window::{CountedDays, WindowStep};
use crate::insights::{Insights, InsightsQuestion};
use crate::state::values::when;
use crate::state::{Account, Now};
use crate::text;

/// Count what became of the accounts in some weeks: outcomes, cohorts, times, replies, alerts
///
/// Counted from the moves that were recorded, not from where cards stand now; what was undone counts nowhere. Each section says
/// what its numbers mean; `gangplank docs insights` says more.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank insights\n\
    \x20 gangplank insights --from 2024-10-01 --to 2024-12-31 --by month\n\
    \x20 gangplank insights --owner dan --markdown\n\
    \x20 gangplank insights --html week.html --force")]
pub struct InsightsArgs {
    /// The first day, such as 2024-10-01 or monday; without one, that of eight whole weeks, or six months
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The last day; without one, today
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Put days together by week or month
    #[arg(long, value_name = "STEP", default_value_t, value_parser = step())]
    by: WindowStep,
    /// Only accounts that this person looks after
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    #[command(flatten)]
    at: AtArgs,
    #[command(flatten)]
    chosen: WhereArgs,
    #[command(flatten)]
    format: FormatArgs,
}

#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
struct FormatArgs {
    /// Write JSON, with the accounts behind each number
    #[arg(long, group = "format")]
    json: bool,
    /// Write CSV, one number a line; spreadsheets read no cell as a formula
    #[arg(long, group = "format")]
    csv: bool,
    /// Leave out the byte order mark, by which spreadsheets see that CSV is UTF-8
    #[arg(long, requires = "csv")]
    no_bom: bool,
    /// Write Markdown, for a chat or a wiki
    #[arg(long, group = "format")]
    markdown: bool,
    /// Write a page to this file, which needs nothing else to be read or printed
    #[arg(long, value_name = "FILE", value_parser = path(), group = "format")]
    html: Option<PathBuf>,
    /// Replace the file
    #[arg(long, requires = "html")]
    force: bool,
}

fn step() -> impl TypedValueParser<Value = WindowStep> {
    PossibleValuesParser::new(["week", "month"]).try_map(|word| word.parse::<WindowStep>())
}

pub(super) fn run(args: &InsightsArgs, context: &mut Context) -> Result<(), CliError> {
    let mut session = args.at.open(context)?;
    let now = context.config.now();
    let window = window(args, &now)?;
    let month = ForecastMonth::of(&window, &now);
    let [began, ended] = session.0.boards_at(month.moments)?;
    let boards = MonthBoards { month, began, ended };
    let board = session.board();
    if session.is_new() && !args.format.json {
        notify(NO_ACCOUNTS);
    }
    let (month, weights) = (Some(&boards), context.config.forecast);
    let question = InsightsQuestion { board, now, window, month, weights };
    let chosen = args.chosen.choose(board, context)?;
    let roster = &context.config.playbooks.team.roster;
    let is_theirs = |account: &&Account| match (&args.owner, account.owner()) {
        (None, _) => true,
        (Some(name), Some(owner)) => roster.is_same(owner, name),
        (Some(_), None) => false,
    };
    let accounts: Vec<&Account> =
        chosen.all(board).into_iter().map(|account| &**account).filter(is_theirs).collect();
    let scope =
        ReportScope { owner: args.owner.as_deref(), query: args.chosen.query(), accounts: accounts.len() };
    let insights = Insights::of(&question, accounts.iter().copied());
    // What programs read has no headlines.
    let headlines = if args.format.json || args.format.csv {
        Vec::new()
    } else {
        let before = InsightsQuestion { window: window.before(), month: None, ..question };
        insights.headlines(&Insights::of(&before, accounts))
    };
    let sections = insights.sections(board, roster, &now);
    let report =
        InsightsReport { question: &question, scope, headlines, insights: &insights, sections: &sections };
    if let Some(file) = &args.format.html {
        output_file::save(file, args.format.force, |out| Ok(html::write(&report, out)?))?;
        return context.say(&format!("Wrote {}", file.display()));
    }
    match &args.format {
        FormatArgs { json: true, .. } => json::write(&report, &mut context.out),
        FormatArgs { csv: true, no_bom, .. } => Ok(csv(&report, *no_bom, &mut context.out)?),
        FormatArgs { markdown: true, .. } => Ok(markdown::write(&report, &mut context.out)?),
        _ => Ok(plain_text(&report, &mut context.out)?),
    }
}

/// The days that are asked about.
fn window(args: &InsightsArgs, now: &Now) -> Result<CountedDays, CliError> {
    let day = |flag: &str, text: &Option<String>| -> Result<Option<NaiveDate>, CliError> {
        let day = text.as_deref().map(|text| when::day_back(text, now)).transpose();
        day.map_err(|error| CliError::usage(format!("{flag}: {error}")))
    };
    let last = day("--to", &args.to)?.unwrap_or_else(|| now.today());
    let Some(first) = day("--from", &args.from)? else { return Ok(CountedDays::usual(last, args.by)) };
    CountedDays::new(first, last, args.by).map_err(|error| CliError::usage(format!("--to: {error}")))
}

/// Whose accounts are counted.
struct ReportScope<'a> {
    owner: Option<&'a str>,
    query: Option<&'a str>,
    /// How many they are.
    accounts: usize,
}

impl ReportScope<'_> {
    fn is_everybody(&self) -> bool {
        self.owner.is_none() && self.query.is_none()
    }
}

/// What every format writes.
struct InsightsReport<'a> {
    question: &'a InsightsQuestion<'a>,
    scope: ReportScope<'a>,
    headlines: Vec<Headline>,
    insights: &'a Insights,
    sections: &'a [Section],
}

impl InsightsReport<'_> {
    /// Which days are asked about: `21 Oct to 15 Dec 2024, by week`.
    fn days(&self) -> String {
        let window = &self.question.window;
        format!("{}, by {}", window.words(), window.step())
    }

    /// The sections; whom to act on comes right after the headlines.
    fn list_to_act_on_first(&self) -> impl Iterator<Item = &Section> {
        let (first, others): (Vec<_>, Vec<_>) =
            self.sections.iter().partition(|section| section.id == "ageing");
        first.into_iter().chain(others)
    }

    /// What is said where there is nothing to say in any section.
    fn nothing(&self) -> Option<&'static str> {
        let is_nothing = self.sections.iter().all(Section::says_nothing);
        is_nothing.then_some("Nothing happened on these days, and nobody was in a stage at their end.")
    }

    /// Which days the headlines are compared with.
    fn before(&self) -> String {
        format!("Before: the same days from {}.", self.question.window.before().words())
    }

    /// Of whom, and when: `34 accounts that eve looks after now, of those that plan:startup means · as of …`. A part never
    /// looks like the whole.
    fn scope(&self) -> String {
        let ReportScope { owner, query, accounts } = &self.scope;
        let count = SectionCell::Count(*accounts).words();
        let accounts = format!("{count} {}", if *accounts == 1 { "account" } else { "accounts" });
        let whose = match (owner, query) {
            (None, None) => format!("All of {accounts}"),
            (Some(owner), None) => format!("{accounts} that {owner} looks after now"),
            (None, Some(query)) => format!("{accounts} that {query} means"),
            (Some(owner), Some(query)) => {
                format!("{accounts} that {owner} looks after now, of those that {query} means")
            }
        };
        let Now { at, zone } = self.question.now;
        let at = at.with_timezone(&zone).format("%-d %b %Y, %H:%M");
        format!("{whose} · as of {at}, {}", zone.name())
    }
}

/// A table for each section, under what its numbers mean.
fn plain_text(report: &InsightsReport<'_>, out: &mut Output) -> io::Result<()> {
    writeln!(out, "{}", text::clean(&report.days()))?;
    writeln!(out, "{}", text::clean(&report.scope()))?;
    writeln!(out)?;
    if let Some(nothing) = report.nothing() {
        return writeln!(out, "{nothing}");
    }
    for Headline { number, words, detail } in &report.headlines {
        writeln!(out, "{number} {words} ({detail})")?;
    }
    out.paint(TextRole::Quiet, &report.before())?;
    writeln!(out)?;
    for section in report.sections {
        writeln!(out)?;
        out.paint(TextRole::Title, section.title)?;
        writeln!(out)?;
        out.paint(TextRole::Quiet, &section.meaning)?;
        writeln!(out)?;
        if section.says_nothing() {
            writeln!(out, "nothing")?;
            continue;
        }
        let columns: Vec<TextColumn> = section
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                let title = column.title.to_uppercase();
                let column = if section.rows[0][at].is_number() {
                    TextColumn::number("")
                } else {
                    TextColumn::cut("", 8)
                };
                column.called(title)
            })
            .collect();
        let mut table = TextTable::new(&columns);
        for row in &section.rows {
            let role = |cell: &SectionCell| match cell {
                SectionCell::Accounts(accounts) if accounts.is_empty() => TextRole::Quiet,
                SectionCell::Count(0) => TextRole::Quiet,
                _ => TextRole::Plain,
            };
            table.row(row.iter().map(|cell| (cell.words(), role(cell))));
        }
        table.write(out)?;
    }
    Ok(())
}

/// One number a line, so that a spreadsheet can put them together as it likes.
fn csv(report: &InsightsReport<'_>, no_bom: bool, out: &mut impl Write) -> io::Result<()> {
    let is_terminal = io::stdout().is_terminal();
    begin_csv(out, no_bom, is_terminal)?;
    csv_line(out, &["section", "row", "column", "value"].map(str::to_owned), is_terminal)?;
    let InsightsQuestion { window, now, .. } = report.question;
    let about = [
        ("from", window.first().to_string()),
        ("to", window.last().to_string()),
        ("by", window.step().to_string()),
        ("zone", now.zone.name().to_owned()),
        ("owner", report.scope.owner.unwrap_or_default().to_owned()),
        ("where", report.scope.query.unwrap_or_default().to_owned()),
        ("accounts", report.scope.accounts.to_string()),
    ];
    for (column, value) in about {
        csv_line(out, &["report".to_owned(), String::new(), column.to_owned(), value], is_terminal)?;
    }
    for section in report.sections {
        for row in &section.rows {
            let Some((first, cells)) = row.split_first() else { continue };
            let mut write = |column: String, value: String| {
                let label = first.day().map_or_else(|| first.words(), |day| day.to_string());
                csv_line(out, &[section.id.to_owned(), label, column, value], is_terminal)
            };
            if let SectionCell::Period(period) = first {
                write("is_whole".to_owned(), SectionCell::Bool(period.is_whole()).words())?;
            }
            for (cell, column) in cells.iter().zip(&section.columns[1..]) {
                for (part, value) in plain(cell) {
                    write(format!("{}{part}", column.id), value)?;
                }
            }
        }
    }
    Ok(())
}

/// A cell as a program reads it: minutes as they are, a share as its two numbers, and an amount of each currency by itself. With
/// each value stands what its column is called behind the name of the cell's.
fn plain(cell: &SectionCell) -> Vec<(String, String)> {
    let one = |value: String| vec![(String::new(), value)];
    match cell {
        SectionCell::Accounts(accounts) => one(accounts.len().to_string()),
        SectionCell::Count(count) => one(count.to_string()),
        SectionCell::Date(day) => one(day.to_string()),
        SectionCell::Period(period) => one(period.start.to_string()),
        SectionCell::Minutes(minutes) => one(minutes.map_or_else(String::new, |minutes| minutes.to_string())),
        SectionCell::Unknown => one(String::new()),
        SectionCell::Share(part, of) | SectionCell::Reached(part, of) | SectionCell::Times(part, of) => {
            vec![(".part".to_owned(), part.to_string()), (".of".to_owned(), of.to_string())]
        }
        SectionCell::Money(sums) => {
            sums.iter().map(|sum| (format!(".{}", sum.currency), sum.decimal())).collect()
        }
        SectionCell::Text(_) | SectionCell::Bool(_) => one(cell.words()),
    }
}
