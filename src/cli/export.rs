//! `gangplank export`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{ArgGroup, Args};
use serde::Serialize;

use super::everybody::of_everybody;
use super::json::{self, JsonText, PointJson, ValueJson};
use super::where_query::{ChosenAccounts, WhereArgs};
use super::{CliError, Context, notify, output_file, path};
use crate::intake::{csv_escape, export_headers};
use crate::prose::lists::plural;
use crate::state::query::checklists::{points_of, progress};
use crate::state::{
    Account, AccountId, Board, Currency, FactKey, FactValue, Pipeline, Position, Refund, RiskLevel, Segment,
    SmallMap, SmallSet, Stamp,
};
use crate::text;

/// At the beginning of a file, it tells Excel that the rest is UTF-8; else `Café` and `—` are read as other letters.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Export every account, in a form that `gangplank import` reads
///
/// Each account has its facts, its stage and since when, its segments, owner and payment risk, and when it first
/// entered each stage.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank export --csv accounts.csv\n\
    \x20 gangplank export --json > accounts.json")]
#[command(group(ArgGroup::new("format").required(true).args(["csv", "json"])))]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct ExportArgs {
    /// The file to write; without one, or with -, the standard output
    #[arg(value_parser = path())]
    file: Option<PathBuf>,
    #[command(flatten)]
    chosen: WhereArgs,
    /// Write CSV; spreadsheets read no cell as a formula
    #[arg(long)]
    csv: bool,
    /// Leave out the byte order mark, by which spreadsheets see that CSV is UTF-8
    #[arg(long, conflicts_with = "json")]
    no_bom: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
    /// Replace an existing file; it keeps its links, mode and owner
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &ExportArgs, context: &mut Context) -> Result<(), CliError> {
    let session = context.open()?;
    let board = session.board();
    let chosen = args.chosen.choose(board, context)?;
    let exported = Exported::of(board, &chosen, args.csv)?;
    let write = |mut out: &mut dyn Write, is_terminal: bool| match &exported {
        Exported::Json(texts) => json::write_texts(&mut out, texts),
        Exported::Csv(accounts) => {
            begin_csv(&mut out, args.no_bom, is_terminal)?;
            write_csv(out, board, accounts, is_terminal)
        }
    };
    // By its name, the standard output would be replaced where it is a file.
    let file =
        args.file.as_deref().filter(|path| path.as_os_str() != "-" && path.as_os_str() != "/dev/stdout");
    let Some(path) = file else {
        return write(&mut context.out, io::stdout().is_terminal());
    };
    output_file::save(path, args.force, |out| write(out, false))?;
    notify(&format!("{} in {}", plural(exported.len(), "account is", "accounts are"), path.display()));
    Ok(())
}

/// What is to be written.
enum Exported<'a> {
    Json(Vec<JsonText>),
    /// Which columns there are, all of them together say.
    Csv(Vec<&'a Arc<Account>>),
}

impl<'a> Exported<'a> {
    fn of(board: &'a Board, chosen: &ChosenAccounts, is_csv: bool) -> Result<Self, CliError> {
        if !is_csv {
            return Ok(Self::Json(json_texts(board, |account| chosen.has(account))?));
        }
        let mut accounts = sorted(board);
        accounts.retain(|account| chosen.has(account));
        Ok(Self::Csv(accounts))
    }

    fn len(&self) -> usize {
        match self {
            Self::Json(texts) => texts.len(),
            Self::Csv(accounts) => accounts.len(),
        }
    }
}

/// Every account, by id.
pub fn sorted(board: &Board) -> Vec<&Arc<Account>> {
    let mut accounts: Vec<_> = board.accounts().collect();
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    accounts
}

/// The label of the stage an account stands in; nothing off the board.
fn stage<'a>(board: &'a Board, account: &'a Account) -> Option<&'a str> {
    match board.position_of(account) {
        Position::InStage(_, stage) => Some(&*stage.label),
        Position::Unmapped(label) => Some(label),
        Position::OffBoard => None,
    }
}

