//! The whole program at several sizes: a person has at most some thousands of open accounts, and more and more that are
//! finished, which should cost nothing.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::pty::Pty;
use crate::screen::thousands;
use crate::table::{Table, Times};

/// How many accounts are open at most.
pub(crate) const OPEN: usize = 2_000;

/// How often a verb is run; the best counts.
pub(crate) const RUNS: usize = 5;

/// When the accounts are imported, and when the rest is measured.
const IMPORTED: &str = "2024-11-01T09:00:00Z";
const NOW: &str = "2024-12-15T09:00:00Z";

/// A day on which the renewals of some hundred are near.
const DUE: &str = "2024-12-26T09:00:00Z";

/// A store of one size.
pub(crate) struct Sized {
    accounts: usize,
    home: PathBuf,
    csv: PathBuf,
}

/// What was measured of one size, in seconds and MiB.
struct Measured {
    frame: f64,
    peak: Option<f64>,
    verbs: Vec<f64>,
}

/// What a person or a script does with one account, or with those who are open.
const VERBS: [(&str, &[&str]); 7] = [
    ("show", &["show", "A-000001"]),
    ("note", &["note", "A-000001", "called"]),
    ("move, there and back", &["move", "A-000003", "3a", "--force", "--reason", "measured"]),
    ("record", &["record", "A-000004", "reply.received"]),
    ("explain", &["explain", "A-000001"]),
    ("today", &["today"]),
    ("today --json", &["today", "--json"]),
];

/// Where a move ends whose times are taken: at the next one it goes back.
const STAGES: [&str; 2] = ["3a", "2"];

/// Where a team's own playbooks stand in a home.
const PLAYBOOKS: &str = ".config/gangplank/playbooks.toml";

/// How many signals are ingested at once, and by how many ingests beside an open board.
const SIGNALS: usize = 1_000;
const INGESTS: usize = 20;

/// From one account to the next of a file of signals. No size can be divided by it, so that everybody's turn comes.
const STEP: usize = 7_919;

/// How long an idle board is watched, in seconds.
const IDLE: u64 = 10;

pub(crate) fn scale(dir: &Path, sizes: &[usize], table: &mut Table) {
    let mut smallest: Option<Measured> = None;
    let (mut only_open, mut completion): (Option<f64>, Option<f64>) = (None, None);
    for accounts in sizes {
        let store = Sized::new(&dir.join(accounts.to_string()), *accounts, OPEN);
        let size = format!("{} accounts", thousands(*accounts));
        store.imports(&size, table);
        let measured = store.measure();
        let floor = only_open.map(|frame| ("with the 2,000 open ones alone", frame));
        table.time(format!("{size}, start to first frame"), measured.frame, floor, "≤ 3");
        if let Some(peak) = measured.peak {
            table.count(format!("{size}, peak memory of a board, MiB"), peak, None, "≤ 60");
        }
        for (at, (name, _)) in VERBS.iter().enumerate() {
            let floor = smallest.as_ref().map(|it| ("at the smallest size", it.verbs[at]));
            table.time(format!("{size}, {name}"), measured.verbs[at], floor, "≤ 3");
        }
        store.completes(&size, &mut completion, table);
        store.prints(&size, table);
        // Afterwards everybody has replied, and nobody is finished.
        store.idles(&size, table);
        store.ingests(&size, table);
        if *accounts == OPEN {
            only_open = Some(measured.frame);
        }
        smallest.get_or_insert(measured);
    }
}

impl Sized {
    /// A file in `home` of so many accounts, of which the first are `open`.
    pub(crate) fn new(home: &Path, accounts: usize, open: usize) -> Self {
        let home = home.to_owned();
        fs::create_dir_all(home.join(".config/gangplank")).expect("a directory");
        // What the clock does in one start would stand on the board of the next.
        fs::write(home.join(PLAYBOOKS), "built_in = false\n").expect("the directory takes files");
        let csv = home.join("accounts.csv");
        let mut text =
            "id,name,domain,stage,forecasted_mrr,next_renewal,specialist,contacts,plan\n".to_owned();
        for at in 0..accounts {
            let stage = if at < open { "2" } else { ["6a", "6b"][at % 2] };
            let (mrr, day, person) = (1_000 + at % 90, 1 + at % 28, ["ann", "ben"][at % 2]);
            writeln!(
                text,
                "A-{at:06},Harbor {at:06},h{at}.example,{stage},{mrr} USD,2025-01-{day:02},{person}@example.com,p{at}@h{at}.example,standard"
            )
            .expect("text takes text");
        }
        fs::write(&csv, text).expect("the directory takes files");
        Self { accounts, home, csv }
    }

    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    fn command(&self, now: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gangplank"));
        command.env_clear().env("HOME", &self.home).env("TZ", "UTC").env("USER", "ann");
        command.args(args).args(["--now", now, "--as", "ann", "--data-dir"]).arg(self.data());
        command
    }

