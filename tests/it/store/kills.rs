//! A real process is killed anywhere while it changes the board: whatever was confirmed is there afterwards.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::thread;

use gangplank::config::pipeline;
use gangplank::state::{Board, Pipeline, Seq};
use gangplank::store::{FileStore, Opened, Store, backup};

use crate::support::dice::Dice;
use crate::support::home::Home;
use crate::support::killing::{kills, length, was_killed};
use crate::support::sample_entries::picture;

/// How often one is killed, unless `GANGPLANK_KILLS` says how often.
const KILLS: usize = 12;

/// After how many kills another board begins: a journal that grows for ever would be read for ever.
const KILLS_A_LIFE: usize = 24;

const ACCOUNTS: usize = 40;

/// So many letters of three bytes each have names that another import of all accounts makes a snapshot due.
const LONG_NAME: usize = 9_900;

/// When a process is killed.
#[derive(Clone, Copy, Debug)]
enum StoreKill {
    /// As soon as the journal has grown by more bytes than that.
    Written(u64),
    /// As soon as there is a file in the data directory whose name begins so.
    Named(&'static str),
    /// As soon as the directory of backups has changed.
    BackedUp,
    /// After it was looked at so often.
    Looked(usize),
}

impl StoreKill {
    fn any(dice: &mut Dice) -> Self {
        match dice.roll(8) {
            0 => Self::Named("snapshot.tmp"),
            1 => Self::Named("snapshot.prev"),
            2 => Self::Named("journal-"),
            3 => Self::BackedUp,
            4 | 5 => Self::Written(*dice.pick(&[0, 1, 30, 200, 3_000, 300_000, 1 << 20])),
            _ => Self::Looked(dice.roll(20_000)),
        }
    }

