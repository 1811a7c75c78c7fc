//! `gangplank task`.

use clap::{Args, Subcommand};

use super::bulk::{self, BulkArgs};
use super::{CliError, Context, account};
use crate::state::{Account, Command, TaskChange, TaskId, values::when};

/// Add a task with a due date, or mark one as done
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank task Acme \"send the guide\" --due fri\n\
    \x20 gangplank task done Acme \"send the guide\"")]
#[command(args_conflicts_with_subcommands = true)]
#[command(
    override_usage = "gangplank task ACCOUNT… TITLE [--due WHEN]\n       gangplank task TITLE --where QUERY\n       gangplank task done ACCOUNT TASK\n       gangplank task reopen ACCOUNT TASK"
)]
pub struct TaskArgs {
    /// The accounts, by external id or full name, or - for ids on the standard input; then what to do
    #[arg(value_name = "ACCOUNT… TITLE")]
    words: Vec<String>,
    /// The due date: tomorrow, fri, next tue 3pm, in 3 days, 20 dec, 2024-12-20 15:00
    #[arg(long, value_name = "WHEN")]
    due: Option<String>,
    #[command(flatten)]
    bulk: BulkArgs,
    #[command(subcommand)]
    change: Option<TaskCommand>,
}

#[derive(Debug, Subcommand)]
enum TaskCommand {
    /// Mark a task as done
    Done(TaskArg),
    /// Reopen a task
    Reopen(TaskArg),
}

#[derive(Args, Debug)]
struct TaskArg {
    /// The account's external id or full name
    account: String,
    /// The task's id, or its whole title; `gangplank show` lists them
    task: String,
}

pub(super) fn run(args: TaskArgs, context: &mut Context) -> Result<(), CliError> {
    let (TaskArg { account: name, task }, change) = match args.change {
        Some(TaskCommand::Done(of)) => (of, TaskChange::Done),
        Some(TaskCommand::Reopen(of)) => (of, TaskChange::Reopen),
        None => return add(args.words, args.due.as_deref(), &args.bulk, context),
    };
    context.change(|board| {
        let account = account::find(board, &name)?;
        Ok(Command::ChangeTask { account: account.id.clone(), task: Some(find(account, &task)), change })
    })
}

fn add(
    words: Vec<String>,
    due: Option<&str>,
    bulk: &BulkArgs,
    context: &mut Context,
) -> Result<(), CliError> {
    let (named, title) = bulk.split(words, "task ACCOUNT… TITLE")?;
    let now = context.config.now();
    let due = due.map(|text| when::parse(text, &now)).transpose();
    let due = due.map_err(|error| CliError::usage(error.to_string()))?;
    let command = |account: &Account| {
        let change = TaskChange::Add { title: title.as_str().into(), due, done_on: Vec::new() };
        Command::ChangeTask { account: account.id.clone(), task: None, change }
    };
    bulk::each("task", &named, bulk, context, command)
}

/// The id of the task with that id, else with that title, else what was written: the board refuses it by name.
fn find(account: &Account, text: &str) -> TaskId {
    let text = text.trim();
    let titled = || account.tasks.iter().find(|(_, task)| task.title.to_lowercase() == text.to_lowercase());
    match account.tasks.get_key_value(text).or_else(titled) {
        Some((id, _)) => id.clone(),
        None => text.into(),
    }
}
