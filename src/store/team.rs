//! Where the board of a team is: an address as other programs of `PostgreSQL` take it. A password never stands in it.

use std::fmt::{self, Write};
use std::hash::Hasher as _;
use std::path::PathBuf;
use std::sync::Arc;

use chrono_tz::Tz;
use fnv::FnvHasher;
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::state::Seq;

/// The board of an address that names none.
pub const BOARD: &str = "onboarding";

const PORT: u16 = 5432;

/// Where the server's sockets are that an address without a host means, by the habits of different systems.
const SOCKET_DIRECTORIES: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// Which store a person asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreChoice {
    /// The journal in the data directory.
    Local,
    Team(TeamAddress),
}

impl StoreChoice {
    /// Reads `local`, or an address.
    ///
    /// # Errors
    /// See [`TeamAddress::parse`].
    pub fn parse(text: &str, environment: impl Fn(&str) -> Option<String>) -> Result<Self, NotAnAddress> {
        if text == "local" { Ok(Self::Local) } else { TeamAddress::parse(text, environment).map(Self::Team) }
    }
}

/// A board in a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamAddress {
    pub server: ServerPlace,
    pub port: u16,
    pub login: String,
    pub database: String,
    pub board: String,
    /// The program that prints the password, and its arguments; nothing where none is named.
    pub password_command: Option<Vec<String>>,
    /// Where copies of boards are kept on this machine; nothing where none is.
    pub copies: Option<PathBuf>,
    /// The time zone in which it is said when the server was reached.
    pub zone: Tz,
}

/// What a member of a board may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum TeamRole {
    /// Read.
    Reader,
    /// Read and change the board.
    Writer,
    /// The same, and say who else may.
    Owner,
}

/// What the database of a team holds by itself, whatever program somebody uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum TeamLevel {
    /// Roles, who signs what, and that entries are entries.
    Guarded,
    /// Who may read, who may add, and that nobody changes what is there.
    Simple,
}

/// A login that takes part in a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamMember {
    pub login: String,
    /// The name that its changes are signed with.
    pub signs_as: Arc<str>,
    pub role: TeamRole,
}

/// How a board fares, and who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamStatus {
    pub seq: Seq,
    /// The version of the journal's format.
    pub format: u32,
    /// The version of the tables.
    pub tables: u32,
    pub level: TeamLevel,
    pub me: TeamMember,
    pub server: String,
}

/// Where a database server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerPlace {
    /// On this machine, in this directory.
    Socket(PathBuf),
    Host {
        name: String,
        /// Off this machine, always. On it, only where the address asks for it.
        is_encrypted: bool,
    },
}

/// Why an address is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    #[error(
        "write an address such as postgres://ana@db.example.com/gangplank, or `local` for the data directory"
    )]
    Other,
    #[error(
        "leave the password out of the address, where others could read it: set PGPASSWORD, name a `password_command` in config.toml, or write it into ~/.pgpass"
    )]
    Password,
    #[error(
        "`{0}` cannot be read: write % and two digits for what has a meaning in an address, and %25 for %"
    )]
    Encoding(String),
    #[error("`{0}` is not a port: write a number such as 5432")]
    Port(String),
    #[error("name one server: a list of several is not understood")]
    Several,
    #[error("no login is named: write it before an @, as in postgres://ana@db.example.com/gangplank")]
    NoLogin,
    #[error("`{0}` is no name of a board: write up to 40 small letters, digits, - and _")]
    Board(String),
    #[error(
        "`{0}` is nothing that an address can say here: host, port, user, dbname, sslmode and board are understood"
    )]
    Parameter(String),
    #[error("`sslmode={0}` would send the board over a network unprotected: leave it out")]
    Unprotected(String),
}

