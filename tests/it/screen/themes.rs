//! How the board looks: the theme is chosen while one sees it, and kept.

use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::msg::{Effect, Msg};
use gangplank::tui::theme::choice::ThemeChoice;
use gangplank::tui::theme::{Background, Depth};
use ratatui::style::Color;

use crate::support::desk::{Desk, setup};
use crate::support::team_board;

fn desk(depth: Depth, background: Background) -> Desk {
    let setup = Setup { themes: ThemeChoice::new(depth, background), ..setup(depth) };
    Desk::with(team_board(), (120, 40), setup)
}

#[test]
fn a_theme_is_seen_while_one_chooses_and_kept_with_enter() {
    let mut desk = desk(Depth::TrueColor, Background::Dark);
    assert_eq!(desk.app.theme.name(), "dark");
    desk.keys("g c");
    assert!(desk.picture().contains("gruvbox-dark"), "{}", desk.picture());
    desk.types("gru");
    desk.keys("down");
    assert_eq!(desk.app.theme.name(), "gruvbox-light", "it is on the screen");
    desk.keys("esc");
    assert_eq!((desk.app.theme.name(), desk.app.mode()), ("dark", InputMode::Board));
    desk.keys("g c").types("tokyo").keys("enter");
    assert_eq!(desk.app.theme.name(), "tokyo-night");
    assert_eq!(desk.effects, [Effect::KeepTheme("tokyo-night".to_owned())]);
    desk.notify(Msg::ThemeKept("tokyo-night".to_owned(), Ok("/etc/config.toml".to_owned())));
    assert_eq!(desk.said(), "Theme tokyo-night, kept in /etc/config.toml");
    desk.notify(Msg::Background(Background::Light));
    assert_eq!(desk.app.theme.name(), "tokyo-night", "whatever the background is");
    desk.keys("g c").types("auto").keys("enter");
    assert_eq!(desk.app.theme.name(), "light", "by the background, which is known by now");
}

#[test]
fn the_theme_follows_the_background_of_the_terminal() {
    let mut desk = desk(Depth::TrueColor, Background::Unknown);
    assert_eq!(desk.app.theme.name(), "neutral");
    desk.notify(Msg::Background(Background::Dark));
    assert_eq!(desk.app.theme.name(), "dark");
    desk.notify(Msg::Background(Background::Light));
    assert_eq!(desk.app.theme.name(), "light");
}

/// A theme with a paper leaves no cell on the terminal's own background; the others touch none.
#[test]
fn the_paper_lies_behind_everything() {
    for (name, paper) in [("gruvbox-dark", Some(Color::Rgb(0x28, 0x28, 0x28))), ("dark", None)] {
        let mut desk = desk(Depth::TrueColor, Background::Dark);
        for keys in ["", "d", "t", "enter", "?", ":", "F", "p"] {
            desk.keys("g c").types(name).keys("enter").keys(keys);
            let (buffer, _) = desk.draw();
            let bare = buffer.content.iter().filter(|cell| cell.bg == Color::Reset).count();
            let on_paper = buffer.content.iter().filter(|cell| Some(cell.bg) == paper).count();
            if paper.is_some() {
                assert!(bare == 0 && on_paper * 2 > buffer.content.len(), "{name} {keys}: {bare} cells");
            } else {
                assert!(bare * 2 > buffer.content.len(), "{name} {keys}: {bare} cells");
            }
            desk.keys("esc esc");
        }
    }
}
