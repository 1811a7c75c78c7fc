//! `commands.toml`: programs of a team's own, each on a key.

use serde::Deserialize;
use toml::Spanned;

use super::chord::UnknownKey;
use super::key_sequence::KeySequence;
use super::keymap::{InputMode, KeyMeaning, Keymap};
use crate::config::ConfigError;
use crate::config::template::{Template, TemplatePart};
use crate::state::Account;
use crate::text;
use crate::tui::model::programs::{OutputTo, ProgramRun};

/// Where the keys of own commands work: wherever an account is chosen.
pub const MODES: [InputMode; 3] = [InputMode::Board, InputMode::Detail, InputMode::Alerts];

/// A program of a team's own, on a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCommand {
    /// What it is run with.
    pub keys: KeySequence,
    /// Already clean.
    pub title: String,
    program: OwnProgram,
    output: OutputTo,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum OwnProgram {
    /// A program and its arguments; no shell reads them.
    Words(Vec<Template>),
    /// A line for a shell, in which a variable stands for each value, and those values.
    Shell { line: String, values: Vec<(String, Template)> },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandsFile {
    #[serde(default)]
    command: Vec<Spanned<CommandTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandTable {
    key: Spanned<String>,
    title: Spanned<String>,
    run: Option<Spanned<Vec<Spanned<String>>>>,
    shell: Option<Spanned<String>>,
    #[serde(default)]
    output: OutputWord,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OutputWord {
    #[default]
    None,
    Pane,
    Note,
}

/// Reads `text` as commands. Their keys must be free in `keymap`.
///
/// # Errors
/// The first error, with its line and what to write instead.
pub fn parse(text: &str, file: &str, keymap: &Keymap) -> Result<Vec<OwnCommand>, ConfigError> {
    let read: CommandsFile =
        toml::from_str(text).map_err(|error| ConfigError::of_toml(file, text, &error))?;
    let mut commands: Vec<OwnCommand> = Vec::new();
    for table in &read.command {
        let span = table.span();
        let table = table.get_ref();
        let title = text::clean(table.title.get_ref().trim()).into_owned();
        if title.is_empty() {
            return Err(ConfigError::at(
                file,
                text,
                table.title.span(),
                "the title is empty: say what it does",
            ));
        }
        let keys = keys(table.key.get_ref(), &title, &commands, keymap)
            .map_err(|what| ConfigError::at(file, text, table.key.span(), what))?;
        let program = match (&table.run, &table.shell) {
            (Some(run), None) => words(run, text, file)?,
            (None, Some(shell)) => {
                shell_line(shell.get_ref()).map_err(|what| ConfigError::at(file, text, shell.span(), what))?
            }
            (Some(_), Some(shell)) => {
                let what = "a command has `run` or `shell`: leave one";
                return Err(ConfigError::at(file, text, shell.span(), what));
            }
            (None, None) => {
                let what = "nothing is run: write run = [\"program\", \"{external_id}\"]";
                return Err(ConfigError::at(file, text, span, what));
            }
        };
        let output = match table.output {
            OutputWord::None => OutputTo::Nowhere,
            OutputWord::Pane => OutputTo::Pane,
            OutputWord::Note => OutputTo::Note,
        };
        commands.push(OwnCommand { keys, title, program, output });
    }
    Ok(commands)
}

fn keys(key: &str, title: &str, others: &[OwnCommand], keymap: &Keymap) -> Result<KeySequence, String> {
    let keys: KeySequence = key.parse().map_err(|error: UnknownKey| error.to_string())?;
    let chords = keys.chords();
    for mode in MODES {
        let table = mode.name();
        for begun in (1..=chords.len()).map(|len| &chords[..len]) {
            if let KeyMeaning::Action(action) = keymap.meaning(mode, begun) {
                let taken = KeySequence::of(begun);
                return Err(format!(
                    "{taken} is bound to `{action}` and to \"{title}\": write another key, or put \"{taken}\" = \
                     \"none\" under [{table}] in keymap.toml"
                ));
            }
        }
        if let Some((rest, action)) = keymap.continuations(mode, chords).first() {
            return Err(format!(
                "{keys} begins {keys} {rest}, which is bound to `{action}`: write another key"
            ));
        }
    }
    let clash = others.iter().find(|other| {
        let theirs = other.keys.chords();
        theirs.starts_with(chords) || chords.starts_with(theirs)
    });
    match clash {
        Some(other) if other.keys == keys => {
            Err(format!("{keys} is bound to \"{}\" and to \"{title}\": write another key", other.title))
        }
        Some(other) => Err(format!(
            "{keys} and {} of \"{}\" begin alike, so that one could never be pressed: write another key",
            other.keys, other.title
        )),
        None => Ok(keys),
    }
}

fn words(run: &Spanned<Vec<Spanned<String>>>, text: &str, file: &str) -> Result<OwnProgram, ConfigError> {
    let templates = run.get_ref().iter().map(|word| {
        Template::parse(word.get_ref()).map_err(|what| ConfigError {
            key: "run".to_owned(),
            ..ConfigError::at(file, text, word.span(), what)
        })
    });
    let templates: Vec<Template> = templates.collect::<Result<_, _>>()?;
    let is_named = templates.first().is_some_and(|first| matches!(first.parts(), [TemplatePart::Text(_)]));
    if is_named {
        return Ok(OwnProgram::Words(templates));
    }
    let what = "the program comes first, and is the same for every account: write run = [\"program\", …]";
    Err(ConfigError::at(file, text, run.span(), what))
}

/// A line for a shell in which a variable stands for each placeholder. What a variable holds is never read as a part of
/// the line, whatever it is; quotes only keep it one word.
fn shell_line(written: &str) -> Result<OwnProgram, String> {
    if !cfg!(unix) {
        return Err("there is no such shell on this system: write run = [\"program\", …]".to_owned());
    }
    let template: Template = Template::parse(written)?;
    let (mut line, mut values, mut quote) = (String::new(), Vec::new(), None);
    for part in template.parts() {
        match part {
            TemplatePart::Text(text) => {
                quote = open_quote(text, quote);
                line.push_str(text);
            }
            TemplatePart::Placeholder(placeholder) => {
                let name = format!("GANGPLANK_{}", values.len() + 1);
                match quote {
                    None => line.extend(["\"${", &name, "}\""]),
                    Some('"') => line.extend(["${", &name, "}"]),
                    Some(_) => return Err("a placeholder stands in single quotes, where a shell puts nothing in: use double quotes".to_owned()),
                }
                values.push((name, Template::from(placeholder.clone())));
            }
        }
    }
    if line.trim().is_empty() {
        return Err("nothing is run: write a line for the shell".to_owned());
    }
    Ok(OwnProgram::Shell { line, values })
}

/// Which quote is open after `text`, where `quote` was before it.
fn open_quote(text: &str, mut quote: Option<char>) -> Option<char> {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None | Some('"'), '\\') => drop(chars.next()),
            _ => {}
        }
    }
    quote
}

