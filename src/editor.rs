//! A note or an email written in the person's own editor, in a private file.
//!
//! The caller hands the terminal over first and takes it back afterwards. No text is lost: the file stays until its
//! text is stored elsewhere, whatever ends the program before, and the person is told where it is.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use tempfile::TempDir;

use crate::text;

/// How many bytes a note may take: a few lines after a meeting, not its recording.
pub const LONGEST: usize = 64 * 1024;

/// The editor if neither `$VISUAL` nor `$EDITOR` is set.
const USUAL: &str = "vi";

/// The exit code of a shell for a program it cannot find.
const NOT_FOUND: i32 = 127;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftKind {
    Note,
    Email,
}

impl DraftKind {
    fn file(self) -> &'static str {
        match self {
            Self::Note => "note.md",
            Self::Email => "email.md",
        }
    }

    /// The one line that is not part of it. Every other line is, including headings of Markdown.
    fn advice(self, about: &str) -> String {
        match self {
            Self::Note => {
                format!("# A note on {about}. This line is left out; write nothing else to write none.")
            }
            Self::Email => {
                format!(
                    "# An email to {about}. This line is left out; nothing is sent when you close the editor."
                )
            }
        }
    }
}

impl std::fmt::Display for DraftKind {
    /// What did not come of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Note => "no note was added",
            Self::Email => "no email was written",
        })
    }
}

/// A note or an email being written: a file in a directory that only its owner may enter. Only [`Draft::discard`] removes it; dropped
/// by a panic, it says where it is.
#[derive(Debug)]
pub struct Draft {
    kind: DraftKind,
    dir: TempDir,
    file: PathBuf,
    editor: String,
    /// The content of the file before it was edited.
    page: String,
    /// The line in it that says what to do.
    advice: String,
}

/// How editing a draft ended.
#[derive(Debug)]
pub enum Outcome {
    /// What was written. The draft must live until the text is stored elsewhere.
    Written(String, Draft),
    /// The text did not change.
    Unchanged,
    /// The file is empty.
    Empty,
}

/// Why there is no note, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum EditorError {
    /// The file could not be created.
    #[error("there is no place to write in: {0}; see that $TMPDIR names a directory you may write to")]
    NoPlace(io::Error),
    /// The editor could not be started.
    #[error("`{0}` does not start: {1}; set $EDITOR to an editor that does{2}")]
    NotStarted(String, io::Error, KeptDraft),
    /// The editor was not found.
    #[error("no editor called `{0}` is installed: set $EDITOR to one that is")]
    NotInstalled(String),
    /// The editor failed, or was told to fail.
    #[error("`{0}` ended with {1}, so {2}{3}")]
    Failed(String, ExitStatus, DraftKind, KeptDraft),
    /// The file can no longer be read.
    #[error("what you wrote cannot be read back, so {1}: {0}{2}")]
    Gone(io::Error, DraftKind, KeptDraft),
    /// The file is not text.
    #[error("what you wrote is not UTF-8 text, so {0}{1}")]
    NotText(DraftKind, KeptDraft),
    /// The text is longer than a note may be.
    #[error("what you write may take {kib} KiB, and this is longer: write down what matters{0}", kib = LONGEST / 1024)]
    TooLong(KeptDraft),
}

impl EditorError {
    /// The path of the text that did not become a note.
    pub fn kept(&self) -> KeptDraft {
        match self {
            Self::NotStarted(.., kept)
            | Self::Failed(.., kept)
            | Self::Gone(.., kept)
            | Self::NotText(_, kept)
            | Self::TooLong(kept) => kept.clone(),
            Self::NoPlace(_) | Self::NotInstalled(_) => KeptDraft::default(),
        }
    }
}

/// The path of a text that did not become a note, if there is one.
#[derive(Clone, Debug, Default)]
pub struct KeptDraft(Option<PathBuf>);

impl KeptDraft {
    pub fn is_nothing(&self) -> bool {
        self.0.is_none()
    }
}

impl std::fmt::Display for KeptDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.as_ref().map_or(Ok(()), |path| write!(f, "; what you wrote is kept in {}", path.display()))
    }
}

