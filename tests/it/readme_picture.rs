//! The README's picture: the demonstration's board, drawn by the program itself.

use std::sync::Arc;

use gangplank::config::{pipeline, playbooks};
use gangplank::demo;
use gangplank::session::Report;
use gangplank::state::{Actor, Now};
use gangplank::tui::model::app::{App, Setup};
use gangplank::tui::model::msg::{Effect, Msg};
use gangplank::tui::theme::choice::ThemeChoice;
use gangplank::tui::theme::{Background, Depth};
use gangplank::tui::update::update;
use gangplank::tui::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::support::bless::blessed;
use crate::support::svg::svg;

/// Large enough to show what the board is, small enough to be read in a README.
const SIZE: (u16, u16) = (150, 42);

/// What was pressed before: to stage 3a, its second card, on to the next stage.
const KEYS: [&str; 4] = ["3", "a", "j", ">"];

#[test]
fn the_picture_shows_the_board_of_today() {
    let stages = Arc::new(pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("ours"));
    let automations = playbooks::overlaid("", "playbooks.toml", &stages).expect("ours");
    let now = Now::utc("2026-11-23T15:04:00Z".parse().expect("a moment"));
    let shipped = Arc::new(automations.into());
    let mut session = demo::session(&stages, &shipped, now);
    let setup = Setup {
        themes: ThemeChoice::new(Depth::TrueColor, Background::Dark),
        demo: true,
        ..Setup::new(Actor::Person("magda@example.com".into()), shipped.clone())
    };
    let me = setup.me.clone();
    let mut app = App::new(session.board().clone(), now, SIZE, Arc::new(setup));
    for key in KEYS {
        let key = key.parse().expect("a key");
        if let Some(Effect::Submit(commands)) = update(&mut app, Msg::Key(key)) {
            let entry = session.submit(&commands, &me, now).expect("the rules have nothing against it");
            let entry = entry.expect("it changes something");
            update(&mut app, Msg::Board(session.board().clone()));
            update(&mut app, Msg::Report(Report::Done(entry)));
        }
    }
    let mut screen = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
    view::draw(&app, &mut screen);
    blessed("assets/board.svg", &svg(&screen, "The Gangplank board: a column per stage, a card per account"));
}
