//! The live sources of an open board, without its screen.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use gangplank::config::{pipeline, sources};
use gangplank::intake::people::TeamAddresses;
use gangplank::session::{Handle, spawn};
use gangplank::sources::{ReadingTerms, SourceNews};
use gangplank::state::{AccountId, Roster};
use gangplank::sync::worker::{SourceWorkers, Surroundings};

use super::home::{Home, now};

/// Far beyond anything that happens on a busy machine; only a failure takes this long.
const DEADLINE: Duration = Duration::from_secs(30);

pub(crate) struct OpenSources {
    pub(crate) workers: SourceWorkers,
    handle: Handle,
    news: Receiver<SourceNews>,
}

impl OpenSources {
    /// Starts the sources that `text` describes, as `sources.toml` would, on the board in `home`. Dan is of the team.
    pub(crate) fn start(home: &Home, text: &str) -> Self {
        let stages = pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("the shipped pipeline");
        let sources = sources::parse(text, "sources.toml", &stages).expect("sources");
        let team = TeamAddresses::new(&Roster::default(), &["dan@team.test".into()]);
        let handle = spawn(home.session());
        let around = Surroundings {
            directory: home.data().join("sources"),
            boards: handle.boards.clone(),
            clock: Arc::new(now),
            terms: Arc::new(ReadingTerms { team, ..ReadingTerms::default() }),
        };
        let mut workers = SourceWorkers::start(&sources, &handle.requests, &around);
        let mut told = std::mem::replace(&mut workers.news, SourceWorkers::none().news);
        let (forward, news) = channel();
        std::thread::spawn(move || {
            while let Some(news) = told.blocking_recv() {
                if forward.send(news).is_err() {
                    return;
                }
            }
        });
        Self { workers, handle, news }
    }

    /// The outcome of the next reading.
    pub(crate) fn reading(&self) -> SourceNews {
        self.news.recv_timeout(DEADLINE).expect("a source was read")
    }

    /// Waits until Acme is in `stage`, after whichever reading.
    pub(crate) fn wait_for_stage(&self, stage: &str) {
        loop {
            let board = self.handle.boards.borrow().clone();
            let acme = board.find(&AccountId::new("A-1")).expect("Acme").placement.clone();
            if acme.is_some_and(|placement| placement.stage.as_str() == stage) {
                return;
            }
            drop(board);
            self.reading();
        }
    }

    /// Leaves the board.
    pub(crate) fn close(mut self) {
        self.workers.stop();
        self.handle.finish().expect("it ends");
    }
}

/// `sources.toml` with the Maildirs below `path`, which is read by itself once a day.
pub(crate) fn maildir(path: &Path) -> String {
    format!("[source.mail]\nkind = \"maildir\"\nevery = \"1d\"\npath = \"{}\"\n", path.display())
}