impl TeamAddress {
    /// Reads `text`, as libpq does. `environment` answers for what it leaves out: `PGHOST`, `PGPORT`, `PGUSER`, `PGDATABASE`.
    ///
    /// # Errors
    /// What is wrong with it. A password in it is never repeated.
    pub fn parse(text: &str, environment: impl Fn(&str) -> Option<String>) -> Result<Self, NotAnAddress> {
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
        let rest = rest.ok_or(NotAnAddress::Other)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, servers) = authority.rsplit_once('@').unwrap_or(("", authority));
        if login.contains(':') || query.split('&').any(|pair| pair.starts_with("password=")) {
            return Err(NotAnAddress::Password);
        }
        if servers.contains(',') {
            return Err(NotAnAddress::Several);
        }
        let (host, port) = match servers.rsplit_once(':') {
            // The colons of an IPv6 address stand in brackets.
            Some((host, port)) if !port.contains(']') => (host, port),
            _ => (servers, ""),
        };
        let decoded = |text: &str| decoded(text).ok_or_else(|| NotAnAddress::Encoding(text.to_owned()));
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let mut said = Said {
            host: decoded(host)?,
            port: port.to_owned(),
            login: decoded(login)?,
            database: decoded(database)?,
            ..Said::default()
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decoded(value)?;
            match key {
                "host" => said.host = value,
                "port" => said.port = value,
                "user" => said.login = value,
                "dbname" => said.database = value,
                "sslmode" => said.sslmode = value,
                "board" => said.board = value,
                // They are in the addresses that hosters show, and say nothing that is not so anyway.
                "channel_binding" | "application_name" | "connect_timeout" | "target_session_attrs" => {}
                _ => return Err(NotAnAddress::Parameter(key.to_owned())),
            }
        }
        said.address(environment)
    }

    /// The directory with the copy of the board that is kept on this machine: the same for every login.
    pub fn copy_dir(&self) -> Option<PathBuf> {
        let address = Self { login: String::new(), ..self.clone() }.to_string();
        let mut hash = FnvHasher::default();
        hash.write(address.as_bytes());
        Some(self.copies.as_ref()?.join(format!("{}-{:016x}", self.board, hash.finish())))
    }

    /// Where the server listens, without the database.
    #[cfg(feature = "team")]
    pub(super) fn listener(&self) -> String {
        match &self.server {
            ServerPlace::Socket(dir) => dir.join(format!(".s.PGSQL.{}", self.port)).display().to_string(),
            ServerPlace::Host { name, .. } => format!("{name}:{}", self.port),
        }
    }

    /// The name of the host as files of passwords have it.
    #[cfg(feature = "team")]
    pub(super) fn host(&self) -> String {
        match &self.server {
            ServerPlace::Socket(dir) => dir.display().to_string(),
            ServerPlace::Host { name, .. } => name.clone(),
        }
    }

    /// Whether the server listens where it does when nothing else is said.
    #[cfg(feature = "team")]
    pub(super) fn is_usual_socket(&self) -> bool {
        let is_it =
            |dir: &std::path::Path| SOCKET_DIRECTORIES.iter().any(|usual| dir == std::path::Path::new(usual));
        matches!(&self.server, ServerPlace::Socket(dir) if is_it(dir))
    }
}

/// What an address says; nothing is empty.
#[derive(Default)]
struct Said {
    host: String,
    port: String,
    login: String,
    database: String,
    sslmode: String,
    board: String,
}

impl Said {
    fn address(self, environment: impl Fn(&str) -> Option<String>) -> Result<TeamAddress, NotAnAddress> {
        let known = |said: String, name: &str| {
            if said.is_empty() { environment(name).filter(|value| !value.is_empty()) } else { Some(said) }
        };
        let several = |host: &String| host.contains(',');
        let host = known(self.host, "PGHOST");
        if host.as_ref().is_some_and(several) {
            return Err(NotAnAddress::Several);
        }
        let port = match known(self.port, "PGPORT") {
            Some(port) => port.parse().map_err(|_| NotAnAddress::Port(port))?,
            None => PORT,
        };
        let login =
            known(self.login, "PGUSER").or_else(|| environment("USER")).ok_or(NotAnAddress::NoLogin)?;
        let database = known(self.database, "PGDATABASE").unwrap_or_else(|| login.clone());
        let board = if self.board.is_empty() { BOARD.to_owned() } else { self.board };
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if board.len() > 40 || !board.chars().all(is_plain) {
            return Err(NotAnAddress::Board(board));
        }
        let server = match host {
            None => {
                let mut usual = SOCKET_DIRECTORIES.iter().map(PathBuf::from);
                ServerPlace::Socket(usual.find(|dir| dir.is_dir()).unwrap_or_else(|| "/tmp".into()))
            }
            Some(dir) if dir.starts_with('/') => ServerPlace::Socket(dir.into()),
            Some(name) => {
                let is_here = name == "localhost" || name == "::1" || name.starts_with("127.");
                match self.sslmode.as_str() {
                    "" | "disable" | "allow" | "prefer" if is_here => {
                        ServerPlace::Host { name, is_encrypted: false }
                    }
                    "disable" => return Err(NotAnAddress::Unprotected(self.sslmode)),
                    // Whatever less is asked for: the server has to show who it is.
                    _ => ServerPlace::Host { name, is_encrypted: true },
                }
            }
        };
        Ok(TeamAddress {
            server,
            port,
            login,
            database,
            board,
            password_command: None,
            copies: None,
            zone: Tz::UTC,
        })
    }
}