/// The facts that have a column: all save the stage, which the board decides, and the specialist, whose place the
/// owner takes.
fn is_plain(key: &FactKey) -> bool {
    !matches!(key, FactKey::Name | FactKey::StageLabel | FactKey::Specialist)
}

/// Writes those `accounts` of `board` as CSV; to a terminal without characters that it would obey.
///
/// # Errors
/// When the output cannot be written.
pub fn write_csv(
    mut out: impl Write,
    board: &Board,
    accounts: &[&Arc<Account>],
    is_terminal: bool,
) -> Result<(), CliError> {
    let columns = ExportColumns::of(accounts, board.pipeline());
    csv_line(&mut out, &columns.titles(board.pipeline()), is_terminal)?;
    for account in accounts {
        csv_line(&mut out, &columns.cells(account, board), is_terminal)?;
    }
    Ok(())
}

/// Writes `cells` as a line of CSV; to a terminal without characters that it would obey.
/// What stands before the first line of CSV: a byte order mark, unless nobody wants it or a person reads along.
pub(super) fn begin_csv(out: &mut impl Write, no_bom: bool, is_terminal: bool) -> io::Result<()> {
    if no_bom || is_terminal { Ok(()) } else { out.write_all(BYTE_ORDER_MARK.as_bytes()) }
}

pub(super) fn csv_line(out: &mut impl Write, cells: &[String], is_terminal: bool) -> io::Result<()> {
    let mut line = String::new();
    csv_escape::line(&mut line, cells.iter().map(String::as_str));
    if is_terminal {
        return writeln!(out, "{}", text::clean(line.trim_end_matches('\n')));
    }
    out.write_all(line.as_bytes())
}

/// The columns beyond those that every export has first.
struct ExportColumns {
    facts: Vec<FactKey>,
    stamps: Vec<Stamp>,
}

impl ExportColumns {
    /// Those known by name always, so that the columns of two exports are the same where they can be.
    fn of(accounts: &[&Arc<Account>], pipeline: &Pipeline) -> Self {
        let held: BTreeSet<_> = accounts.iter().flat_map(|account| account.facts.keys()).collect();
        let others = held.into_iter().filter(|key| matches!(key, FactKey::OtherId(_) | FactKey::Extra(_)));
        let facts = FactKey::known().filter(is_plain).chain(others.cloned()).collect();
        let mut stamps: Vec<Stamp> = Vec::new();
        for stage in pipeline.stages() {
            let several = pipeline.in_bucket(&stage.bucket).nth(1).is_some();
            let bucket = several.then(|| stage.bucket.clone());
            for stamp in bucket.into_iter().chain([stage.id.as_str().into()]) {
                if !stamps.contains(&stamp) {
                    stamps.push(stamp);
                }
            }
        }
        let set: BTreeSet<_> = accounts.iter().flat_map(|account| account.stamps.keys()).collect();
        let retired: Vec<_> = set.into_iter().filter(|stamp| !stamps.contains(stamp)).cloned().collect();
        stamps.extend(retired);
        Self { facts, stamps }
    }

    fn titles(&self, pipeline: &Pipeline) -> Vec<String> {
        let first = [
            export_headers::EXTERNAL_ID.to_owned(),
            export_headers::of_fact(&FactKey::Name),
            export_headers::STAGE.to_owned(),
            export_headers::SINCE.to_owned(),
            export_headers::SEGMENTS.to_owned(),
            export_headers::of_fact(&FactKey::Specialist),
            export_headers::RISK.to_owned(),
            export_headers::RISK_REASON.to_owned(),
            export_headers::CURRENCY.to_owned(),
        ];
        let facts = self.facts.iter().map(export_headers::of_fact);
        let stamps = self.stamps.iter().map(|stamp| export_headers::of_stamp(stamp, pipeline));
        let last = [export_headers::REFUNDS, export_headers::OPEN_POINTS].map(str::to_owned);
        first.into_iter().chain(facts).chain(stamps).chain(last).collect()
    }

