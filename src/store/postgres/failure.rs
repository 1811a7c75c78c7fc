//! What a database server refuses, or a network loses, in one sentence each.

use std::borrow::Cow;
use std::error::Error as _;
use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use crate::state::Seq;
use crate::store::team::TeamAddress;
use crate::store::{StoreError, journal};

/// The format of the tables that this version knows.
pub const TABLES: i32 = 2;

/// Why the server did not do what it was asked.
#[derive(Clone, Debug)]
pub(super) enum TeamFailure {
    /// Another one was at it at the same time. Nothing happened, and the next try may do.
    Conflict(FailureCause),
    /// There is no connection, so nothing was asked.
    Unreachable(FailureCause),
    /// It was asked, and the connection broke before it answered.
    Unanswered(FailureCause),
    /// It says no.
    Refused(FailureCause),
    /// Its disk is full.
    Full(String),
    /// Its tables, or the journal in them, are of a newer version.
    Newer { found: u32, known: u32 },
    /// An entry is not as it was written.
    Damaged { seq: Seq, problem: &'static str },
    /// An entry is of a newer version.
    Unknown { seq: Seq, why: String },
    /// The board has other entries than were read from it, or fewer.
    Other,
}

/// What is wrong, and what to do.
#[derive(Clone, Debug)]
pub(super) struct FailureCause {
    pub(super) why: String,
    pub(super) advice: Cow<'static, str>,
    /// Whether nothing was heard for too long.
    is_silence: bool,
}

impl FailureCause {
    pub(super) fn new(why: impl Into<String>, advice: impl Into<Cow<'static, str>>) -> Self {
        Self { why: why.into(), advice: advice.into(), is_silence: false }
    }
}

impl TeamFailure {
    /// Whether it may be over by itself: the server cannot be reached, or others are first all the time.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Conflict(_) | Self::Unreachable(_) | Self::Unanswered(_))
    }

    /// Whether a connection broke, as it does when a server is started anew.
    pub(super) fn is_broken(&self) -> bool {
        matches!(self, Self::Unanswered(cause) if !cause.is_silence)
    }

    /// What is wrong, without what to do.
    pub(super) fn why(&self) -> &str {
        match self {
            Self::Conflict(cause)
            | Self::Unreachable(cause)
            | Self::Unanswered(cause)
            | Self::Refused(cause) => &cause.why,
            Self::Full(why) | Self::Unknown { why, .. } => why,
            Self::Newer { .. } => "a newer gangplank wrote it",
            Self::Damaged { problem, .. } => problem,
            Self::Other => "it has other entries",
        }
    }
}

const NETWORK: &str =
    "check the address, and that this machine has a network and the server runs; nothing was changed";
const LATER: &str = "try again in a moment; nothing was changed";

impl TeamFailure {
    /// No connection to where `address` listens could be made.
    pub(super) fn no_connection(address: &TeamAddress, error: &io::Error) -> Self {
        let place = address.listener();
        let why = match error.kind() {
            ErrorKind::ConnectionRefused | ErrorKind::NotFound => format!("no server listens at {place}"),
            _ => format!("{place} cannot be reached ({error})"),
        };
        Self::Unreachable(FailureCause::new(why, NETWORK))
    }

    /// Nothing was heard for so long.
    pub(super) fn silent(waited: Duration) -> FailureCause {
        let why = format!("the server did not answer within {} s", waited.as_secs().max(1));
        FailureCause { is_silence: true, ..FailureCause::new(why, NETWORK) }
    }

    /// That a board is not filled any more.
    pub(super) fn has_changes(address: &TeamAddress) -> Self {
        Self::Refused(FailureCause::new(
            format!("the board `{}` has changes already", address.board),
            "name another with ?board=NAME in the address, and make it with `gangplank team init`",
        ))
    }

    /// That somebody has to own a board.
    pub(super) fn no_owner_left(address: &TeamAddress) -> Self {
        Self::Refused(FailureCause::new(
            format!("the board `{}` would have no owner left", address.board),
            "make another one its owner first",
        ))
    }

    /// What `error` means that came while a connection to `address` was made.
    pub(super) fn of_connecting(address: &TeamAddress, error: &Error) -> Self {
        if let Some(refused) = error.as_db_error() {
            return match of_server(address, refused) {
                Self::Unanswered(cause) => Self::Unreachable(cause),
                other => other,
            };
        }
        let source = error.source().map(ToString::to_string).unwrap_or_default();
        let cause = match error.to_string() {
            said if said.contains("TLS") => FailureCause::new(
                format!("no protected connection ({source})"),
                "have the server use TLS, with a certificate that this machine trusts for the name in the address; \
                 SSL_CERT_FILE names more certificates to trust",
            ),
            said if said.contains("configuration") => FailureCause::new(
                format!("the server wants a password for {}", address.login),
                "set PGPASSWORD, name a `password_command` in config.toml, or write it into ~/.pgpass",
            ),
            said if source.is_empty() => FailureCause::new(said, NETWORK),
            _ => FailureCause::new(source, NETWORK),
        };
        let is_tls = error.to_string().contains("TLS");
        let is_broken =
            error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<io::Error>);
        if is_broken && !is_tls { Self::Unreachable(cause) } else { Self::Refused(cause) }
    }

    /// What `error` means that came instead of an answer.
    pub(super) fn of_asking(address: &TeamAddress, error: &Error) -> Self {
        if let Some(refused) = error.as_db_error() {
            return of_server(address, refused);
        }
        let source = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        Self::Unanswered(FailureCause::new(format!("the connection broke ({source})"), NETWORK))
    }

    /// The error of a store at `address` that could not `action` it.
    pub(super) fn into_error(self, address: &TeamAddress, action: &'static str) -> StoreError {
        let location = address.to_string();
        match self {
            Self::Conflict(cause)
            | Self::Unreachable(cause)
            | Self::Unanswered(cause)
            | Self::Refused(cause) => {
                StoreError::Access { action, location, source: cause.why.into(), advice: cause.advice }
            }
            Self::Full(why) => StoreError::Full { location, source: why.into() },
            Self::Newer { found, known } => StoreError::Version { location, found, known },
            Self::Damaged { seq, problem } => StoreError::Damaged {
                location,
                place: format!("entry {seq}"),
                problem: problem.to_owned(),
                advice: "have the database restored from its backup",
            },
            Self::Unknown { seq, why } => {
                StoreError::Unknown { location, place: format!("entry {seq}"), why }
            }
            Self::Other => StoreError::Replaced { location },
        }
    }
}

