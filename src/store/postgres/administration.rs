//! What the owner of a database does once: makes the tables and boards in them, brings them up to date, and says who takes part.

use super::connection::Parameters;
use super::database::{TeamDatabase, first, literal};
use super::failure::{FailureCause, TABLES, TeamFailure, no_member};
use crate::store::StoreError;
use crate::store::journal;
use crate::store::team::{TeamAddress, TeamLevel, TeamMember, TeamRole};
use tokio_postgres::types::Type;

/// The tables, which are the same at every level.
const TABLES_SQL: &str = include_str!("schema/tables.sql");

/// Who may do what, held by functions that run as their owner, and by row-level security.
const GUARDED_SQL: &str = include_str!("schema/guarded.sql");

/// Appending and filling, which have changed since the first version.
const APPEND_SQL: &str = include_str!("schema/append.sql");

/// The marker of a database without such functions.
const SIMPLE_SQL: &str =
    "create table gangplank.simple (since timestamp with time zone not null default current_timestamp);\n";

impl TeamDatabase {
    /// The SQL that makes the tables at `level`, where `with_tables`, and a board whose first owner is the login that runs it.
    pub fn init_sql(address: &TeamAddress, signs_as: &str, with_tables: Option<TeamLevel>) -> String {
        let tables = match with_tables {
            None => String::new(),
            Some(TeamLevel::Guarded) => [&*tables_sql(), GUARDED_SQL, APPEND_SQL, GRANT_SQL].concat(),
            Some(TeamLevel::Simple) => [&*tables_sql(), SIMPLE_SQL].concat(),
        };
        let (board, signs_as) = (literal(&address.board), literal(signs_as));
        format!(
            "begin;\n{tables}\ninsert into gangplank.board (name, format) values ({board}, {});\n\
             insert into gangplank.member (board, login, signs_as, role) values ({board}, session_user, {signs_as}, \
             'owner');\ncommit;\n",
            journal::VERSION
        )
    }

    /// Makes the board, and the tables before the first one, at `level`. False when it was there.
    ///
    /// # Errors
    /// When the login may not, or the server cannot be reached.
    pub fn init(&mut self, signs_as: &str, level: TeamLevel) -> Result<bool, StoreError> {
        let done = self.try_init(signs_as, level);
        done.map_err(|failure| failure.into_error(&self.address, "make the board"))
    }

    fn try_init(&mut self, signs_as: &str, level: TeamLevel) -> Result<bool, TeamFailure> {
        let found = self.repeated(|connection, address| {
            let sql = "select to_regclass('gangplank.installation') is not null, current_setting('server_encoding')";
            connection.ask(address, sql, &[], 0)
        })?;
        let (has_tables, encoding) =
            first(&found, |row| Ok((row.try_get(0)?, row.try_get::<_, String>(1)?)))?;
        if encoding != "UTF8" {
            return Err(TeamFailure::Refused(FailureCause::new(
                format!("the database keeps its text in {encoding}"),
                "make one with `createdb --encoding UTF8 --template template0 NAME`",
            )));
        }
        if has_tables {
            match self.try_status() {
                Ok(_) => return Ok(false),
                Err(TeamFailure::Newer { found, known }) => return Err(TeamFailure::Newer { found, known }),
                Err(_) => {}
            }
            let known = self.level()?;
            // Without row-level security, whoever sees one board would see them all.
            if known != level || known == TeamLevel::Simple {
                return Err(TeamFailure::Refused(FailureCause::new(
                    format!("the database has a board at the {known} level"),
                    "name another database: one at the simple level holds one board, and a database has one level",
                )));
            }
        }
        let sql = Self::init_sql(&self.address, signs_as, (!has_tables).then_some(level));
        match self.run_whole(&sql) {
            Err(TeamFailure::Refused(cause))
                if cause.why.contains("duplicate key") || cause.why.contains("another member") =>
            {
                Err(no_member(&self.address))
            }
            done => done.map(|()| true),
        }
    }

    /// The SQL that brings the tables of an older version up to date. It may be run again.
    pub fn upgrade_sql() -> String {
        format!("begin;\n{APPEND_SQL}\nupdate gangplank.installation set format = {TABLES};\ncommit;\n")
    }

    /// Brings the tables up to date, and answers of which version they were; nothing when they are of this one.
    ///
    /// # Errors
    /// When the login does not own them, they are of a newer version, or the server cannot be reached.
    pub fn upgrade(&mut self) -> Result<Option<u32>, StoreError> {
        let found = self.status()?.tables;
        if found == TABLES.unsigned_abs() {
            return Ok(None);
        }
        let done = self.run_whole(&Self::upgrade_sql());
        done.map(|()| Some(found)).map_err(|failure| failure.into_error(&self.address, "upgrade"))
    }

    /// Runs what is one transaction. Nothing of one that fails is done.
    fn run_whole(&mut self, sql: &str) -> Result<(), TeamFailure> {
        let address = self.address.clone();
        let done = self.connected()?.run(&address, sql);
        if done.is_err() {
            // The transaction ends with the connection.
            self.connection = None;
        }
        done
    }

    /// The SQL that lets `member` take part, at `level`.
    pub fn set_member_sql(address: &TeamAddress, member: &TeamMember, level: TeamLevel) -> String {
        let (login, signs_as) = (literal(&member.login), literal(&member.signs_as));
        let (board, role) = (literal(&address.board), literal(member.role.into()));
        match level {
            TeamLevel::Guarded => {
                format!("select gangplank.set_member({board}, {login}, {signs_as}, {role});\n")
            }
            TeamLevel::Simple => format!(
                "begin;\ninsert into gangplank.member (board, login, signs_as, role) values ({board}, {login}, {signs_as}, \
                 {role}) on conflict (board, login) do update set signs_as = excluded.signs_as, role = excluded.role;\n{}{}\
                 commit;\n",
                revoke_sql(&member.login),
                grant_sql(&member.login, member.role)
            ),
        }
    }

