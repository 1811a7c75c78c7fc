//! What the loop shows the board on: a screen that is drawn, or lines that are said.

use std::io;

use ratatui::layout::Size;

use super::line_terminal::LineTerminal;
use super::terminal::{SavedTermios, Tui};
use crate::session::is_to_fail;
use crate::tui::model::app::App;
use crate::tui::model::msg::{Msg, Tell};
use crate::tui::plain::Narrator;
use crate::tui::update::update;
use crate::tui::view;

/// A terminal that is ours, and how it is used.
pub(super) enum Surface {
    Drawn(Box<Tui>),
    Said(Box<LineTerminal>, Box<Narrator>),
}

impl Surface {
    /// Takes the terminal, as `app` is set up.
    ///
    /// # Errors
    /// When the terminal cannot be set up; it is as before then.
    pub(super) fn enter(app: &App) -> io::Result<Self> {
        if app.setup.plain {
            return Ok(Self::Said(Box::new(LineTerminal::enter()?), Box::default()));
        }
        let mut tui = Tui::enter(app.setup.mouse)?;
        if app.themes.asks_for_background() {
            tui.ask_for_background()?;
        }
        Ok(Self::Drawn(Box::new(tui)))
    }

    /// Shows what changed in `app`. `pressed` says whether a key was pressed since.
    pub(super) fn show(&mut self, app: &mut App, pressed: bool) -> io::Result<()> {
        assert!(
            (app.overlay.is_none() && app.screen.is_none()) || !is_to_fail("draw"),
            "GANGPLANK_PANIC asked for this panic in the view"
        );
        match self {
            Self::Drawn(tui) => tui.draw(|picture| {
                // The terminal may have been resized since its last event; what is drawn must fit what it is now.
                let area = picture.area;
                if app.size != (area.width, area.height) {
                    update(app, Msg::Resize(area.width, area.height));
                }
                view::draw_with_links(app, picture)
            }),
            Self::Said(terminal, narrator) => terminal.write(&narrator.hear(app, pressed)),
        }
    }

    /// Says what a person asks, where the board is said.
    pub(super) fn tell(&mut self, app: &App, what: Tell) -> io::Result<()> {
        match self {
            Self::Drawn(_) => Ok(()),
            Self::Said(terminal, narrator) => terminal.write(&narrator.tell(app, what)),
        }
    }

    /// Shows everything anew: what is said, again where one is.
    pub(super) fn redraw(&mut self, app: &App) -> io::Result<()> {
        match self {
            Self::Drawn(tui) => tui.redraw(),
            Self::Said(..) => self.tell(app, Tell::Where),
        }
    }

    /// Gives `text` to the clipboard, by the terminal; says whether that is worth trying. Where it is not, the text was
    /// said.
    pub(super) fn copy(&mut self, text: &str) -> io::Result<bool> {
        match self {
            Self::Drawn(tui) => tui.copy(text).map(|()| true),
            Self::Said(terminal, narrator) => {
                if terminal.copy(text)? {
                    return Ok(true);
                }
                // One that would show the sequence gets the text to read instead.
                let lines: String = text.lines().map(|line| narrator.announce(line)).collect();
                terminal.write(&lines).map(|()| false)
            }
        }
    }

    /// How large the terminal is; nothing where that does not matter.
    pub(super) fn size(&self) -> io::Result<Option<Size>> {
        match self {
            Self::Drawn(tui) => tui.size().map(Some),
            Self::Said(..) => Ok(None),
        }
    }

    /// See [`Tui::suspend`].
    pub(super) fn suspend(&mut self, app: &App) -> io::Result<()> {
        match self {
            Self::Drawn(tui) => tui.suspend(),
            Self::Said(terminal, narrator) => {
                terminal.write(&narrator.end())?;
                terminal.suspend()?;
                self.redraw(app)
            }
        }
    }

    /// See [`Tui::resume`].
    pub(super) fn resume(&mut self, app: &App) -> io::Result<()> {
        match self {
            Self::Drawn(tui) => tui.resume(),
            Self::Said(terminal, _) => {
                terminal.resume()?;
                self.redraw(app)
            }
        }
    }

    /// See [`Tui::lend`].
    pub(super) fn lend(&mut self) -> io::Result<SavedTermios> {
        match self {
            Self::Drawn(tui) => tui.lend(),
            Self::Said(terminal, narrator) => {
                terminal.write(&narrator.end())?;
                terminal.lend()
            }
        }
    }

    /// See [`Tui::take_back`].
    pub(super) fn take_back(&mut self, lent: &SavedTermios) -> io::Result<()> {
        match self {
            Self::Drawn(tui) => tui.take_back(lent),
            Self::Said(terminal, _) => terminal.take_back(lent),
        }
    }

    /// Ends what was begun to be written: a shell's prompt stands in a line of its own.
    pub(super) fn end(&mut self) -> io::Result<()> {
        match self {
            Self::Drawn(_) => Ok(()),
            Self::Said(terminal, narrator) => terminal.write(&narrator.end()),
        }
    }
}