    fn cells(&self, account: &Account, board: &Board) -> Vec<String> {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let time = |at: Option<DateTime<Utc>>| {
            at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)).unwrap_or_default()
        };
        let currency = currency(account);
        let first = [
            account.id.to_string(),
            text(account.text(&FactKey::Name)),
            text(stage(board, account)),
            time(account.placement.as_ref().map(|place| place.since)),
            csv_escape::segments(account.segments.iter().map(|segment| &**segment)),
            text(account.owner()),
            account.risk.level.to_string(),
            text(account.risk.reason.as_deref()),
            text(currency.as_ref().map(Currency::code)),
        ];
        let facts = self.facts.iter().map(|key| account.fact(key).map(|value| cell(value, currency)));
        let stamps = self.stamps.iter().map(|stamp| time(account.stamps.get(stamp).copied()));
        let refunded = account.refunded();
        let refunded = refunded.iter().map(|sum| format!("{} {}", sum.decimal(), sum.currency));
        let open = progress(board, account).map(|(ticked, all)| (all - ticked).to_string());
        let last = [refunded.collect::<Vec<_>>().join("; "), open.unwrap_or_default()];
        let facts = facts.map(Option::unwrap_or_default);
        first.into_iter().chain(facts).chain(stamps).chain(last).collect()
    }
}

/// The currency most of an account's amounts need not name: that of its forecast, else of its first amount.
fn currency(account: &Account) -> Option<Currency> {
    account.currencies().find(|currency| csv_escape::is_known(*currency))
}

fn cell(value: &FactValue, currency: Option<Currency>) -> String {
    match value {
        FactValue::Text(text) => text.to_string(),
        FactValue::Number(number) => csv_escape::number(*number),
        FactValue::Money(money) => csv_escape::amount(*money, currency),
        FactValue::Date(_) | FactValue::Flag(_) | FactValue::List(_) => value.to_string(),
    }
}

/// An account of `export --json`.
#[derive(Serialize)]
struct ExportedAccountJson<'a> {
    external_id: &'a AccountId,
    name: Option<&'a str>,
    stage_label: Option<&'a str>,
    since: Option<DateTime<Utc>>,
    segments: &'a SmallSet<Segment>,
    specialist: Option<&'a str>,
    risk: RiskLevel,
    risk_reason: Option<&'a str>,
    #[serde(flatten)]
    facts: BTreeMap<&'a FactKey, ValueJson<'a>>,
    stamps: &'a SmallMap<Stamp, DateTime<Utc>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    refunds: &'a [Refund],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    points: Vec<PointJson<'a>>,
}

/// Writes every account of `board` as JSON.
///
/// # Errors
/// When the output cannot be written.
pub fn write_json(out: &mut impl Write, board: &Board) -> Result<(), CliError> {
    json::write_texts(out, &json_texts(board, |_| true)?)
}

/// The JSON of those accounts that are wanted, by id.
fn json_texts(
    board: &Board,
    is_wanted: impl Fn(&Account) -> bool + Send + Sync,
) -> Result<Vec<JsonText>, CliError> {
    let text = |account: &Account| {
        is_wanted(account).then(|| Ok((account.id.clone(), json::text_of(&exported_json(account, board))?)))
    };
    let mut texts = of_everybody(board, text).into_iter().collect::<Result<Vec<_>, CliError>>()?;
    texts.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    Ok(texts.into_iter().map(|(_, text)| text).collect())
}

fn exported_json<'a>(account: &'a Account, board: &'a Board) -> ExportedAccountJson<'a> {
    let facts = account.facts.iter().filter(|(key, _)| is_plain(key));
    ExportedAccountJson {
        external_id: &account.id,
        name: account.text(&FactKey::Name),
        stage_label: stage(board, account),
        since: account.placement.as_ref().map(|place| place.since),
        segments: &account.segments,
        specialist: account.owner(),
        risk: account.risk.level,
        risk_reason: account.risk.reason.as_deref(),
        facts: facts.map(|(key, fact)| (key, ValueJson(fact.value))).collect(),
        stamps: &account.stamps,
        refunds: &account.refunds,
        points: points_of(board, account).iter().map(PointJson::new).collect(),
    }
}
