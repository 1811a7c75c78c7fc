//! What the terminal reports, with escape sequences that arrive in pieces put together again.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use tokio::time::{Instant, timeout_at};
use tokio_stream::StreamExt;

use crate::tui::input::escape::EscapeJoiner;
use crate::tui::theme::Background;

/// What came from the terminal.
pub(super) enum TerminalInput {
    Event(Event),
    /// The answer to what its background is.
    Background(Background),
}

pub(super) struct TerminalEvents {
    stream: EventStream,
    joiner: EscapeJoiner,
    /// What to pass on first.
    ready: VecDeque<TerminalInput>,
    /// When what is held is passed on.
    deadline: Instant,
    /// How long it is held.
    escape_wait: Duration,
}

impl TerminalEvents {
    pub(super) fn new(escape_wait: Duration) -> Self {
        Self {
            stream: EventStream::new(),
            joiner: EscapeJoiner::default(),
            ready: VecDeque::new(),
            deadline: Instant::now(),
            escape_wait,
        }
    }

    /// The next event; `None` once the terminal is gone. Dropping the future loses none.
    pub(super) async fn next(&mut self) -> Option<io::Result<TerminalInput>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(Ok(event));
            }
            let event = if self.joiner.is_waiting() {
                let Ok(event) = timeout_at(self.deadline, self.stream.next()).await else {
                    self.ready.extend(self.joiner.expire().into_iter().map(TerminalInput::Event));
                    continue;
                };
                event
            } else {
                self.stream.next().await
            };
            match event? {
                Ok(event) => {
                    self.ready.extend(self.joiner.take(event).into_iter().map(TerminalInput::Event));
                    self.ready.extend(self.joiner.background().map(TerminalInput::Background));
                }
                Err(error) => return Some(Err(error)),
            }
            self.deadline = Instant::now() + self.escape_wait;
        }
    }
}
