//! What goes on beside the screen: what is worked out, and programs.

use std::sync::mpsc::TrySendError;

use tokio::task::JoinError;

use super::{EventLoop, Next};
use crate::session::past::PastRequest;
use crate::session::{Report, Request};
use crate::state::values::past_day::PastDay;
use crate::tui::model::msg::Msg;
use crate::tui::model::programs::{ProgramRun, RunOutcome};
use crate::tui::shell::programs;

impl EventLoop {
    /// Begins what is to be worked out next.
    pub(super) fn begin_job(&mut self) {
        if let Some(job) = self.app.next_job() {
            self.beside.spawn_blocking(move || job.run());
        }
    }

    /// What a report is about is on the board that is being arranged.
    pub(super) fn may_report(&self) -> bool {
        self.app.beside.ahead.is_none()
    }

    /// Has the board of an earlier day worked out where the journal is.
    pub(super) fn read_day(&mut self, day: PastDay) -> Next {
        let (by, zone) = (self.app.setup.me.clone(), self.app.clock.zone);
        self.read_past(PastRequest::Day { day, by, zone })
    }

    pub(super) fn read_past(&mut self, asked: PastRequest) -> Next {
        let refused = self.session.requests.try_send(Request::Past(asked)).err();
        if let Some(
            TrySendError::Full(Request::Past(asked)) | TrySendError::Disconnected(Request::Past(asked)),
        ) = refused
        {
            // Who waits for it hears that it does not come.
            return self
                .handle(Msg::Report(Report::PastUnread(asked, "the disk does not answer".to_owned())));
        }
        Next::Draw
    }

    /// Starts a program beside the board.
    pub(super) fn run(&mut self, run: ProgramRun) -> Next {
        if self.running.len() >= programs::RUNNING {
            let why = format!("{} programs are still running", programs::RUNNING);
            return self.handle(Msg::Ran(run, RunOutcome::Failed(why)));
        }
        self.running.spawn(programs::run(run));
        Next::Draw
    }

    pub(super) fn take_ran(&mut self, ran: Result<(ProgramRun, RunOutcome), JoinError>) -> Next {
        match ran {
            Ok((run, outcome)) => self.handle(Msg::Ran(run, outcome)),
            // It panicked, which the hook has reported, and the loop ends.
            Err(_) => Next::Draw,
        }
    }
}
