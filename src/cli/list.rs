//! `gangplank list`.

use std::sync::Arc;

use clap::Args;

use super::at::AtArgs;
use super::json::{self, AccountJson};
use super::output::TextRole;
use super::table::{TextCell, TextColumn, TextTable, known, plain, quiet, risk};
use super::views::ChosenView;
use super::where_query::WhereArgs;
use super::{CliError, Context, notify};
use crate::config::Config;
use crate::state::{Account, Board, Now, Position};

/// What to say about a board without accounts.
pub(super) const NO_ACCOUNTS: &str = "there are no accounts yet: import some with `gangplank import FILE`";

/// List accounts, on the board and off it, the next renewal first
///
/// FORECAST is the forecasted MRR, DAYS counts until the renewal, WEEK since the first outreach.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank list --stage 3a\n\
    \x20 gangplank list --segment \"Onboarding - engaged\"\n\
    \x20 gangplank list --stage none\n\
    \x20 gangplank list --view \"No owner\"\n\
    \x20 gangplank list --where 'renews<=10d -snoozed'")]
pub struct ListArgs {
    #[command(flatten)]
    at: AtArgs,
    /// Only accounts in this stage (3a, or its label) or bucket (3), off the board (none), or under a label of no
    /// stage (unmapped)
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// Only the accounts of this view, in its order
    #[arg(long, value_name = "NAME")]
    view: Option<String>,
    /// Only accounts in this segment
    #[arg(long, value_name = "SEGMENT")]
    segment: Option<String>,
    #[command(flatten)]
    chosen: WhereArgs,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ListArgs, context: &mut Context) -> Result<(), CliError> {
    let session = args.at.open(context)?;
    let (board, now) = (session.board(), context.config.now());
    let filter = args.stage.as_deref().map(|text| StageFilter::parse(text, board)).transpose()?;
    let segment = args.segment.as_deref().map(|segment| segment.trim().to_lowercase());
    let is_in = |account: &Account| {
        segment.as_ref().is_none_or(|wanted| account.segments.iter().any(|it| it.to_lowercase() == *wanted))
    };
    let stands = |account: &Account| filter.as_ref().is_none_or(|n| n.takes(board, account));
    let chosen = args.chosen.choose(board, context)?;
    let view = args.view.as_deref().map(|name| ChosenView::called(name, board, context)).transpose()?;
    let is_wanted = |account: &Account| {
        stands(account)
            && is_in(account)
            && chosen.has(account)
            && view.as_ref().is_none_or(|view| view.has(account, board))
    };
    let all = match &view {
        Some(view) if chosen.is_everybody() => view.accounts(),
        Some(_) | None => &chosen,
    };
    let order = view.as_ref().and_then(|view| view.order).unwrap_or_default();
    let today = now.today();
    let place =
        |account: &Account| (order.rank(account, today), account.name().to_lowercase(), account.id.clone());
    if args.json {
        let row = |account: &Account| {
            let text = || json::text_of(&AccountJson::new(account, board, &now));
            is_wanted(account).then(|| Ok((place(account), text()?)))
        };
        let mut rows = all.map(board, row).into_iter().collect::<Result<Vec<_>, CliError>>()?;
        rows.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        return json::write_texts(&mut context.out, rows.iter().map(|(_, text)| text));
    }
    let cells = cells(board, &now, &context.config);
    let mut rows = all.map(board, |account| is_wanted(account).then(|| (place(account), cells(account))));
    if session.is_new() {
        notify(NO_ACCOUNTS);
    } else if rows.is_empty() && !board.is_empty() {
        notify("no account matches");
    }
    rows.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let mut table = TextTable::new(&columns());
    for (_, cells) in rows {
        table.row(cells);
    }
    Ok(table.write(&mut context.out)?)
}

/// The value of `--stage`.
pub(super) enum StageFilter {
    Off,
    Unmapped,
    Stage(usize),
    Bucket(Arc<str>),
}

impl StageFilter {
    pub(super) fn parse(text: &str, board: &Board) -> Result<Self, CliError> {
        let pipeline = board.pipeline();
        let stages = pipeline.stages();
        match text.trim() {
            none if none.eq_ignore_ascii_case("none") => return Ok(Self::Off),
            unmapped if unmapped.eq_ignore_ascii_case("unmapped") => return Ok(Self::Unmapped),
            bucket if stages.iter().any(|stage| &*stage.bucket == bucket) => {
                return Ok(Self::Bucket(bucket.into()));
            }
            _ => {}
        }
        let stage = pipeline.resolve(text).and_then(|stage| pipeline.position(&stage.id));
        let ids = pipeline.ids();
        let what =
            || format!("`{text}` is not a stage: use one of {ids}, a bucket's number, none or unmapped");
        stage.map(Self::Stage).ok_or_else(|| CliError::usage(what()))
    }

    pub(super) fn takes(&self, board: &Board, account: &Account) -> bool {
        match (self, board.position_of(account)) {
            (Self::Off, Position::OffBoard) | (Self::Unmapped, Position::Unmapped(_)) => true,
            (Self::Stage(wanted), Position::InStage(position, _)) => *wanted == position,
            (Self::Bucket(wanted), Position::InStage(_, stage)) => *wanted == stage.bucket,
            (Self::Off | Self::Unmapped | Self::Stage(_) | Self::Bucket(_), _) => false,
        }
    }
}

fn columns() -> [TextColumn; 9] {
    [
        TextColumn::cut("NAME", 12),
        TextColumn::whole("ID", 12),
        TextColumn::cut("STAGE", 6),
        TextColumn::number("FORECAST"),
        TextColumn::text("RENEWAL"),
        TextColumn::number("DAYS").spare(),
        TextColumn::number("WEEK"),
        TextColumn::cut("OWNER", 8),
        TextColumn::text("RISK"),
    ]
}

/// What stands in the columns of an account's row.
fn cells(board: &Board, now: &Now, config: &Config) -> impl Fn(&Account) -> [TextCell; 9] + Send + Sync {
    move |account| {
        let renewal = account.next_renewal(now.today());
        let days = renewal.map(|date| now.days_until(date));
        let stage = match board.position_of(account) {
            Position::OffBoard => quiet("off the board"),
            Position::InStage(_, stage) => plain(&stage.label),
            Position::Unmapped(label) => (format!("Unmapped: {label}"), TextRole::Soon),
        };
        let is_open = matches!(board.position_of(account), Position::InStage(_, stage) if !stage.is_closed());
        let urgency = match days {
            Some(days) if is_open && days <= config.renewal.urgent.into() => TextRole::Urgent,
            Some(days) if is_open && days <= config.renewal.soon.into() => TextRole::Soon,
            Some(_) | None => TextRole::Plain,
        };
        [
            plain(account.name()),
            quiet(&account.id),
            stage,
            known(account.forecasted_mrr()),
            (known(renewal).0, urgency),
            (known(days).0, urgency),
            known(account.week(board.pipeline(), now).filter(|_| is_open)),
            known(account.owner().map(|owner| config.playbooks.team.roster.short(owner))),
            risk(account.risk.level),
        ]
    }
}
