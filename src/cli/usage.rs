//! What is wrong with a command line, in one sentence that says what to write.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::suggest::either;

/// The sentence for `error`, without a full stop.
pub fn sentence(error: &clap::Error) -> String {
    let arg = argument(error);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let verb = text(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            let known = near(error, ContextKind::SuggestedSubcommand);
            let known = known.unwrap_or_else(|| format!("`{} --help` lists them", called(error)));
            format!("`{verb}` is no verb of `{}`: {known}", called(error))
        }
        ErrorKind::UnknownArgument => unknown(error, &arg),
        ErrorKind::InvalidValue => invalid(error, &arg),
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            format!("{arg}: {why}")
        }
        ErrorKind::MissingRequiredArgument => {
            let usage = usage(error).map_or_else(String::new, |usage| format!(": write `{usage}`"));
            let is = if arg.contains(" and ") { "are" } else { "is" };
            format!("{arg} {is} missing{usage}")
        }
        ErrorKind::ArgumentConflict => {
            let first = text(error, ContextKind::InvalidSubcommand).map(|verb| format!("`{verb}`"));
            let other = text(error, ContextKind::PriorArg).map(|arg| plain(&arg)).unwrap_or_default();
            match first.unwrap_or(arg) {
                first if first == other => format!("{first} stands there twice: write it once"),
                first => format!("{first} does not go with {other}: leave one of them out"),
            }
        }
        ErrorKind::InvalidUtf8 => "a word of it is not UTF-8: write it anew".to_owned(),
        _ => {
            let rendered = error.render().to_string();
            let first = rendered.lines().next().unwrap_or_default();
            first.strip_prefix("error: ").unwrap_or(first).to_owned()
        }
    }
}

fn unknown(error: &clap::Error, arg: &str) -> String {
    let verb = called(error);
    if !arg.starts_with('-') {
        return format!("`{arg}` is a word too many for `{verb}`: put what belongs together in quotes");
    }
    let known = near(error, ContextKind::SuggestedArg);
    let known = known.unwrap_or_else(|| format!("`{verb} --help` lists those there are"));
    format!("{arg} is no flag of `{verb}`: {known}")
}

fn invalid(error: &clap::Error, arg: &str) -> String {
    let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
    let fits = error.get(ContextKind::ValidValue).map(listed).unwrap_or_default();
    match (value.is_empty(), near(error, ContextKind::SuggestedValue)) {
        (true, _) if fits.is_empty() => format!("{arg} needs a value after it"),
        (true, _) => format!("{arg} needs a value after it: {fits}"),
        (false, Some(near)) => format!("{arg} cannot be `{value}`: {near}"),
        (false, None) => format!("{arg} cannot be `{value}`: write {fits}"),
    }
}

/// `did you mean list?`, where something written is like something known.
fn near(error: &clap::Error, kind: ContextKind) -> Option<String> {
    let near = error.get(kind).map(listed).filter(|near| !near.is_empty())?;
    Some(format!("did you mean {near}?"))
}

/// What the error is about: `--stage`, or `ACCOUNT and STAGE`.
fn argument(error: &clap::Error) -> String {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(arg)) => plain(arg),
        Some(ContextValue::Strings(args)) => {
            let args: Vec<_> = args.iter().map(|arg| plain(arg)).collect();
            args.join(" and ")
        }
        _ => String::new(),
    }
}

/// `--until <WHEN>` as `--until`, `<--csv|--json>` as `--csv or --json`, `<KEY>...` as `KEY`.
fn plain(arg: &str) -> String {
    let (flag, _) = arg.split_once(" <").unwrap_or((arg, ""));
    flag.trim_end_matches("...").trim_matches(['<', '>', '[', ']']).replace('|', " or ")
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        _ => None,
    }
}

fn listed(value: &ContextValue) -> String {
    let texts = match value {
        ContextValue::String(text) => vec![text.clone()],
        ContextValue::Strings(texts) => texts.clone(),
        _ => Vec::new(),
    };
    either(&texts)
}

/// How the verb is used: `gangplank move ACCOUNT STAGE`.
fn usage(error: &clap::Error) -> Option<String> {
    let ContextValue::StyledStr(usage) = error.get(ContextKind::Usage)? else { return None };
    let usage = usage.to_string();
    let usage = usage.lines().next()?.trim().strip_prefix("Usage: ")?;
    let words = usage.split(' ').map(|word| match word.strip_prefix('<') {
        Some(word) if !word.starts_with("--") => word.replacen('>', "", 1),
        _ => word.to_owned(),
    });
    Some(words.collect::<Vec<_>>().join(" "))
}

/// The verb that is asked, by the words before its arguments: `gangplank list`.
fn called(error: &clap::Error) -> String {
    let usage = usage(error).unwrap_or_else(|| "gangplank".to_owned());
    let is_verb = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase());
    usage.split(' ').take_while(is_verb).collect::<Vec<_>>().join(" ")
}
