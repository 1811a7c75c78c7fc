//! Completions for bash, which splits words at `:` and `=`, and leaves quoting to us.
//!
//! The adapter of `clap_complete` hands on the words as bash splits them, so `--where owner:` and keys of alerts, which
//! hold a colon, cannot be completed; and a name with spaces becomes several words. Here bash hands on the line.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap_complete::engine::complete;
use clap_complete::env::EnvCompleter;

/// The line up to the cursor.
const LINE: &str = "_GANGPLANK_LINE";
/// What bash takes for the word that is completed, and will replace.
const WORD: &str = "_GANGPLANK_WORD";

pub(super) struct BashLine;

impl EnvCompleter for BashLine {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        writeln!(
            out,
            r#"_complete_{name}() {{
    local reply
    COMPREPLY=()
    while IFS= read -r reply; do
        COMPREPLY+=("$reply")
    done < <({LINE}="${{COMP_LINE:0:COMP_POINT}}" {WORD}="$2" {var}=bash "{completer}" -- "$1" 2>/dev/null)
    if [[ ${{#COMPREPLY[@]}} -eq 1 && ${{COMPREPLY[0]}} == *[:=/] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}}
complete -o bashdefault -F _complete_{name} {bin}"#
        )
    }

    fn write_complete(
        &self,
        command: &mut clap::Command,
        _args: Vec<OsString>,
        current_dir: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let line = Line::typed();
        let index = line.words.len().saturating_sub(1);
        let words = line.words.iter().map(OsString::from).collect();
        let candidates = complete(command, words, index, current_dir)?;
        let replaced = std::env::var(WORD).unwrap_or_default();
        let is_only = candidates.len() == 1;
        for candidate in candidates {
            let value = candidate.get_value().to_string_lossy();
            let end = line.quote.filter(|_| is_only && !value.ends_with([':', '='])).map(String::from);
            writeln!(out, "{}{}", line.inserted(&value, &replaced), end.unwrap_or_default())?;
        }
        Ok(())
    }
}

/// A line as somebody typed it, up to the cursor.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Its words, without their quotes. The last one is where the cursor is; it may be empty.
    pub(super) words: Vec<String>,
    /// How the last word is written.
    last: String,
    /// The quote that is still open at its end.
    quote: Option<char>,
}

impl Line {
    pub(super) fn typed() -> Self {
        Self::parse(&std::env::var(LINE).unwrap_or_default())
    }

    fn parse(text: &str) -> Self {
        let (mut words, mut word, mut start, mut quote) = (Vec::new(), String::new(), 0, None);
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (None, '\'' | '"') => quote = Some(c),
                (None | Some('"'), '\\') => word.extend(chars.next().map(|(_, next)| next)),
                (None, c) if c.is_whitespace() => {
                    if start < at {
                        words.push(std::mem::take(&mut word));
                    }
                    start = at + c.len_utf8();
                }
                (_, c) => word.push(c),
            }
        }
        words.push(word);
        Self { words, last: text[start..].to_owned(), quote }
    }

    /// What bash is to put in the place of `replaced`, the end of the last word, for that word to become `value`.
    fn inserted(&self, value: &str, replaced: &str) -> String {
        let kept = self.last.strip_suffix(replaced).unwrap_or_default();
        let kept = Self::parse(kept).words.concat().chars().count();
        let mut out = String::with_capacity(value.len());
        for c in value.chars().skip(kept) {
            match self.quote {
                Some('\'') if c == '\'' => out.push_str(r"'\'"),
                Some('"') if "\"$`\\".contains(c) => out.push('\\'),
                None if c.is_ascii() && !c.is_ascii_alphanumeric() && !"_@%+=:,./-".contains(c) => {
                    out.push('\\');
                }
                _ => {}
            }
            out.push(c);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_split_as_bash_reads_it() {
        for (line, words, quote) in [
            ("gangplank ", &["gangplank", ""][..], None),
            ("gangplank  show Ac", &["gangplank", "show", "Ac"], None),
            (r#"gangplank show "Acme L"#, &["gangplank", "show", "Acme L"], Some('"')),
            (r"gangplank show Acme\ L", &["gangplank", "show", "Acme L"], None),
            (
                "gangplank list --where 'owner:me ri",
                &["gangplank", "list", "--where", "owner:me ri"],
                Some('\''),
            ),
            ("gangplank show '' ", &["gangplank", "show", "", ""], None),
        ] {
            let parsed = Line::parse(line);
            assert_eq!(
                (&parsed.words[..], parsed.quote),
                (&words.iter().map(ToString::to_string).collect::<Vec<_>>()[..], quote),
                "{line}"
            );
        }
    }

    #[test]
    fn what_is_inserted_makes_the_word() {
        for (line, replaced, value, inserted) in [
            ("show Ac", "Ac", "Acme Ltd", r"Acme\ Ltd"),
            (r"show Acme\ L", r"Acme\ L", "Acme Ltd", r"Acme\ Ltd"),
            (r#"show "Acme L"#, "Acme L", "Acme $Ltd", r"Acme \$Ltd"),
            ("show 'O", "O", "O'Neil", r"O'\''Neil"),
            ("--where owner:n", "n", "owner:none", "none"),
            ("--where owner:", "", "owner:none", "none"),
            ("--where 'owner:n", "owner:n", "owner:none", "owner:none"),
            ("show ", "", "$(rm -rf ~);`x`", r"\$\(rm\ -rf\ \~\)\;\`x\`"),
        ] {
            assert_eq!(Line::parse(line).inserted(value, replaced), inserted, "{line}");
        }
    }
}
