//! `gangplank task`.

use clap::{Args, Subcommand};

use super::{CliError, Context, account};
use crate::state::{Account, Command, TaskChange, TaskId, values::when};

/// Add a task with a due date, or mark one as done
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank task Acme \"send the guide\" --due fri\n\
    \x20 gangplank task done Acme \"send the guide\"")]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(
    override_usage = "gangplank task ACCOUNT TITLE [--due WHEN]\n       gangplank task done ACCOUNT TASK\n       gangplank task reopen ACCOUNT TASK"
)]
pub struct TaskArgs {
    /// The account's external id or full name
    #[arg(required = true)]
    account: Option<String>,
    /// What to do
    #[arg(required = true)]
    title: Option<String>,
    /// The due date: tomorrow, fri, in 3 days, 2024-12-20, tomorrow 15:00
    #[arg(long, value_name = "WHEN")]
    due: Option<String>,
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

pub(super) fn run(args: &TaskArgs, context: &mut Context) -> Result<(), CliError> {
    let (name, task, change) = match &args.change {
        Some(TaskCommand::Done(TaskArg { account, task })) => (account, Some(task), TaskChange::Done),
        Some(TaskCommand::Reopen(TaskArg { account, task })) => (account, Some(task), TaskChange::Reopen),
        None => {
            let (Some(account), Some(title)) = (&args.account, &args.title) else {
                return Err(CliError::usage("name the account and what to do"));
            };
            let now = context.config.now();
            let due = args.due.as_deref().map(|text| when::parse(text, &now)).transpose();
            let due = due.map_err(|error| CliError::usage(error.to_string()))?;
            (account, None, TaskChange::Add { title: title.as_str().into(), due, done_on: Vec::new() })
        }
    };
    context.change(|board| {
        let account = account::find(board, name)?;
        let task = task.map(|text| find(account, text));
        Ok(Command::ChangeTask { account: account.id.clone(), task, change })
    })
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
