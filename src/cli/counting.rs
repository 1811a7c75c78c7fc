//! How far something long has come, for who waits at a terminal before there is a board.

use std::io::{self, IsTerminal, Write as _};

use crate::state::Seq;

/// Shows that `done` of `all` entries are read, over what it showed before; nothing once that is all of them.
pub(super) fn show_count(done: Seq, all: Seq) {
    let mut shown = io::stderr();
    if !shown.is_terminal() {
        return;
    }
    let line = if done < all { format!("copied {done} of {all} changes") } else { String::new() };
    // Nothing more can be done about a terminal that takes no words.
    let _ = write!(shown, "\r\x1b[K{line}");
    let _ = shown.flush();
}
