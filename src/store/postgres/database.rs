//! What is asked of a team's database, and asked again where that is safe.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::connection::{Asking, Connection, Parameters};
use super::failure::{FailureCause, TABLES, TeamFailure, check_versions, no_member};
use super::password;
use crate::state::{Entry, Seq};
use crate::store::StoreError;
use crate::store::backup::hex;
use crate::store::journal::{self, BadEntry};
use crate::store::lock::Patience;
use crate::store::team::{TeamAddress, TeamLevel, TeamMember, TeamStatus};

/// The pauses between two tries grow from the first to the last, by chance.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LAST_PAUSE: Duration = Duration::from_millis(500);

/// How many entries are asked for at once.
const MANY: i64 = 500;

/// Some lines of a journal, without its header, as they follow each other.
pub(super) struct StoredLines {
    pub(super) bytes: Vec<u8>,
    /// Where the JSON of each lies.
    pub(super) lines: Vec<Range<usize>>,
    /// How many entries the board has.
    pub(super) seq: Seq,
}

impl StoredLines {
    /// The last entry, which is `before` where they are none.
    pub(super) fn last_after(&self, before: LastEntry) -> LastEntry {
        let Some(line) = self.lines.last() else { return before };
        let checksum = journal::checksum(&self.bytes[journal::line_start(&self.bytes, line)..]);
        LastEntry { seq: before.seq + self.lines.len() as Seq, checksum: Some(checksum) }
    }
}

/// The last entry that is known of a board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LastEntry {
    pub(super) seq: Seq,
    /// The checksum of its line; nothing where only its number is known.
    pub(super) checksum: Option<u32>,
}

impl LastEntry {
    /// Whether it is the one that the server has there, of which it told the number and the checksum.
    fn check(self, (seq, crc): (Option<i64>, Option<i64>)) -> Result<(), TeamFailure> {
        let Self { seq: known, checksum } = self;
        match (seq, crc) {
            (Some(found), Some(crc)) if found == number(known) => {
                let is_it = checksum.is_none_or(|checksum| i64::from(checksum) == crc);
                if is_it { Ok(()) } else { Err(TeamFailure::Other) }
            }
            _ => Err(TeamFailure::Damaged { seq: known, problem: "it is missing" }),
        }
    }
}

impl From<Seq> for LastEntry {
    fn from(seq: Seq) -> Self {
        Self { seq, checksum: None }
    }
}

/// What is known of the password: that there is one, or that none was found.
#[derive(Clone)]
struct KnownPassword(Option<String>);

/// A team's database. It is connected when something is asked, and again when that broke.
pub struct TeamDatabase {
    pub(super) address: TeamAddress,
    pub(super) patience: Arc<dyn Patience>,
    /// Asked for once: the program that prints it may ask a person.
    password: Option<KnownPassword>,
    pub(super) connection: Option<Connection>,
    /// Whether the server could not be reached last: then nobody waits for it once more.
    is_away: bool,
    /// What the database holds by itself, once it was asked.
    level: Option<TeamLevel>,
}

impl TeamDatabase {
    /// Nothing is connected yet. It waits, for a server or for others who write, as long as `patience` does.
    pub fn new(address: TeamAddress, patience: Arc<dyn Patience>) -> Self {
        Self { address, patience, password: None, connection: None, is_away: false, level: None }
    }

    /// How the board fares.
    ///
    /// # Errors
    /// When the login is no member of it, or the server cannot be reached.
    pub fn status(&mut self) -> Result<TeamStatus, StoreError> {
        self.try_status().map_err(|failure| failure.into_error(&self.address, "open"))
    }

    pub(super) fn try_status(&mut self) -> Result<TeamStatus, TeamFailure> {
        self.try_status_after(LastEntry::default())
    }

