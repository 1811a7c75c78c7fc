//! `gangplank themes`.

use std::io::{self, Write};

use clap::Args;
use crossterm::style::force_color_output;
use ratatui::backend::IntoCrossterm;
use ratatui::style::Style;
use serde::Serialize;

use super::board::theme_choice;
use super::output::TextRole;
use super::{CliError, Context, json};
use crate::tui::theme::choice::ThemeChoice;
use crate::tui::theme::{Background, Role};

/// Show every theme, as the board would look in it
#[derive(Args, Debug)]
#[command(after_help = "Example:\n\
    \x20 gangplank themes\n\n\
    `theme = \"NAME\"` in config.toml keeps one; in the board, g c chooses one.")]
pub struct ThemesArgs {
    /// Write JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct ThemeJson<'a> {
    name: &'a str,
    title: &'a str,
    background: &'static str,
    shown: bool,
}

pub(super) fn run(args: &ThemesArgs, context: &mut Context) -> Result<(), CliError> {
    let choice = theme_choice(context, None)?;
    let shown = choice.theme();
    if args.json {
        let themes = choice.themes.iter().map(|(name, theme)| ThemeJson {
            name,
            title: &theme.title,
            background: background(theme.background),
            shown: **name == *shown.name(),
        });
        return json::write_all(&mut context.out, themes);
    }
    for (name, theme) in choice.themes.iter() {
        let mark = if **name == *shown.name() { " · shown" } else { "" };
        context.out.paint(TextRole::Title, name)?;
        writeln!(context.out, " · {} · {}{mark}", theme.title, background(theme.background))?;
        sample(&choice, name, context)?;
    }
    Ok(())
}

fn background(background: Background) -> &'static str {
    match background {
        Background::Dark => "for a dark background",
        Background::Light => "for a light background",
        Background::Unknown => "for any background",
    }
}

/// Two lines of a board in the theme `name`; nothing where colours are not wanted.
fn sample(choice: &ThemeChoice, name: &str, context: &mut Context) -> io::Result<()> {
    let Some(theme) = choice.named(name).filter(|_| context.out.is_colored()) else { return Ok(()) };
    let lines: [&[(Role, &str)]; 2] = [
        &[
            (Role::Selection, "▌Ostrava Metrics "),
            (Role::Text, " "),
            (Role::Danger, "renews in 5d"),
            (Role::Text, "  "),
            (Role::Money, "$330"),
            (Role::Text, "  "),
            (Role::Warning, "quiet for 9 days"),
            (Role::Text, "  "),
            (Role::Dim, "magda  "),
        ],
        &[
            (Role::PhaseNew, " 1 New "),
            (Role::PhaseEngaged, " 3a Engaged "),
            (Role::PhaseClosing, " 5 Closing "),
            (Role::PhaseClosed, " 6b Closed "),
            (Role::Border, "─── "),
            (Role::Accent, "enter Open "),
            (Role::Ok, "✓ saved "),
            (Role::New, "● "),
            (Role::Highlight, "match"),
            (Role::Text, " "),
        ],
    ];
    // Without this, crossterm leaves out colours that were asked for against NO_COLOR.
    force_color_output(true);
    let paper = Style { bg: theme.paper(), fg: theme.style(Role::Text).fg, ..Style::new() };
    for line in lines {
        write!(context.out, "  ")?;
        for (role, words) in line {
            write!(context.out, "{}", paper.patch(theme.style(*role)).into_crossterm().apply(words))?;
        }
        writeln!(context.out)?;
    }
    Ok(())
}