impl OwnCommand {
    /// The program for `account`.
    ///
    /// # Errors
    /// A sentence when a value is unknown, or would be taken for an option.
    pub fn run_for(&self, account: &Account) -> Result<ProgramRun, String> {
        let fill = |template: &Template| template.fill(account, str::to_owned).map_err(|it| it.to_string());
        let (words, variables) = match &self.program {
            OwnProgram::Words(templates) => {
                let mut words: Vec<String> = Vec::new();
                for template in templates {
                    let word = fill(template)?;
                    let is_value = matches!(template.parts(), [TemplatePart::Placeholder(_), ..]);
                    if is_value && word.starts_with('-') && !words.iter().any(|word| word == "--") {
                        return Err(format!(
                            "{word} begins with -, and {} may take it for an option: write \"--\" before it in \
                             commands.toml",
                            words.first().map_or("the program", |word| word)
                        ));
                    }
                    words.push(word);
                }
                (words, Vec::new())
            }
            OwnProgram::Shell { line, values } => {
                let filled = values.iter().map(|(name, value)| Ok((name.clone(), fill(value)?)));
                let variables = filled.collect::<Result<Vec<_>, String>>()?;
                (vec!["sh".to_owned(), "-c".to_owned(), line.clone()], variables)
            }
        };
        let title = self.title.clone();
        Ok(ProgramRun { account: account.id.clone(), title, words, variables, output: self.output })
    }
}