impl Draft {
    /// A draft that starts with `text`, for or about the account named `about`.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn new(kind: DraftKind, text: &str, about: &str) -> Result<Self, EditorError> {
        let set = |name| std::env::var(name).ok().filter(|editor| !editor.trim().is_empty());
        let editor = set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| USUAL.to_owned());
        let about = text::clean(about);
        let advice = kind.advice(&about);
        let page = format!("{}\n\n{advice}\n", text.trim());
        // Only its owner may enter the directory: nobody else can read the note or replace it.
        let mut place = tempfile::Builder::new();
        place.prefix("gangplank-");
        #[cfg(unix)]
        place.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let mut dir = place.tempdir().map_err(EditorError::NoPlace)?;
        let file = dir.path().join(kind.file());
        create(&file).and_then(|mut file| file.write_all(page.as_bytes())).map_err(EditorError::NoPlace)?;
        dir.disable_cleanup(true);
        Ok(Self { kind, dir, file, editor, page, advice })
    }

    /// The command that opens the draft in the editor.
    pub fn editor(&self) -> Command {
        // A person's editor is a line for a shell, with quotes, flags, `~` and perhaps `NAME=value` before it, which
        // is what `env` is for. `exec`, so that signals reach the editor and none stops at a shell in between.
        #[cfg(unix)]
        let mut command = {
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("exec env {} \"$@\"", self.editor), &self.editor]);
            shell
        };
        #[cfg(not(unix))]
        let mut command = {
            let mut words = self.editor.split_whitespace();
            let mut command = Command::new(words.next().unwrap_or(USUAL));
            command.args(words);
            command
        };
        command.arg(&self.file);
        command
    }

    /// Reads the draft after the editor has ended.
    ///
    /// # Errors
    /// When the editor failed or left no text.
    pub fn finish(self, ended: io::Result<ExitStatus>) -> Result<Outcome, EditorError> {
        let bytes = self.bytes();
        let is_new = match &bytes {
            Ok(bytes) => bytes != self.page.as_bytes(),
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        };
        let (editor, kind) = (self.editor.clone(), self.kind);
        match ended {
            Err(error) => return Err(EditorError::NotStarted(editor, error, self.keep_if(is_new))),
            Ok(status) if status.code() == Some(NOT_FOUND) && !is_new => {
                self.discard();
                return Err(EditorError::NotInstalled(editor));
            }
            Ok(status) if !status.success() => {
                return Err(EditorError::Failed(editor, status, kind, self.keep_if(is_new)));
            }
            Ok(_) => {}
        }
        let bytes = match bytes {
            Ok(bytes) if bytes.len() <= self.room() => bytes,
            Ok(_) => return Err(EditorError::TooLong(self.keep())),
            Err(error) => return Err(EditorError::Gone(error, kind, self.keep_if(is_new))),
        };
        let Ok(text) = String::from_utf8(bytes) else {
            return Err(EditorError::NotText(kind, self.keep()));
        };
        let text = note(&text, &self.advice);
        if text.len() > LONGEST {
            return Err(EditorError::TooLong(self.keep()));
        }
        let nothing = if text.is_empty() {
            Outcome::Empty
        } else if kind == DraftKind::Note && text == note(&self.page, &self.advice) {
            Outcome::Unchanged
        } else {
            return Ok(Outcome::Written(text, self));
        };
        self.discard();
        Ok(nothing)
    }

    /// Keeps the file for good and returns its path.
    #[must_use = "somebody wants to know where it is"]
    pub fn keep(self) -> KeptDraft {
        KeptDraft(Some(self.file.clone()))
    }

    /// Removes the file: its text is stored elsewhere, or there is none.
    pub fn discard(mut self) {
        self.dir.disable_cleanup(false);
    }

    fn keep_if(self, holds_text: bool) -> KeptDraft {
        if holds_text {
            return self.keep();
        }
        self.discard();
        KeptDraft::default()
    }

    /// The content of the file, up to one byte more than the limit.
    fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(&self.file)?.take(self.room() as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// How many bytes the file may have: a note, and what was in it before.
    fn room(&self) -> usize {
        LONGEST + self.page.len()
    }
}