    /// Lets `member` take part, or changes how they do.
    ///
    /// # Errors
    /// When the login that asks owns no such board, or the server cannot be reached.
    pub fn set_member(&mut self, member: &TeamMember) -> Result<(), StoreError> {
        let done = self.try_set_member(member);
        done.map_err(|failure| failure.into_error(&self.address, "change the members of"))
    }

    fn try_set_member(&mut self, member: &TeamMember) -> Result<(), TeamFailure> {
        if self.level()? == TeamLevel::Simple {
            self.may_grant()?;
            self.keeps_an_owner(&member.login, Some(member.role))?;
            return self.run_whole(&Self::set_member_sql(&self.address, member, TeamLevel::Simple));
        }
        let role: &str = member.role.into();
        let done = self.repeated(|connection, address| {
            let signs_as = &*member.signs_as;
            let parameters: Parameters<'_> = &[
                (&address.board, Type::TEXT),
                (&member.login, Type::TEXT),
                (&signs_as, Type::TEXT),
                (&role, Type::TEXT),
            ];
            connection.ask(address, "select gangplank.set_member($1, $2, $3, $4)", parameters, 0)
        });
        done.map(drop)
    }

    /// The SQL that lets `login` take part no longer, at `level`.
    pub fn remove_member_sql(address: &TeamAddress, login: &str, level: TeamLevel) -> String {
        let (board, named) = (literal(&address.board), literal(login));
        match level {
            TeamLevel::Guarded => format!("select gangplank.remove_member({board}, {named});\n"),
            TeamLevel::Simple => format!(
                "begin;\ndelete from gangplank.member where board = {board} and login = {named};\n{}commit;\n",
                revoke_sql(login)
            ),
        }
    }

    /// Lets `login` take part no longer. False when it did not.
    ///
    /// # Errors
    /// As [`TeamDatabase::set_member`].
    pub fn remove_member(&mut self, login: &str) -> Result<bool, StoreError> {
        let done = self.try_remove_member(login);
        done.map_err(|failure| failure.into_error(&self.address, "change the members of"))
    }

    fn try_remove_member(&mut self, login: &str) -> Result<bool, TeamFailure> {
        if self.level()? == TeamLevel::Simple {
            self.may_grant()?;
            if !self.keeps_an_owner(login, None)? {
                return Ok(false);
            }
            let sql = Self::remove_member_sql(&self.address, login, TeamLevel::Simple);
            return self.run_whole(&sql).map(|()| true);
        }
        self.repeated(|connection, address| {
            let parameters: Parameters<'_> = &[(&address.board, Type::TEXT), (&login, Type::TEXT)];
            let sql = "select gangplank.remove_member($1, $2)";
            first(&connection.ask(address, sql, parameters, 0)?, |row| row.try_get(0))
        })
    }

    /// Without functions, whoever takes part is granted what they may do, which only the owner of the tables can: the server
    /// would answer others with a warning.
    fn may_grant(&mut self) -> Result<(), TeamFailure> {
        let rows = self.repeated(|connection, address| {
            let sql = "select has_table_privilege(session_user, 'gangplank.entry', 'insert with grant option'), session_user::text";
            connection.ask(address, sql, &[], 0)
        })?;
        let (may, login) =
            first(&rows, |row| Ok((row.try_get::<_, bool>(0)?, row.try_get::<_, String>(1)?)))?;
        let cause = || {
            FailureCause::new(
                format!("{login} does not own the tables, and the database is at the simple level"),
                "have whoever made the board do it",
            )
        };
        if may { Ok(()) } else { Err(TeamFailure::Refused(cause())) }
    }

    /// Whether `login` is a member, where an owner is left once it has that `role`, or none.
    fn keeps_an_owner(&mut self, login: &str, role: Option<TeamRole>) -> Result<bool, TeamFailure> {
        let members = self.try_members()?;
        let is_left = role == Some(TeamRole::Owner)
            || members.iter().any(|member| member.role == TeamRole::Owner && member.login != login);
        if !is_left {
            return Err(TeamFailure::no_owner_left(&self.address));
        }
        Ok(members.iter().any(|member| member.login == login))
    }
}

/// Everybody may call the functions, which look who they are.
const GRANT_SQL: &str = "\ngrant execute on all functions in schema gangplank to public;\n";

fn tables_sql() -> String {
    format!("{TABLES_SQL}insert into gangplank.installation (format) values ({TABLES});\n")
}

/// What a login needs that has that role, at the simple level.
fn grant_sql(login: &str, role: TeamRole) -> String {
    let login = name(login);
    let to_read = format!(
        "grant usage on schema gangplank to {login};\n\
         grant select on gangplank.installation, gangplank.board, gangplank.member, gangplank.entry to {login};\n"
    );
    let to_write =
        format!("grant insert on gangplank.entry to {login};\ngrant update on gangplank.board to {login};\n");
    if role == TeamRole::Reader { to_read } else { to_read + &to_write }
}

fn revoke_sql(login: &str) -> String {
    let login = name(login);
    format!(
        "revoke all on gangplank.board, gangplank.member, gangplank.entry from {login};\n\
         revoke usage on schema gangplank from {login};\n"
    )
}

/// The name of a login as SQL writes it.
fn name(login: &str) -> String {
    format!("\"{}\"", login.replace('"', "\"\""))
}