    /// How the board fares, which must have that entry.
    pub(super) fn try_status_after(&mut self, last: LastEntry) -> Result<TeamStatus, TeamFailure> {
        let after = number(last.seq);
        let rows = self.repeated(|connection, address| {
            let sql = "select (select max(format) from gangplank.installation), b.format, b.seq, m.login, m.signs_as, m.role, \
                       current_setting('server_version'), (select e.crc from gangplank.entry e where e.board = b.name and \
                       e.seq = $2), to_regclass('gangplank.simple') is not null from gangplank.board b join gangplank.member m on m.board = b.name \
                       where b.name = $1 and m.login = session_user";
            connection.ask(address, sql, &[(&address.board, Type::TEXT), (&after, Type::INT8)], 0)
        })?;
        let Some(row) = rows.first() else { return Err(no_member(&self.address)) };
        let (tables, format) = read(row, |row| Ok((row.try_get(0)?, row.try_get(1)?)))?;
        let format = check_versions(tables, format)?;
        let level = level_of(read(row, |row| row.try_get(8))?);
        let me = member(row, 3)?;
        let (seq, server) = read(row, |row| Ok((row.try_get::<_, i64>(2)?, row.try_get(6)?)))?;
        if after > seq {
            return Err(TeamFailure::Other);
        }
        if last.seq > 0 {
            last.check((Some(after), read(row, |row| row.try_get(7))?))?;
        }
        self.level = Some(level);
        Ok(TeamStatus { seq: seq.unsigned_abs(), format, tables: tables.unsigned_abs(), level, me, server })
    }

    /// Who takes part.
    ///
    /// # Errors
    /// As [`TeamDatabase::status`].
    pub fn members(&mut self) -> Result<Vec<TeamMember>, StoreError> {
        self.status()?;
        self.try_members().map_err(|failure| failure.into_error(&self.address, "read"))
    }

    pub(super) fn try_members(&mut self) -> Result<Vec<TeamMember>, TeamFailure> {
        let rows = self.repeated(|connection, address| {
            let sql = "select login, signs_as, role from gangplank.member where board = $1 order by login";
            connection.ask(address, sql, &[(&address.board, Type::TEXT)], 0)
        })?;
        rows.iter().map(|row| member(row, 0)).collect()
    }

    /// What the database holds by itself.
    pub(super) fn level(&mut self) -> Result<TeamLevel, TeamFailure> {
        if let Some(known) = self.level {
            return Ok(known);
        }
        let level = self.repeated(asked_level)?;
        Ok(*self.level.insert(level))
    }

    /// Some entries after that one, with their checksums verified.
    pub(super) fn lines_after(
        &mut self,
        last: LastEntry,
        is_repeated: bool,
    ) -> Result<StoredLines, TeamFailure> {
        let seq = last.seq;
        let after = number(seq);
        let asked = |connection: &Connection, address: &TeamAddress| {
            let sql = "select b.seq, e.seq, case when e.seq > $2 then e.line end, e.crc from gangplank.board b left join \
                       gangplank.entry e on e.board = b.name and e.seq >= $2 and e.seq <= $2 + $3 where b.name = $1 \
                       order by e.seq";
            let parameters: Parameters<'_> =
                &[(&address.board, Type::TEXT), (&after, Type::INT8), (&MANY, Type::INT8)];
            connection.ask(address, sql, parameters, 0)
        };
        let rows = if is_repeated { self.repeated(asked)? } else { self.once(asked)? };
        let Some(known) = rows.first() else { return Err(no_member(&self.address)) };
        let mut found = StoredLines { bytes: Vec::new(), lines: Vec::new(), seq: 0 };
        found.seq = read(known, |row| row.try_get::<_, i64>(0))?.unsigned_abs();
        if found.seq < seq {
            return Err(TeamFailure::Other);
        }
        let mut rows = &rows[..];
        if seq > 0 {
            last.check(read(known, |row| Ok((row.try_get(1)?, row.try_get(3)?)))?)?;
            rows = &rows[1..];
        }
        for (row, expected) in rows.iter().zip(seq + 1..) {
            let Some(at) = read(row, |row| row.try_get::<_, Option<i64>>(1))? else { break };
            let (json, crc) = read(row, |row| Ok((row.try_get::<_, &str>(2)?, row.try_get::<_, i64>(3)?)))?;
            let damaged = |problem| Err(TeamFailure::Damaged { seq: expected, problem });
            let line = journal::framed(json.as_bytes());
            if at.unsigned_abs() != expected {
                return damaged("it is missing");
            }
            if i64::from(journal::checksum(&line)) != crc {
                return damaged(journal::BAD_CHECKSUM);
            }
            let end = found.bytes.len() + line.len() - 1;
            found.lines.push(end - json.len()..end);
            found.bytes.extend(line);
        }
        // No entry is where one must be.
        if found.lines.is_empty() && found.seq > seq {
            return Err(TeamFailure::Damaged { seq: seq + 1, problem: "it is missing" });
        }
        Ok(found)
    }

