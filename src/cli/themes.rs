//! `gangplank themes`.

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::Args;
use ratatui::style::{Color, Modifier, Style};
use serde::Serialize;

use super::board::{terminal_background, theme_choice};
use super::output::TextRole;
use super::{CliError, Context, json};
use crate::tui::theme::choice::ThemeChoice;
use crate::tui::theme::{Background, Role, Theme};

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
    let choice = theme_choice(context, terminal_background(None))?;
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
    for line in lines {
        write!(context.out, "  ")?;
        for (role, words) in line {
            write!(context.out, "{}{words}\x1b[0m", sequence(&theme, *role))?;
        }
        writeln!(context.out)?;
    }
    Ok(())
}

/// The escape sequence that makes a terminal write as `role`.
fn sequence(theme: &Theme, role: Role) -> String {
    let paper = Style { bg: theme.paper(), fg: theme.style(Role::Text).fg, ..Style::new() };
    let style = paper.patch(theme.style(role));
    let mut codes = String::from("\x1b[0");
    for (modifier, code) in [
        (Modifier::BOLD, 1),
        (Modifier::DIM, 2),
        (Modifier::ITALIC, 3),
        (Modifier::UNDERLINED, 4),
        (Modifier::REVERSED, 7),
    ] {
        if style.add_modifier.contains(modifier) {
            let _ = write!(codes, ";{code}");
        }
    }
    for (color, layer) in [(style.fg, 30), (style.bg, 40)] {
        let _ = match color {
            Some(Color::Rgb(r, g, b)) => write!(codes, ";{};2;{r};{g};{b}", layer + 8),
            Some(Color::Indexed(index)) => write!(codes, ";{};5;{index}", layer + 8),
            Some(named) => named_code(named).map_or(Ok(()), |code| write!(codes, ";{}", layer + code)),
            None => Ok(()),
        };
    }
    codes + "m"
}

/// The code of one of the sixteen, behind that of its layer.
fn named_code(color: Color) -> Option<u8> {
    Some(match color {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
        Color::Reset | Color::Rgb(..) | Color::Indexed(_) => return None,
    })
}
