//! The real binary, in a home of its own.

use std::path::Path;

use assert_cmd::Command;
use chrono::{DateTime, Utc};
use gangplank::config::{pipeline, playbooks};
use gangplank::session::Session;
use gangplank::state::command::AccountFacts;
use gangplank::state::{Actor, Command as Wish, FactKey, FactValue, Now};
use gangplank::store::FileStore;
use tempfile::TempDir;

pub(crate) const NOW: &str = "2024-12-15T09:00:00Z";

/// Records that a payment of Acme failed.
pub(crate) const FAILED_PAYMENT: [&str; 9] =
    ["record", "A-1", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD", "--attempt", "1"];

/// A home of its own: data, configuration, and nothing of the developer's.
pub(crate) struct Home(pub(crate) TempDir);

impl Home {
    pub(crate) fn empty() -> Self {
        let home = Self(tempfile::tempdir().expect("a directory to live in"));
        std::fs::create_dir(home.0.path().join("config")).expect("it can be written to");
        home.config("config.toml", "time_zone = \"Europe/Berlin\"\n");
        home
    }

    /// With the accounts most tests need.
    pub(crate) fn new() -> Self {
        let home = Self::empty();
        home.import(&[
            account("A-1", "Acme", Some("83600"), Some("2024-12-22")),
            account("A-2", "Bolt", Some("50000"), Some("2024-12-20")).in_stage("3a. Engaged - Email"),
            account("A-3", "Crate", None, None).in_stage("Somewhere else"),
            account("A-4", "Dune", Some("9000"), Some("2025-01-31")),
        ]);
        home
    }

    /// With Acme alone, which renews on that day and can be written to at that address.
    pub(crate) fn with_acme(renewal: &str, email: &str) -> Self {
        let home = Self::empty();
        let emails = FactValue::List(vec![email.into()]);
        let acme = account("A-1", "Acme", Some("83600"), Some(renewal));
        home.import(&[acme.with(FactKey::AdminEmails, emails)]);
        home
    }

    /// The same, and Dan of the team.
    pub(crate) fn with_acme_and_dan() -> Self {
        let home = Self::with_acme("2025-01-22", "billing@acme.test");
        home.config("config.toml", "specialists = [\"dan@team.test\"]\n");
        home
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.0.path().join("data")
    }

    pub(crate) fn config(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join("config").join(name), text).expect("it can be written to");
    }

    pub(crate) fn session(&self) -> Session {
        let pipeline = pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("the shipped pipeline");
        let playbooks = playbooks::overlaid("", "playbooks.toml", &pipeline).expect("the shipped playbooks");
        let opened = FileStore::open(&self.data(), pipeline.into()).expect("the store opens");
        Session::new(Box::new(opened.store), opened.board, std::sync::Arc::new(playbooks.into()))
    }

    pub(crate) fn submit(&self, wish: &Wish) {
        self.submit_at(wish, now());
    }

    fn submit_at(&self, wish: &Wish, now: Now) {
        let by = Actor::Person("dana".into());
        self.session().submit(wish, &by, now).expect("the board does not mind");
    }

    pub(crate) fn import(&self, rows: &[AccountFacts]) {
        self.import_at(rows, NOW);
    }

    /// The same, at another time.
    pub(crate) fn import_at(&self, rows: &[AccountFacts], at: &str) {
        let source = "import accounts.csv".into();
        let wish = Wish::Import { source, rows: rows.to_vec().into(), take_stages: false };
        self.submit_at(&wish, Now::utc(at.parse().expect("a time")));
    }

    /// `gangplank ARGS` in this home, on the morning of the tests.
    pub(crate) fn gangplank(&self, args: &[&str]) -> Command {
        hermetic(self.0.path(), args)
    }

    /// The same, for whoever watches it run.
    pub(crate) fn process(&self, args: &[&str]) -> std::process::Command {
        process(self.0.path(), args)
    }

    /// What it says when all goes well.
    pub(crate) fn says(&self, args: &[&str]) -> String {
        let output = self.gangplank(args).output().expect("it runs");
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout).expect("it speaks UTF-8")
    }

    /// What it says on stderr when it ends with `code`.
    pub(crate) fn complains(&self, args: &[&str], code: i32) -> String {
        let output = self.gangplank(args).output().expect("it runs");
        assert_eq!(output.status.code(), Some(code), "{args:?}: {output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{args:?}");
        String::from_utf8(output.stderr).expect("it speaks UTF-8").trim_end().to_owned()
    }

    /// What it tells people beside the output when all goes well.
    pub(crate) fn told(&self, args: &[&str]) -> String {
        let output = self.gangplank(args).output().expect("it runs");
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stderr).expect("it speaks UTF-8").trim_end().to_owned()
    }

    pub(crate) fn json(&self, args: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.says(args)).expect("it says JSON")
    }
}

/// How a run ended: exit code, standard output, standard error.
pub(crate) type Ended = (i32, String, String);

/// How `gangplank ARGS` ends in `home`, from where it is started, on the morning of the tests; `input` is piped into it.
pub(crate) fn run_in(home: &Path, args: &[&str], input: &str) -> Ended {
    let output = hermetic(home, args).current_dir(home).write_stdin(input).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("it speaks UTF-8");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// `gangplank ARGS`, which finds nothing of the developer's.
fn hermetic(home: &Path, args: &[&str]) -> Command {
    process(home, args).into()
}

fn process(home: &Path, args: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_gangplank"));
    command
        .args(args)
        .env_clear()
        .env("HOME", home)
        .env("USER", "dana")
        .env("GANGPLANK_DATA_DIR", home.join("data"))
        .env("GANGPLANK_CONFIG_DIR", home.join("config"))
        .env("GANGPLANK_NOW", NOW);
    command
}

pub(crate) fn now() -> Now {
    Now::utc(NOW.parse::<DateTime<Utc>>().expect("a time"))
}

pub(crate) fn account(id: &str, name: &str, cents: Option<&str>, renewal: Option<&str>) -> AccountFacts {
    let mut facts = AccountFacts::new(id).text(FactKey::Name, name);
    if let Some(cents) = cents {
        let money =
            gangplank::state::Money::new(cents.parse().expect("cents"), gangplank::state::Currency::USD);
        facts = facts.with(FactKey::ForecastedMrr, FactValue::Money(money));
    }
    if let Some(renewal) = renewal {
        facts = facts.with(FactKey::NextRenewal, FactValue::Date(renewal.parse().expect("a date")));
    }
    facts
}

/// `text` without our own colours.
pub(crate) fn uncolored(text: &str) -> String {
    let mut out = String::new();
    for (place, piece) in text.split("\x1b[").enumerate() {
        out.push_str(if place == 0 { piece } else { piece.split_once('m').map_or(piece, |(_, rest)| rest) });
    }
    out
}