    /// Saves `json` as entry `seq`, whatever happens to the connection meanwhile. False where another one has that number.
    pub(super) fn append(&mut self, seq: Seq, json: &str) -> Result<bool, TeamFailure> {
        let (expected, crc) =
            (number(seq - 1), i64::from(journal::checksum(&journal::framed(json.as_bytes()))));
        // Ours is known by it: two people may well do the same at the same time.
        let token = token();
        let (sent, level) = (std::cell::Cell::new(false), std::cell::Cell::new(self.level));
        let done = self.repeated(|connection, address| {
            let known = level.get().map_or_else(|| asked_level(connection, address), Ok)?;
            level.set(Some(known));
            let parameters: Parameters<'_> = &[
                (&address.board, Type::TEXT),
                (&expected, Type::INT8),
                (&json, Type::TEXT),
                (&crc, Type::INT8),
                (&token, Type::TEXT),
            ];
            let sql = match known {
                TeamLevel::Guarded => "select gangplank.append($1, $2, $3, $4, $5)",
                TeamLevel::Simple => {
                    "with here as (update gangplank.board set seq = seq + 1 where name = $1 and seq = $2 returning seq) \
                     insert into gangplank.entry (board, seq, line, crc, token) select $1, seq, $3, $4, $5 from here \
                     returning seq"
                }
            };
            let was_sent = sent.get();
            let answered = connection.ask(address, sql, parameters, json.len());
            sent.set(was_sent || matches!(answered, Err(TeamFailure::Unanswered(_))));
            let answered = answered?;
            let seq = answered.first().map(|row| read(row, |row| row.try_get::<_, Option<i64>>(0))).transpose()?;
            if seq.flatten().is_some() {
                return Ok(true);
            }
            if !was_sent {
                return Ok(false);
            }
            // Another one has its number, or it has itself since the answer was lost.
            let sql = "select token from gangplank.entry where board = $1 and seq = $2 + 1";
            let parameters: Parameters<'_> = &[(&address.board, Type::TEXT), (&expected, Type::INT8)];
            let rows = connection.ask(address, sql, parameters, 0)?;
            let found = rows.first().map(|row| read(row, |row| row.try_get::<_, String>(0))).transpose()?;
            Ok(found.as_deref() == Some(&*token))
        });
        self.level = level.get();
        match done {
            // Of one that was sent before, nobody knows.
            Err(
                TeamFailure::Unreachable(cause) | TeamFailure::Conflict(cause) | TeamFailure::Refused(cause),
            ) if sent.get() => Err(TeamFailure::Unanswered(cause)),
            done => done,
        }
    }

    /// Does `work` until it is done, or cannot be, or has taken too long. It must be harmless to do it twice.
    pub(super) fn repeated<T>(
        &mut self,
        work: impl Fn(&Connection, &TeamAddress) -> Result<T, TeamFailure>,
    ) -> Result<T, TeamFailure> {
        let (asking, mut longest, was_away) = (Asking::new(&*self.patience), FIRST_PAUSE, self.is_away);
        let done = loop {
            let failure = match self.tried(asking, &work) {
                Ok(done) => break Ok(done),
                Err(failure) => failure,
            };
            let is_over = was_away || asking.is_over();
            if !failure.is_passing() || is_over || !self.patience.pause(longest.mul_f64(chance())) {
                break Err(failure);
            }
            longest = (longest * 2).min(LAST_PAUSE);
            asking.tell(&*self.patience);
        };
        self.patience.hear_server(None);
        done
    }

    /// Does `work` on a connection, which is given up where it broke.
    pub(super) fn once<T>(
        &mut self,
        work: impl Fn(&Connection, &TeamAddress) -> Result<T, TeamFailure>,
    ) -> Result<T, TeamFailure> {
        let done = self.tried(Asking::new(&*self.patience), work);
        self.patience.hear_server(None);
        done
    }

    fn tried<T>(
        &mut self,
        asking: Asking,
        work: impl Fn(&Connection, &TeamAddress) -> Result<T, TeamFailure>,
    ) -> Result<T, TeamFailure> {
        let address = self.address.clone();
        let done = self.connected_for(asking).and_then(|connection| {
            connection.asking = Some(asking);
            let done = work(connection, &address);
            connection.asking = None;
            done
        });
        self.is_away = matches!(done, Err(TeamFailure::Unreachable(_)));
        if let Err(TeamFailure::Unanswered(_)) = &done {
            self.connection = None;
        }
        done
    }

    /// The same board, asked on a connection of its own.
    pub(super) fn beside(&self, patience: Arc<dyn Patience>) -> Self {
        Self { password: self.password.clone(), ..Self::new(self.address.clone(), patience) }
    }

    /// Looks for the password, where it is not known yet. What is wrong with it is said when it is needed.
    pub(super) fn find_password(&mut self) {
        if self.password.is_none() {
            self.password = password::find(&self.address).ok().map(KnownPassword);
        }
    }

    pub(super) fn connected(&mut self) -> Result<&Connection, TeamFailure> {
        let connected = self.connected_for(Asking::new(&*self.patience));
        connected.map(|connection| &*connection)
    }

    fn connected_for(&mut self, asking: Asking) -> Result<&mut Connection, TeamFailure> {
        if self.connection.is_none() {
            let known = match self.password.take() {
                Some(known) => known,
                None => KnownPassword(password::find(&self.address)?),
            };
            let password = self.password.insert(known).0.as_deref();
            let opened = Connection::open(&self.address, password, self.patience.clone(), asking);
            if matches!(opened, Err(TeamFailure::Refused(_))) {
                // It may have been changed.
                self.password = None;
            }
            self.connection = Some(opened?);
        }
        Ok(self.connection.as_mut().expect("it was just made"))
    }
}

