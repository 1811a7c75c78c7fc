//! What the terminal shows: how many colours, and on what.

use serde::Deserialize;

/// How many colours the terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None, or none are wanted: bold, reverse, underline and dim only.
    Mono,
    /// The sixteen that the terminal's user named.
    Ansi16,
    /// The fixed palette of 256.
    Ansi256,
    /// Any.
    TrueColor,
}

/// What the terminal writes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Background {
    /// Dark.
    Dark,
    /// Light.
    Light,
    /// Nobody says, so everything is readable on both.
    #[serde(rename = "any")]
    Unknown,
}

impl Depth {
    /// What the environment says of the terminal; `variable` looks one up.
    ///
    /// `NO_COLOR` counts when it is not empty (no-color.org); what a person wants, `is_colored`, overrules it.
    pub fn detect(is_colored: Option<bool>, variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").map(|term| term.to_ascii_lowercase());
        let any = matches!(set("COLORTERM").as_deref(), Some("truecolor" | "24bit"));
        let says = match term.as_deref() {
            Some(term) if term.ends_with("-direct") => Self::TrueColor,
            // GNU screen hands its host's COLORTERM on, and does not understand what it promises.
            Some(term) if any && term.starts_with("screen") => Self::Ansi256,
            Some(_) | None if any => Self::TrueColor,
            Some(term) if term.contains("256") => Self::Ansi256,
            Some(term)
                if term == "dumb"
                    || term == "unknown"
                    || term.starts_with("vt")
                    || term.ends_with("-m")
                    || term.ends_with("-mono") =>
            {
                Self::Mono
            }
            // The console of Windows names neither, and shows sixteen at the least.
            Some(_) | None => Self::Ansi16,
        };
        match is_colored {
            Some(false) => Self::Mono,
            Some(true) => says.max(Self::Ansi16),
            None if set("NO_COLOR").is_some() => Self::Mono,
            None => says,
        }
    }
}

impl Background {
    /// What `COLORFGBG` says: `15;0` is white on black.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let hint = variable("COLORFGBG");
        match hint.as_deref().and_then(|hint| hint.rsplit(';').next()?.trim().parse::<u8>().ok()) {
            Some(0..=6 | 8) => Self::Dark,
            Some(7 | 9..=15) => Self::Light,
            Some(_) | None => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_says_how_many_colours() {
        use Depth::{Ansi16, Ansi256, Mono, TrueColor};
        const AUTO: Option<bool> = None;
        const ALWAYS: Option<bool> = Some(true);
        const NEVER: Option<bool> = Some(false);
        for (is_colored, environment, depth) in [
            (AUTO, "", Ansi16),
            (AUTO, "COLORTERM=truecolor", TrueColor),
            (AUTO, "TERM=xterm", Ansi16),
            (AUTO, "TERM=xterm-256color", Ansi256),
            (AUTO, "TERM=xterm-256color COLORTERM=truecolor", TrueColor),
            (AUTO, "TERM=xterm-256color COLORTERM=24bit", TrueColor),
            (AUTO, "TERM=xterm-256color COLORTERM=yes", Ansi256),
            (AUTO, "TERM=tmux-256color COLORTERM=truecolor", TrueColor),
            (AUTO, "TERM=screen-256color COLORTERM=truecolor", Ansi256),
            (AUTO, "TERM=screen", Ansi16),
            (AUTO, "TERM=xterm-direct", TrueColor),
            (AUTO, "TERM=linux", Ansi16),
            (AUTO, "TERM=dumb", Mono),
            (AUTO, "TERM=vt100", Mono),
            (AUTO, "TERM=xterm-mono", Mono),
            (AUTO, "TERM=xterm-256color NO_COLOR=1", Mono),
            (AUTO, "TERM=xterm-256color NO_COLOR=", Ansi256),
            (ALWAYS, "TERM=xterm-256color NO_COLOR=1", Ansi256),
            (ALWAYS, "TERM=dumb", Ansi16),
            (NEVER, "TERM=xterm-256color COLORTERM=truecolor", Mono),
        ] {
            assert_eq!(
                Depth::detect(is_colored, variables(environment)),
                depth,
                "{is_colored:?} {environment}"
            );
        }
    }

    #[test]
    fn the_environment_hints_at_the_background() {
        use Background::{Dark, Light, Unknown};
        for (environment, background) in [
            ("", Unknown),
            ("COLORFGBG=15;0", Dark),
            ("COLORFGBG=0;15", Light),
            ("COLORFGBG=0;default;15", Light),
            ("COLORFGBG=7;8", Dark),
            ("COLORFGBG=0;7", Light),
            ("COLORFGBG=15;default", Unknown),
            ("COLORFGBG=", Unknown),
            ("COLORFGBG=0;99", Unknown),
        ] {
            assert_eq!(Background::detect(variables(environment)), background, "{environment}");
        }
    }

    /// `A=1 B=2` as an environment.
    fn variables(text: &str) -> impl Fn(&str) -> Option<String> {
        move |name| {
            let value = text.split(' ').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            value.map(str::to_owned)
        }
    }
}