    /// Whether it is time, where the data directory looked as in `before`.
    fn is_due(self, home: &Home, before: &DirectoryState, looked: usize) -> bool {
        match self {
            Self::Written(bytes) => length(home) > before.journal + bytes,
            Self::Named(begin) => {
                let is_new = |name: &String| name.starts_with(begin) && !before.names.contains(name);
                names(&home.data()).iter().any(is_new)
            }
            Self::BackedUp => names(&home.data().join("backups")) != before.backups,
            Self::Looked(times) => looked >= times,
        }
    }
}

fn shipped() -> Arc<Pipeline> {
    pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("the shipped pipeline").into()
}

struct DirectoryState {
    journal: u64,
    names: BTreeSet<String>,
    backups: BTreeSet<String>,
}

fn names(dir: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// A board, and what is known to be on it.
struct Life {
    home: Home,
    /// The journal as it was when it was read last.
    journal: Vec<u8>,
    number: usize,
}

impl Life {
    fn begin() -> Self {
        let mut life = Self { home: Home::empty(), journal: Vec::new(), number: 0 };
        let names = life.names_file("Company");
        life.home.says(&["import", &names]);
        life.check(&[], "the first import");
        life
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.home.0.path().join(name);
        fs::write(&path, text).expect("it can be written");
        path.display().to_string()
    }

    /// A file that gives each account a long name.
    fn names_file(&self, name: &str) -> String {
        let rows = (0..ACCOUNTS).fold("id,name\n".to_owned(), |mut rows, number| {
            let rest = "語".repeat(LONG_NAME);
            writeln!(rows, "A-{number},{name} {} {number} {rest}", self.number).expect("memory");
            rows
        });
        self.file("accounts.csv", &rows)
    }

    fn signals_file(&self) -> String {
        let number = self.number;
        let lines = (0..ACCOUNTS).fold(String::new(), |mut lines, account| {
            writeln!(
                lines,
                r#"{{"id":"e{number}-{account}","signal":"reply.received","account":{{"external_id":"A-{account}"}},"at":"2024-12-15T08:00:00Z","source":"gmail"}}"#
            )
            .expect("memory");
            lines
        });
        self.file("signals.jsonl", &lines)
    }

    /// What a process is to do. Each is another day, so that a backup is due after it.
    fn args(&mut self, dice: &mut Dice) -> Vec<String> {
        self.number += 1;
        let account = format!("A-{}", dice.roll(ACCOUNTS));
        let args = match dice.roll(7) {
            0 => vec!["move".into(), account, "2".into()],
            1 => vec!["note".into(), account, format!("note {}", self.number)],
            2 => vec!["owner".into(), account, format!("dana{}", self.number % 3)],
            3 | 4 => vec!["import".into(), self.names_file("Firm")],
            5 => vec!["ingest".into(), self.signals_file()],
            _ => vec!["backup".into()],
        };
        let day = 1 + self.number % 28;
        [args, vec!["--now".into(), format!("2025-{:02}-{day:02}T09:00:00Z", 1 + self.number / 28)]].concat()
    }

    fn start(&self, args: &[String], out: &str) -> (Child, PathBuf) {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let out = self.home.0.path().join(out);
        let said = fs::File::create(&out).expect("it can be created");
        let mut command = self.home.process(&args);
        command.stdin(Stdio::null()).stdout(said).stderr(Stdio::null());
        (command.spawn().expect("it starts"), out)
    }

    /// Lets a process do `args` until it is killed at `point`. At times another one that is left alone changes the board,
    /// too. Says whether it was killed.
    fn kill(&mut self, args: &[String], point: StoreKill, has_other: bool) -> bool {
        let data = self.home.data();
        let before = DirectoryState {
            journal: length(&self.home),
            names: names(&data),
            backups: names(&data.join("backups")),
        };
        let (mut child, out) = self.start(args, "told");
        let note = ["note", "A-0", &format!("beside {}", self.number), "--as", "ben"].map(str::to_owned);
        let other = has_other.then(|| self.start(&note, "told.other"));
        let mut looked = 0;
        let status = loop {
            if let Some(status) = child.try_wait().expect("it can be waited for") {
                break status;
            }
            if point.is_due(&self.home, &before, looked) {
                child.kill().expect("it runs");
            }
            looked += 1;
            thread::yield_now();
        };
        let mut told = vec![out];
        if let Some((mut other, out)) = other {
            assert!(other.wait().expect("it ends").success(), "{args:?}, {point:?}: nothing is in its way");
            told.push(out);
        }
        let is_killed = was_killed(status);
        assert!(is_killed || status.success(), "{args:?}, {point:?}: {status}");
        self.check(&told, &format!("{args:?}, {point:?}"));
        is_killed
    }

    /// Everything that was ever read or told is there, and the whole backups are whole.
    fn check(&mut self, told: &[PathBuf], what: &str) {
        let data = self.home.data();
        let Opened { board, notices, read_only, .. } = self.open();
        assert_eq!(read_only, None, "{what}: {notices:?}");
        let journal = fs::read(data.join("journal.jsonl")).expect("it is there");
        assert!(journal.starts_with(&self.journal), "{what}: what was there is gone");
        self.journal = journal;
        for out in told {
            // Whoever is killed may have written half of a letter.
            let said = String::from_utf8_lossy(&fs::read(out).expect("it is there")).into_owned();
            let numbers = said.split("(#").skip(1).filter_map(|rest| rest.split(')').next()?.parse().ok());
            for seq in numbers {
                let seq: Seq = seq;
                assert!(seq <= board.seq(), "{what}: {said}, and there are {} entries", board.seq());
            }
        }
        for name in names(&data.join("backups")) {
            if name.ends_with(backup::EXTENSION) {
                let saved = backup::open(&data.join("backups").join(&name)).expect("it is whole");
                let kept = saved.read("data/journal.jsonl").expect("it is in it");
                assert!(self.journal.starts_with(&kept), "{what}: {name}");
            }
        }
    }

    fn open(&self) -> Opened<FileStore> {
        FileStore::open(&self.home.data(), shipped()).expect("it opens")
    }

    /// The board is what its entries make of it, wherever the snapshots come from; and the next backup removes what is left
    /// of others.
    fn end(self) {
        self.home.says(&["note", "A-0", "the end", "--now", "2027-01-01T09:00:00Z"]);
        let drafts: Vec<String> = names(&self.home.data().join("backups"))
            .into_iter()
            .filter(|name| !name.ends_with(backup::EXTENSION))
            .collect();
        assert_eq!(drafts, [""; 0]);
        let Opened { mut store, board, .. } = self.open();
        let mut replayed = Board::new(shipped());
        for entry in store.read_after(0).expect("it can be read") {
            replayed.apply(Arc::clone(&entry));
        }
        assert!(picture(&board) == picture(&replayed), "the snapshot shows another board");
    }
}

#[test]
fn whatever_is_killed_while_it_changes_the_board_nothing_that_was_confirmed_is_lost() {
    let all = kills(KILLS);
    let mut dice = Dice(0x2E_4B_91_7D_A3_C5_08_6F);
    let (mut runs, mut killed) = (0, 0);
    while killed < all {
        let mut life = Life::begin();
        for _ in 0..KILLS_A_LIFE.min(all - killed) {
            let (args, point) = (life.args(&mut dice), StoreKill::any(&mut dice));
            let has_other = dice.roll(4) == 0;
            runs += 1;
            killed += usize::from(life.kill(&args, point, has_other));
        }
        life.end();
        assert!(runs < 10 * all.max(KILLS), "only {killed} of {runs} were killed");
    }
    println!("{killed} of {runs} processes were killed");
}