impl fmt::Display for TeamAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { server, port, login, database, board, .. } = self;
        let (login, database) = (encoded(login), encoded(database));
        let mut rest = Vec::new();
        match server {
            ServerPlace::Socket(dir) => {
                write!(f, "postgres:///{database}")?;
                rest.push(format!("host={}", encoded(&dir.display().to_string())));
                rest.extend((*port != PORT).then(|| format!("port={port}")));
                rest.push(format!("user={login}"));
            }
            ServerPlace::Host { name, .. } => {
                let name = if name.contains(':') { format!("[{name}]") } else { encoded(name) };
                write!(f, "postgres://{login}@{name}")?;
                if *port != PORT {
                    write!(f, ":{port}")?;
                }
                write!(f, "/{database}")?;
            }
        }
        rest.extend((board != BOARD).then(|| format!("board={board}")));
        if rest.is_empty() { Ok(()) } else { write!(f, "?{}", rest.join("&")) }
    }
}

/// `text` with its %-signs read; nothing where they, or what they make, cannot be.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

/// `text` as it may stand in an address.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_./".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02x}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<TeamAddress, NotAnAddress> {
        TeamAddress::parse(text, |name| (name == "USER").then(|| "ana".to_owned()))
    }

    #[test]
    fn addresses_are_read_as_libpq_reads_them() {
        let host = |name: &str, is_encrypted| ServerPlace::Host { name: name.into(), is_encrypted };
        for (text, server, port, login, database, board) in [
            ("postgres://db.example.com/team", host("db.example.com", true), 5432, "ana", "team", BOARD),
            ("postgresql://bo@db.example.com:5433", host("db.example.com", true), 5433, "bo", "bo", BOARD),
            ("postgres://127.0.0.1/t", host("127.0.0.1", false), 5432, "ana", "t", BOARD),
            ("postgres://localhost/t?sslmode=require", host("localhost", true), 5432, "ana", "t", BOARD),
            (
                "postgres://[2001:db8::1]:99/t?sslmode=prefer",
                host("2001:db8::1", true),
                99,
                "ana",
                "t",
                BOARD,
            ),
            (
                "postgres:///db?host=/run/pg&port=5598&user=bo",
                ServerPlace::Socket("/run/pg".into()),
                5598,
                "bo",
                "db",
                BOARD,
            ),
            (
                "postgres://b%40c@%2Frun%2Fpg/a%20b?board=emea",
                ServerPlace::Socket("/run/pg".into()),
                5432,
                "b@c",
                "a b",
                "emea",
            ),
        ] {
            let read = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let (login, database, board) = (login.to_owned(), database.to_owned(), board.to_owned());
            let (password_command, copies, zone) = (None, None, Tz::UTC);
            let wanted = TeamAddress { server, port, login, database, board, password_command, copies, zone };
            assert_eq!(read, wanted, "{text}");
            let again = parse(&read.to_string());
            // On this machine, encryption is no part of where it is.
            if text.contains("localhost") {
                continue;
            }
            assert_eq!(again, Ok(read), "{text}");
        }
    }

    #[test]
    fn what_an_address_leaves_out_is_in_the_environment() {
        let environment = |name: &str| {
            let found = match name {
                "PGHOST" => "/run/pg",
                "PGPORT" => "5599",
                "PGUSER" => "bo",
                "PGDATABASE" => "team",
                _ => return None,
            };
            Some(found.to_owned())
        };
        let read = TeamAddress::parse("postgres://", environment).expect("all is there");
        assert_eq!(read.to_string(), "postgres:///team?host=/run/pg&port=5599&user=bo");
        assert_eq!(TeamAddress::parse("postgres://db/t", |_| None), Err(NotAnAddress::NoLogin));
    }

    #[test]
    fn what_is_no_address_is_refused_without_a_secret_in_the_words() {
        for text in [
            "postgres://ana:sesame@db/t",
            "postgres://db/t?password=sesame",
            "postgres://ana:sesame@db/t?x=%zz",
            "mysql://ana:sesame@db/t",
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(!error.contains("sesame"), "{text}: {error}");
        }
        for (text, wanted) in [
            ("db/t", NotAnAddress::Other),
            ("postgres://db:x/t", NotAnAddress::Port("x".into())),
            ("postgres://a,b/t", NotAnAddress::Several),
            ("postgres:///t?host=a,b", NotAnAddress::Several),
            ("postgres://db/t?board=A", NotAnAddress::Board("A".into())),
            ("postgres://db/t?options=-c", NotAnAddress::Parameter("options".into())),
            ("postgres://db/%zz", NotAnAddress::Encoding("%zz".into())),
            ("postgres://db/%00", NotAnAddress::Encoding("%00".into())),
            ("postgres://db/t?sslmode=disable", NotAnAddress::Unprotected("disable".into())),
        ] {
            assert_eq!(parse(text), Err(wanted), "{text}");
        }
    }
}