/// Reads the entries in `found`, which follow entry `seq`, and passes them to `take`.
pub(super) fn entries(
    found: &StoredLines,
    seq: Seq,
    format: u32,
    take: impl FnMut(Arc<Entry>),
) -> Result<(), TeamFailure> {
    let parsed = journal::entries(&found.bytes, &found.lines, seq + 1, format, take);
    parsed.map_err(|bad| match bad {
        BadEntry::Order { expected, .. } => {
            TeamFailure::Damaged { seq: expected, problem: journal::MISPLACED }
        }
        BadEntry::Unknown { line, why } => TeamFailure::Unknown { seq: (line - 1) as Seq, why },
    })
}

fn asked_level(connection: &Connection, address: &TeamAddress) -> Result<TeamLevel, TeamFailure> {
    let rows = connection.ask(address, "select to_regclass('gangplank.simple') is not null", &[], 0)?;
    first(&rows, |row| row.try_get(0)).map(level_of)
}

fn level_of(is_simple: bool) -> TeamLevel {
    if is_simple { TeamLevel::Simple } else { TeamLevel::Guarded }
}

fn member(row: &Row, from: usize) -> Result<TeamMember, TeamFailure> {
    let (login, signs_as, role) = read(row, |row| {
        Ok((row.try_get(from)?, row.try_get::<_, &str>(from + 1)?, row.try_get::<_, &str>(from + 2)?))
    })?;
    let unknown = || TeamFailure::Newer { found: TABLES.unsigned_abs() + 1, known: TABLES.unsigned_abs() };
    Ok(TeamMember { login, signs_as: signs_as.into(), role: role.parse().map_err(|_| unknown())? })
}

fn read<'a, T>(
    row: &'a Row,
    get: impl FnOnce(&'a Row) -> Result<T, tokio_postgres::Error>,
) -> Result<T, TeamFailure> {
    get(row).map_err(|error| {
        let why = format!("the server answered what was not asked for ({error})");
        TeamFailure::Refused(FailureCause::new(
            why,
            "have its administrator compare its tables with those of `gangplank team init --dry-run`",
        ))
    })
}

pub(super) fn first<'a, T>(
    rows: &'a [Row],
    get: impl FnOnce(&'a Row) -> Result<T, tokio_postgres::Error>,
) -> Result<T, TeamFailure> {
    let nothing = || TeamFailure::Refused(FailureCause::new("the server answered nothing", "try again"));
    read(rows.first().ok_or_else(nothing)?, get)
}

/// `text` as SQL writes it.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

pub(super) fn number(seq: Seq) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the system has random numbers");
    bytes
}

pub(super) fn token() -> String {
    hex(&random::<16>())
}

/// A part of a whole, by chance.
fn chance() -> f64 {
    f64::from(u16::from_le_bytes(random())) / f64::from(u16::MAX)
}