    fn run(&self, now: &str, args: &[&str]) -> Vec<u8> {
        let output = self.command(now, args).output().expect("the program starts");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Imports the file.
    pub(crate) fn imported(&self) {
        self.run(IMPORTED, &["import", self.csv.to_str().expect("a path in UTF-8"), "--take-stages"]);
    }

    /// Imports the file, and once more; beside reading it and writing as many bytes, durably.
    fn imports(&self, size: &str, table: &mut Table) {
        let csv = &self.csv;
        let (mut parse, mut write) = (Times::default(), Times::default());
        let (mut new, mut same) = (Times::default(), Times::default());
        new.note(|| self.imported());
        self.first_day(size, table);
        same.note(|| self.imported());
        parse.note(|| {
            csv::Reader::from_path(csv)
                .expect("the file")
                .records()
                .map(|it| it.expect("a row").len())
                .sum::<usize>()
        });
        let bytes = fs::read(self.data().join("journal.jsonl")).expect("the journal");
        write.note(|| self.write(&bytes));
        let floor = parse.best() + write.best();
        table.time(format!("{size}, import"), new.best(), Some(("csv and a durable write", floor)), "≤ 2");
        table.time(
            format!("{size}, the same import again"),
            same.best(),
            Some(("csv", parse.best())),
            "≤ 1.2",
        );
        // So that no verb finds the import among the latest entries.
        for at in 0..12 {
            self.run(IMPORTED, &["note", "A-000002", &format!("note {at}")]);
        }
    }

    /// The first look after the import, on a day that sets playbooks off: a copy of the store, with the playbooks that
    /// come with the program.
    fn first_day(&self, size: &str, table: &mut Table) {
        let first = Self { accounts: self.accounts, home: self.home.join("first"), csv: self.csv.clone() };
        fs::create_dir_all(first.data()).expect("a directory");
        for file in ["journal.jsonl", "snapshot.jsonl"] {
            // Small stores have no snapshot.
            let _ = fs::copy(self.data().join(file), first.data().join(file));
        }
        let (mut frame, mut done) = (Times::default(), Times::default());
        let mut pty = done.note(|| {
            let mut pty = frame.note(|| {
                let mut pty = Pty::gangplank(&first.data(), &first.home, DUE);
                pty.wait_for_frame("Harbor");
                pty
            });
            pty.wait_for_frame("clock:");
            pty
        });
        pty.press("j");
        pty.wait_for_frame("Harbor");
        let peak = pty.peak();
        pty.quit();
        table.time(format!("{size}, first frame after the import"), frame.best(), None, "");
        table.time(format!("{size}, until the playbooks of that day have run"), done.best(), None, "");
        if let Some(peak) = peak {
            table.count(format!("{size}, peak memory until then, MiB"), peak, None, "");
        }
    }

    fn measure(&self) -> Measured {
        // The first board leaves a snapshot behind.
        self.board(&mut Times::default());
        let mut frame = Times::default();
        let peaks: Vec<_> = (0..RUNS).map(|_| self.board(&mut frame)).collect();
        let verbs = VERBS.iter().map(|(_, args)| {
            let mut times = Times::default();
            for run in 0..RUNS {
                let mut args = args.to_vec();
                if args[0] == "move" {
                    args[2] = STAGES[run % 2];
                }
                drop(times.note(|| self.run(NOW, &args)));
            }
            times.best()
        });
        let peak = peaks.into_iter().flatten().max_by(f64::total_cmp);
        Measured { frame: frame.best(), peak, verbs: verbs.collect() }
    }

    /// Opens a board, looks at it and leaves; answers its peak memory in MiB.
    pub(crate) fn board(&self, times: &mut Times) -> Option<f64> {
        let mut pty = times.note(|| {
            let mut pty = Pty::gangplank(&self.data(), &self.home, NOW);
            pty.wait_for_frame("Harbor");
            pty
        });
        // What is done between keys is part of it.
        pty.press("j");
        pty.wait_for_frame("Harbor");
        std::thread::sleep(Duration::from_secs(2));
        let peak = pty.peak();
        pty.quit();
        peak
    }

    /// What a shell asks at a press of tab, for the last account of all.
    fn completes(&self, size: &str, smallest: &mut Option<f64>, table: &mut Table) {
        let last = format!("A-{:06}", self.accounts - 1);
        let data = self.data();
        let line = format!("gangplank --data-dir {} show {last}", data.display());
        let mut times = Times::default();
        for _ in 0..RUNS {
            let output = times.note(|| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_gangplank"));
                command.env_clear().env("HOME", &self.home).env("COMPLETE", "bash");
                command.env("_GANGPLANK_LINE", &line).env("_GANGPLANK_WORD", &last);
                command.args(["--", "gangplank"]).output().expect("the program starts")
            });
            assert!(String::from_utf8_lossy(&output.stdout).contains(&last), "{output:?}");
        }
        let floor = smallest.map(|time| ("at the smallest size", time));
        table.time(format!("{size}, completion of an id"), times.best(), floor, "≤ 3");
        smallest.get_or_insert(times.best());
    }