impl Drop for Draft {
    /// After a panic nothing else would say where the text is.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let sentence =
                format!("nobody knows what became of the text{}", KeptDraft(Some(self.file.clone())));
            let _ = writeln!(io::stderr(), "{}", text::clean(&sentence));
        }
    }
}

/// Creates a new file that only its owner may read.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The note in `page`: all of it but the advice line, with `\n` line ends, trimmed.
fn note(page: &str, advice: &str) -> String {
    let page = page.trim_start_matches('\u{feff}');
    let mut lines: Vec<&str> = page.lines().map(str::trim_end).collect();
    if let Some(at) = lines.iter().position(|line| line.starts_with(advice)) {
        // The note may go on after the advice, on the same line.
        let rest = lines[at][advice.len()..].trim_start();
        // Removing the advice leaves the text around it as far apart as it was.
        let gap = lines[..at].last().is_some_and(|line| line.is_empty());
        if rest.is_empty() {
            lines.remove(at);
            if gap && lines.get(at).is_some_and(|line| line.is_empty()) {
                lines.remove(at);
            }
        } else {
            lines[at] = rest;
        }
    }
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_note_is_all_that_was_written_wherever_it_stands() {
        let advice = "# A note on Acme. Left out.";
        for (page, means) in [
            ("", ""),
            ("\n\n# A note on Acme. Left out.\n", ""),
            ("\n\n# A note on Acme. Left out.\nbelow", "below"),
            ("above\n\n# A note on Acme. Left out.\n\nbelow\n", "above\n\nbelow"),
            ("above\n# A note on Acme. Left out. behind  \nbelow\n", "above\nbehind\nbelow"),
            (
                "They pay by card.  \r\n\r\n# Next\r\n- call\r\n# A note on Acme. Left out.\r\n",
                "They pay by card.\n\n# Next\n- call",
            ),
            ("# A note on Acme by me\n", "# A note on Acme by me"),
            ("\u{feff}no advice left\n\n\n", "no advice left"),
        ] {
            assert_eq!(note(page, advice), means, "{page:?}");
        }
    }

    #[test]
    fn what_is_written_stays_until_it_is_said_that_it_may_go() {
        let draft = || {
            let draft = Draft::new(DraftKind::Note, "They called", "Acme").expect("a place");
            let file = draft.file.clone();
            (draft, file)
        };
        let remove = |file: &Path| fs::remove_dir_all(file.parent().expect("a directory of its own"));
        let (dropped, file) = draft();
        drop(dropped);
        assert!(file.exists());
        remove(&file).expect("it is there");
        let (panicked, file) = draft();
        let panic = std::panic::catch_unwind(move || {
            let _in_scope = panicked;
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(panic.is_err() && file.exists());
        remove(&file).expect("it is there");
        let (discarded, file) = draft();
        discarded.discard();
        assert!(!file.exists() && !file.parent().is_some_and(Path::exists));
        // What cannot be read may well be there.
        let (unread, file) = draft();
        fs::remove_file(&file).and_then(|()| fs::create_dir(&file)).expect("it is ours");
        let error = unread.finish(Ok(ExitStatus::default())).expect_err("no text");
        assert!(error.to_string().ends_with(&format!("kept in {}", file.display())), "{error}");
        remove(&file).expect("it is there");
    }

    #[test]
    fn what_is_too_long_is_so_also_where_it_is_cut_within_a_letter() {
        for letter in ["x", "é", "漢"] {
            let draft = Draft::new(DraftKind::Note, "", "Acme").expect("a place");
            fs::write(&draft.file, letter.repeat(LONGEST + 1)).expect("it can be written");
            let error = draft.finish(Ok(ExitStatus::default())).expect_err("too long");
            let EditorError::TooLong(KeptDraft(Some(path))) = error else { panic!("{error}") };
            assert_eq!(fs::metadata(&path).expect("it is kept").len(), (letter.len() * (LONGEST + 1)) as u64);
            fs::remove_dir_all(path.parent().expect("a directory of its own")).expect("it is there");
        }
    }
}
