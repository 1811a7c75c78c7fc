//! A team's board becomes a journal of this machine, and the other way round, byte for byte.

use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::Path;

use super::connection::Parameters;
use super::database::{TeamDatabase, number};
use super::failure::{FailureCause, TeamFailure};
use crate::state::Seq;
use crate::store::access::access_error;
use crate::store::disk::{self, Disk, DiskFile, RealDisk};
use crate::store::files::StoreFiles;
use crate::store::health::WholeJournal;
use crate::store::journal::{self, JournalHeader};
use crate::store::team::TeamLevel;
use crate::store::{StoreError, examine};
use tokio_postgres::types::Type;

/// How many bytes of entries are sent at once, unless one is longer.
const PIECE: usize = 4 << 20;

/// What the function `gangplank.load` does, where there is none.
const LOAD: &str = "with here as (update gangplank.board set seq = seq + cardinality($3), loaded = loaded + cardinality($3) \
     where name = $1 and seq = $2 - 1 and loaded = seq returning seq) insert into gangplank.entry (board, seq, line, crc, token) \
     select $1, $2 + t.place - 1, t.line, t.crc, 'loaded' from here, unnest($3, $4) with ordinality as t (line, crc, place) \
     returning seq";

/// What became of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// How many entries the team's board has now.
    pub entries: Seq,
    /// How many of them it had before.
    pub known: Seq,
}

impl TeamDatabase {
    /// Writes the board as a journal into `dir`, where there must be none, and calls `progress` with how many of how many
    /// entries are read. Answers how many there are; in a `dry_run`, nothing is written.
    ///
    /// # Errors
    /// When there is something, the server cannot be reached, or the disk does not take it. Then there is no journal.
    pub fn pull(
        &mut self,
        dir: &Path,
        dry_run: bool,
        progress: &mut dyn FnMut(Seq, Seq),
    ) -> Result<Seq, StoreError> {
        let files = StoreFiles::new(dir);
        let taken =
            RealDisk.stat(&files.journal).map_err(|error| access_error(&files.journal, "read", error))?;
        if taken.is_some() || !examine::traces(&RealDisk, &files)?.is_empty() {
            return Err(self.holds_a_board(dir));
        }
        let status = self.status()?;
        if status.seq == 0 || dry_run {
            return Ok(status.seq);
        }
        self.write_journal(dir, status.format, progress).map_err(|failure| match failure {
            PullFailure::Disk(error) => error,
            PullFailure::Taken => self.holds_a_board(dir),
            PullFailure::Server(failure) => failure.into_error(&self.address, "read"),
        })
    }

