//! The person's clipboard, by whatever program there is for it.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::tui::model::msg::CopiedTo;

/// A program that takes longer than this has nobody to give the text to.
const PATIENCE: Duration = Duration::from_secs(1);

/// The programs that take text from their input, in the order they are tried: each with the variable without which it
/// has nothing to copy to, and where the text goes.
const PROGRAMS: [(&str, &[&str], Option<&str>, CopiedTo); 5] = [
    ("tmux", &["load-buffer", "-w", "-"], Some("TMUX"), CopiedTo::Tmux),
    ("wl-copy", &[], Some("WAYLAND_DISPLAY"), CopiedTo::Clipboard),
    ("xclip", &["-selection", "clipboard"], Some("DISPLAY"), CopiedTo::Clipboard),
    ("pbcopy", &[], None, CopiedTo::Clipboard),
    ("clip.exe", &[], None, CopiedTo::Clipboard),
];

/// Gives `text` to the first program that takes it. Where none does, it is the terminal's to take.
pub(super) async fn copy(text: &str) -> CopiedTo {
    let has = |variable: &str| std::env::var_os(variable).is_some_and(|value| !value.is_empty());
    for (program, args, variable, copied_to) in PROGRAMS {
        // From far away, a program without a display would fill the clipboard of the machine there.
        let is_here = variable.map_or_else(|| !has("SSH_CONNECTION"), has);
        if is_here && tokio::time::timeout(PATIENCE, takes(program, args, text)).await == Ok(true) {
            return copied_to;
        }
    }
    CopiedTo::Terminal
}

async fn takes(program: &str, args: &[&str], text: &str) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let Ok(mut child) = command.spawn() else { return false };
    let Some(mut input) = child.stdin.take() else { return false };
    if input.write_all(text.as_bytes()).await.is_err() {
        return false;
    }
    // The end of the input is the end of the text.
    drop(input);
    child.wait().await.is_ok_and(|status| status.success())
}