/// What a server at `address` means that refuses something.
fn of_server(address: &TeamAddress, error: &DbError) -> TeamFailure {
    let (login, database, board) = (&address.login, &address.database, &address.board);
    let said = error.message();
    let refused =
        |why: String, advice: Cow<'static, str>| TeamFailure::Refused(FailureCause::new(why, advice));
    let code = error.code();
    match code.code() {
        "40001" | "40P01" => {
            TeamFailure::Conflict(FailureCause::new("others are changing it all the time", LATER))
        }
        "57P01" | "57P02" => {
            TeamFailure::Unanswered(FailureCause::new(format!("the server is being stopped ({said})"), LATER))
        }
        "57P03" => {
            TeamFailure::Unreachable(FailureCause::new(format!("the server is not ready ({said})"), LATER))
        }
        // A pooler says no more than this when it lost its server, and when it does not know the login.
        _ if code.code().starts_with("08") && !said.contains("no such") => {
            TeamFailure::Unanswered(FailureCause::new(format!("the connection broke ({said})"), LATER))
        }
        "53300" => TeamFailure::Unreachable(FailureCause::new(
            format!("the server has no connection left ({said})"),
            LATER,
        )),
        "53100" => TeamFailure::Full(said.to_owned()),
        "25006" => refused(
            format!("the database can only be read ({said})"),
            "connect to the server that may be written to; nothing was changed".into(),
        ),
        "28P01" => refused(
            format!("the server does not take the password of {login}"),
            "correct PGPASSWORD, `password_command` in config.toml, or ~/.pgpass".into(),
        ),
        "28000" => refused(
            format!("the server does not let {login} in ({said})"),
            "have its administrator create that login, and allow it from here in pg_hba.conf".into(),
        ),
        "3D000" => refused(
            format!("the server has no database `{database}`"),
            format!("have it created (`createdb {database}`), or correct the address").into(),
        ),
        "3F000" | "42P01" | "42883" => refused(
            "there is no team board in this database yet".to_owned(),
            "the owner of the database makes one with `gangplank team init`".into(),
        ),
        "42501" => refused(
            format!("{login} may not do that ({said})"),
            "have the owner of the database do it, or allow it".into(),
        ),
        "GP001" => no_member(address),
        "GP002" => TeamFailure::Refused(only_reader(login, board)),
        "GP003" => refused(
            format!("{login} signs another name"),
            "`gangplank team status` says which: set it as `me` in config.toml".into(),
        ),
        "GP005" => refused(
            format!("{login} is no owner of the board `{board}`"),
            "have one of its owners do it: `gangplank team member list` names them".into(),
        ),
        "GP006" => TeamFailure::has_changes(address),
        "GP004" | "22P02" | "22P05" | "2200Y" => refused(
            format!("the server takes no such entry ({said})"),
            "report it, with what was to be changed; nothing was changed".into(),
        ),
        "GP007" => TeamFailure::no_owner_left(address),
        "23505" if error.constraint() == Some("member_signature") => refused(
            "another member signs that name".to_owned(),
            "choose another with --signs-as; nothing was changed".into(),
        ),
        _ if *code == SqlState::QUERY_CANCELED => {
            TeamFailure::Refused(FailureCause::new(format!("the server gave up ({said})"), LATER))
        }
        code => refused(format!("{said} ({code})"), "ask the administrator of the database".into()),
    }
}

/// That the login is nobody on the board.
pub(super) fn no_member(address: &TeamAddress) -> TeamFailure {
    let (login, board) = (&address.login, &address.board);
    TeamFailure::Refused(FailureCause::new(
        format!("{login} is no member of a board `{board}` there"),
        format!("one of its owners adds you with `gangplank team member add {login} --role writer`"),
    ))
}

/// That the login may only read.
pub(super) fn only_reader(login: &str, board: &str) -> FailureCause {
    FailureCause::new(
        format!("{login} is a reader of the board `{board}`"),
        format!("one of its owners changes that with `gangplank team member add {login} --role writer`"),
    )
}

/// Whether this version understands tables of version `tables` with a journal of version `format`.
pub(super) fn check_versions(tables: i32, format: i32) -> Result<u32, TeamFailure> {
    let newer = |found: i32, known: u32| {
        u32::try_from(found)
            .ok()
            .filter(|found| (1..=known).contains(found))
            .ok_or(TeamFailure::Newer { found: u32::try_from(found).unwrap_or(0), known })
    };
    newer(tables, TABLES.unsigned_abs())?;
    newer(format, journal::VERSION)
}