    /// JSON lines with signals of `count` accounts all over the board, other ones for each `batch` as long as there are some.
    fn signals(&self, batch: usize, count: usize) -> PathBuf {
        let mut text = String::new();
        for at in 0..count {
            let account = (batch * count + at) * STEP % self.accounts;
            writeln!(
                text,
                r#"{{"id":"e-{batch}-{at}","signal":"reply.received","account":{{"external_id":"A-{account:06}"}},"at":"2024-12-14T10:00:00Z","source":"bench"}}"#
            )
            .expect("text takes text");
        }
        let path = self.home.join(format!("signals-{batch}.jsonl"));
        fs::write(&path, text).expect("the directory takes files");
        path
    }

    /// A signal of every account, beside reading their JSON and writing as many bytes, durably.
    fn ingests(&self, size: &str, table: &mut Table) {
        let path = self.signals(0, self.accounts);
        let journal = self.data().join("journal.jsonl");
        let before = fs::metadata(&journal).expect("the journal").len();
        let (mut ours, mut parse, mut write) = (Times::default(), Times::default(), Times::default());
        ours.note(|| self.run(NOW, &["ingest", path.to_str().expect("a path in UTF-8")]));
        let text = fs::read_to_string(&path).expect("the file");
        parse.note(|| {
            let objects = text.lines().map(serde_json::from_str::<serde_json::Value>);
            objects.map(|it| usize::from(it.expect("JSON").is_object())).sum::<usize>()
        });
        let bytes = fs::read(&journal).expect("the journal");
        let bytes = &bytes[usize::try_from(before).expect("it fits")..];
        write.note(|| self.write(bytes));
        let floor = Some(("JSON and a durable write", parse.best() + write.best()));
        table.time(format!("{size}, ingest of a signal each"), ours.best(), floor, "≤ 2");
    }

    fn write(&self, bytes: &[u8]) {
        let mut file = File::create(self.home.join("bytes")).expect("a file");
        file.write_all(bytes).and_then(|()| file.sync_all()).expect("it takes bytes");
    }

    /// How often a board wakes up that nobody touches, and how much it grows while others change 20,000 things.
    fn idles(&self, size: &str, table: &mut Table) {
        let mut pty = Pty::gangplank(&self.data(), &self.home, NOW);
        pty.wait_for_frame("Harbor");
        std::thread::sleep(Duration::from_secs(3));
        let Some(before) = pty.wake_ups() else { return };
        std::thread::sleep(Duration::from_secs(IDLE));
        let after = pty.wake_ups().expect("it runs");
        let second = (after - before) / IDLE as f64;
        // The store is looked at ten times a second.
        table.count(
            format!("{size}, wake-ups a second of an idle board"),
            second,
            Some(("looks at the store", 10.0)),
            "≤ 1",
        );
        let mut grown = Vec::new();
        for batch in 1..=INGESTS {
            let path = self.signals(batch, SIGNALS);
            self.run(NOW, &["ingest", path.to_str().expect("a path in UTF-8")]);
            fs::remove_file(path).expect("it is there");
            grown.extend(pty.resident());
        }
        std::thread::sleep(Duration::from_secs(2));
        let (first, last) = (grown[INGESTS / 2], pty.resident().expect("it runs"));
        table.count(
            format!("{size}, MiB of a board after 20,000 changes by others"),
            last,
            Some(("after half of them", first)),
            "",
        );
        pty.quit();
    }

    /// Everyone as JSON, beside reading and printing the same text.
    fn prints(&self, size: &str, table: &mut Table) {
        let text = self.home.join("list.json");
        fs::write(&text, self.run(NOW, &["list", "--json"])).expect("the directory takes files");
        let (mut ours, mut floor) = (Times::default(), Times::default());
        for _ in 0..3 {
            ours.note(|| self.run(NOW, &["list", "--json"]));
            floor.note(|| Command::new("cat").arg(&text).output().expect("cat"));
        }
        let shown = fs::metadata(&text).expect("it is there").len() / self.accounts as u64;
        assert!(shown > 50, "everybody is listed");
        table.time(
            format!("{size}, list --json"),
            ours.best(),
            Some(("cat of the text", floor.best())),
            "≤ 1.5",
        );
    }
}
