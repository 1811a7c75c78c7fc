//! No verb: the board itself.

use std::io::{self, IsTerminal};

use super::{Failure, Shell};

/// Opens the board, on the accounts in the store or on made-up ones.
pub(super) fn run(demo: bool, shell: &mut Shell) -> Result<(), Failure> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(Failure::Usage(
            "the board needs a terminal; without one, use `gangplank list`, `show`, `stages`, `log`, `import`, \
             `move`, `undo` or `redo`"
                .to_owned(),
        ));
    }
    let _ = (demo, shell);
    Err(Failure::Error("this build has no board".to_owned()))
}