    /// Writes the board as a journal of that `format` into `dir`, where there must be none, and calls `progress`
    /// with how many of how many entries are read. Answers how many there are.
    pub(super) fn write_journal(
        &mut self,
        dir: &Path,
        format: u32,
        progress: &mut dyn FnMut(Seq, Seq),
    ) -> Result<Seq, PullFailure> {
        let files = StoreFiles::new(dir);
        let failed = |error| PullFailure::Disk(access_error(&files.journal, "write", error));
        RealDisk.create_dir(dir).map_err(|error| PullFailure::Disk(access_error(dir, "create", error)))?;
        let draft =
            tempfile::Builder::new().prefix("pull-").suffix(".tmp").tempfile_in(dir).map_err(failed)?;
        let mut out = BufWriter::new(draft.as_file());
        let header = JournalHeader { format: journal::FORMAT.into(), version: format };
        let header = journal::line(&header).map_err(|error| failed(error.into()))?;
        out.write_all(&header).map_err(failed)?;
        let mut seq = 0;
        loop {
            let found = self.lines_after(seq.into(), true).map_err(PullFailure::Server)?;
            out.write_all(&found.bytes).map_err(failed)?;
            seq += found.lines.len() as Seq;
            progress(seq, found.seq);
            if seq >= found.seq {
                break;
            }
        }
        out.flush().map_err(failed)?;
        drop(out);
        draft.as_file().sync_all().map_err(failed)?;
        match draft.persist_noclobber(&files.journal).map_err(|error| error.error) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(PullFailure::Taken),
            named => drop(named.map_err(failed)?),
        }
        RealDisk.sync_dir(dir).map_err(failed)?;
        Ok(seq)
    }

    /// Fills the board with the journal in `dir`, all at once, and calls `progress` with how many of how many entries are sent.
    /// What it has of it already is not sent again. In a `dry_run`, nothing is sent.
    ///
    /// # Errors
    /// When the board has other changes, the login is no owner of it, the journal is damaged, or the server cannot be reached.
    /// Then the board is as it was, or it is said that nobody knows.
    pub fn push(
        &mut self,
        dir: &Path,
        dry_run: bool,
        progress: &mut dyn FnMut(Seq, Seq),
    ) -> Result<Pushed, StoreError> {
        let WholeJournal { file, scan, .. } =
            WholeJournal::scan(dir, "repair it with `gangplank repair`, then try again")?;
        let entries = (scan.lines.len() as Seq).saturating_sub(1);
        let status = self.status()?;
        let known = status.seq;
        let read = |range: Range<usize>| {
            let bytes = disk::exactly(&*file, range.start as u64, range.len());
            bytes.map_err(|error| access_error(&StoreFiles::new(dir).journal, "read", error))
        };
        if let Some(line) = scan.lines.first() {
            let header: Option<JournalHeader> = serde_json::from_slice(&read(line.clone())?).ok();
            if header.is_none_or(|header| header.version != status.format) {
                let advice = "make any change to it first, such as a note: then it is";
                return Err(self.objection(
                    dir,
                    "holds a journal that is not in the format of the board",
                    advice,
                ));
            }
        }
        let is_same = known <= entries
            && match known {
                0 => true,
                last => {
                    let found = self.lines_after((last - 1).into(), true);
                    let found = found.map_err(|failure| failure.into_error(&self.address, "read"))?;
                    let at = usize::try_from(last).unwrap_or(usize::MAX);
                    let of_server = found.lines.first().map(|line| &found.bytes[line.clone()]);
                    of_server == Some(&read(scan.lines[at].clone())?)
                }
            };
        if !is_same {
            let advice =
                "name another board with ?board=NAME in the address, and make it with `gangplank team init`";
            return Err(self.objection(dir, "holds another board than the database", advice));
        }
        let pushed = Pushed { entries, known };
        if known == entries || dry_run {
            return Ok(pushed);
        }
        let sent = self.send(&*file, &scan.lines, known, progress);
        if sent.is_err() {
            // What is not committed ends with the connection.
            self.connection = None;
        }
        match sent {
            Ok(()) => Ok(pushed),
            Err(PushFailure::Journal(error)) => {
                Err(access_error(&StoreFiles::new(dir).journal, "read", error))
            }
            Err(PushFailure::Server(failure)) => Err(failure.into_error(&self.address, "fill")),
            Err(PushFailure::Uncertain(cause)) => Err(StoreError::Unanswered {
                location: self.address.to_string(),
                source: format!("{}; `gangplank team push` finds out", cause.why).into(),
            }),
        }
    }

    fn send(
        &mut self,
        file: &dyn DiskFile,
        lines: &[Range<usize>],
        known: Seq,
        progress: &mut dyn FnMut(Seq, Seq),
    ) -> Result<(), PushFailure> {
        let (address, level) = (self.address.clone(), self.level()?);
        let sql = match level {
            TeamLevel::Guarded => "select gangplank.load($1, $2, $3, $4)",
            TeamLevel::Simple => LOAD,
        };
        let connection = self.connected()?;
        connection.run(&address, "begin")?;
        let all = lines.len() as Seq - 1;
        let lines = &lines[usize::try_from(known).unwrap_or(usize::MAX) + 1..];
        let mut first = known + 1;
        for piece in journal::pieces(lines, PIECE) {
            let (mut texts, mut sums, mut bytes) = (Vec::new(), Vec::new(), 0);
            for line in &lines[piece] {
                let json =
                    disk::exactly(file, line.start as u64, line.len()).map_err(PushFailure::Journal)?;
                bytes += json.len();
                sums.push(i64::from(journal::checksum(&journal::framed(&json))));
                let text = String::from_utf8(json);
                texts.push(text.map_err(|error| PushFailure::Journal(std::io::Error::other(error)))?);
            }
            let number = number(first);
            let parameters: Parameters<'_> = &[
                (&address.board, Type::TEXT),
                (&number, Type::INT8),
                (&texts, Type::TEXT_ARRAY),
                (&sums, Type::INT8_ARRAY),
            ];
            if connection.ask(&address, sql, parameters, bytes)?.is_empty() {
                return Err(PushFailure::Server(TeamFailure::has_changes(&address)));
            }
            first += texts.len() as Seq;
            progress(first - 1, all);
        }
        connection.run(&address, "commit").map_err(|failure| match failure {
            TeamFailure::Unanswered(cause) => PushFailure::Uncertain(cause),
            failure => PushFailure::Server(failure),
        })
    }

    fn holds_a_board(&self, dir: &Path) -> StoreError {
        self.objection(dir, "holds a board already", "name another directory with --data-dir")
    }

    fn objection(&self, dir: &Path, why: &str, advice: &'static str) -> StoreError {
        let cause =
            FailureCause::new(format!("{} {why}", dir.display()), format!("{advice}; nothing was changed"));
        TeamFailure::Refused(cause).into_error(&self.address, "copy")
    }
}

/// Why a journal was not written.
pub(super) enum PullFailure {
    Disk(StoreError),
    /// There is one.
    Taken,
    Server(TeamFailure),
}

/// Why a journal was not sent.
enum PushFailure {
    Journal(std::io::Error),
    Server(TeamFailure),
    /// It was, and nobody knows whether it is kept.
    Uncertain(FailureCause),
}

impl From<TeamFailure> for PushFailure {
    fn from(failure: TeamFailure) -> Self {
        Self::Server(failure)
    }
}
