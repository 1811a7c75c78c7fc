//! What `gangplank team` asks of a database.

use std::io::Write;

use serde::Serialize;

use super::{MemberCommand, TeamCommand};
use crate::cli::counting::show_count;
use crate::cli::output::TextRole;
use crate::cli::table::{TextColumn, TextTable};
use crate::cli::{CliError, Context, json};
use crate::config::load::NameSource;
use crate::prose::lists::plural;
use crate::state::Seq;
use crate::store::TeamAddress;
use crate::store::postgres::{Pushed, TABLES, TeamDatabase};
use crate::store::team::{TeamLevel, TeamMember, TeamStatus};

/// What `team status --json` writes.
#[derive(Serialize)]
struct TeamStatusJson<'a> {
    board: &'a str,
    server: &'a str,
    entries: Seq,
    hears_others: bool,
    level: &'static str,
    tables: u32,
    you: TeamMemberJson<'a>,
}

/// One of `team member list --json`.
#[derive(Serialize)]
struct TeamMemberJson<'a> {
    login: &'a str,
    role: &'static str,
    signs_as: &'a str,
}

pub(super) fn run(
    command: &TeamCommand,
    address: &TeamAddress,
    context: &mut Context,
) -> Result<(), CliError> {
    let shown = address.to_string();
    let mut database = TeamDatabase::new(address.clone(), context.waiting.clone());
    match command {
        TeamCommand::Init { simple, dry_run } => {
            let level = if *simple { TeamLevel::Simple } else { TeamLevel::Guarded };
            let me = context.config.me.clone();
            if *dry_run {
                let sql = TeamDatabase::init_sql(address, &me, Some(level));
                return Ok(context.out.write_all(sql.as_bytes())?);
            }
            if database.init(&me, level)? {
                context.say(&format!("made the board at {shown}; you are its owner, and sign as {me}"))
            } else {
                context.say(&format!("the board at {shown} is there already"))
            }
        }
        TeamCommand::Upgrade { dry_run: true } => {
            Ok(context.out.write_all(TeamDatabase::upgrade_sql().as_bytes())?)
        }
        TeamCommand::Upgrade { dry_run: false } => match database.upgrade()? {
            Some(from) => {
                context.say(&format!("the tables at {shown} were of version {from}, and are of {TABLES} now"))
            }
            None => context.say(&format!("the tables at {shown} are of version {TABLES} already")),
        },
        TeamCommand::Status { json } => {
            let TeamStatus { seq, me, server, tables, level, .. } = database.status()?;
            let hears_others = database.hears_others()?;
            let TeamMember { login, signs_as, role } = me;
            if *json {
                let you = TeamMemberJson { login: &login, role: role.into(), signs_as: &signs_as };
                let status = TeamStatusJson {
                    board: &shown,
                    server: &server,
                    entries: seq,
                    hears_others,
                    level: level.into(),
                    tables,
                    you,
                };
                return json::write(&mut context.out, &status);
            }
            context.say(&format!("board: {shown}"))?;
            context.say(&format!("server: PostgreSQL {server}"))?;
            context.say(&format!("level: {level}"))?;
            context.say(&format!("entries: {seq}"))?;
            if tables < TABLES.unsigned_abs() {
                context.say(&format!("tables: of version {tables}; their owner brings them up to date with `gangplank team upgrade`"))?;
            }
            context.say(if hears_others {
                "changes of others: heard of at once"
            } else {
                "changes of others: looked for several times a second, because what others notify does not arrive here"
            })?;
            context.say(&format!("you: {login}, {role}, sign as {signs_as}"))?;
            let name = &context.config.me;
            // Whoever says nothing signs as the board knows them.
            if **name == *signs_as || context.config.me_is_from == NameSource::Surroundings {
                return Ok(());
            }
            context.say(&format!("here, you are {name}: set me = \"{signs_as}\" in config.toml"))
        }
        TeamCommand::Member { what } => member(what, address, &mut database, context),
        TeamCommand::Pull { dry_run } => {
            let dir = context.config.paths.data_dir.clone();
            let count = entries(database.pull(&dir, *dry_run, &mut show_count)?);
            let did = if *dry_run { "would write" } else { "wrote" };
            context.say(&format!("{did} {count} of {shown} into {}", dir.display()))
        }
        TeamCommand::Push { dry_run } => {
            let dir = context.config.paths.data_dir.clone();
            let Pushed { entries: all, known } = database.push(&dir, *dry_run, &mut show_count)?;
            let did = if *dry_run { "would send" } else { "sent" };
            let had = if known > 0 { format!(", which had {} of it", entries(known)) } else { String::new() };
            context.say(&format!("{did} {} of {} to {shown}{had}", entries(all - known), dir.display()))
        }
    }
}

fn member(
    command: &MemberCommand,
    address: &TeamAddress,
    database: &mut TeamDatabase,
    context: &mut Context,
) -> Result<(), CliError> {
    match command {
        MemberCommand::List { json: true } => {
            let members = database.members()?;
            let members = members.iter().map(|TeamMember { login, signs_as, role }| TeamMemberJson {
                login,
                role: (*role).into(),
                signs_as,
            });
            json::write_all(&mut context.out, members)
        }
        MemberCommand::List { json: false } => {
            let mut table = TextTable::new(&[
                TextColumn::text("LOGIN"),
                TextColumn::text("ROLE"),
                TextColumn::text("SIGNS AS"),
            ]);
            for TeamMember { login, signs_as, role } in database.members()? {
                let cells = [login, role.to_string(), signs_as.to_string()];
                table.row(cells.map(|cell| (cell, TextRole::Plain)));
            }
            Ok(table.write(&mut context.out)?)
        }
        MemberCommand::Add { login, role, signs_as, dry_run } => {
            let signs_as = signs_as.clone().unwrap_or_else(|| login.as_str().into());
            let member = TeamMember { login: login.clone(), signs_as, role: *role };
            if *dry_run {
                let sql = TeamDatabase::set_member_sql(address, &member, database.status()?.level);
                return Ok(context.out.write_all(sql.as_bytes())?);
            }
            database.set_member(&member)?;
            context.say(&format!("{login} is a {role} of the board now, and signs as {}", member.signs_as))
        }
        MemberCommand::Remove { login, dry_run } => {
            if *dry_run {
                let sql = TeamDatabase::remove_member_sql(address, login, database.status()?.level);
                return Ok(context.out.write_all(sql.as_bytes())?);
            }
            if database.remove_member(login)? {
                context.say(&format!("{login} takes part no longer"))
            } else {
                context.say(&format!("{login} was no member"))
            }
        }
    }
}

fn entries(count: Seq) -> String {
    plural(usize::try_from(count).unwrap_or(usize::MAX), "entry", "entries")
}
