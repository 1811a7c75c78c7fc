//! Text on the screen as a link that the terminal opens: operating system command 8.
//!
//! Ratatui writes only the cells that changed, and may write some cells of a link and not the others. So every cell has a
//! link of its own, opened before its grapheme and closed behind it, and their common id makes them one link. Whatever is
//! written over a cell takes its link away. Terminals that do not know the command show the text alone.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU16;
use std::ops::Range;

use ratatui::buffer::{Buffer, CellDiffOption};

use crate::text;
use crate::tui::canvas::TextLink;

/// Terminals ignore longer addresses, and some do not expect them.
const LONGEST: usize = 2000;

/// Whether the terminal at least ignores links, judging by the environment. Old versions of `screen` may show them as
/// text, and the consoles of a system do.
pub(super) fn are_ignored_at_least(variable: impl Fn(&str) -> Option<String>) -> bool {
    let term = variable("TERM").unwrap_or_default();
    match term.as_str() {
        "" | "dumb" | "linux" | "cons25" | "vt52" | "vt100" | "vt102" | "vt220" => {
            cfg!(windows) && term.is_empty()
        }
        // Tmux may call itself so.
        term => !term.starts_with("screen") || variable("TMUX").is_some(),
    }
}

/// Makes links of what `picture` shows of `links`. What lies under something else is no link.
pub(super) fn write(picture: &mut Buffer, links: &[TextLink]) {
    for link in links {
        let Some(address) = escaped(&link.address) else { continue };
        let mut id = DefaultHasher::new();
        (&address, link.y).hash(&mut id);
        let open = format!("\x1b]8;id={:x};{address}\x1b\\", id.finish());
        for x in cells(picture, link).into_iter().flatten() {
            let cell = &mut picture[(x, link.y)];
            let symbol = format!("{open}{}\x1b]8;;\x1b\\", cell.symbol());
            cell.set_symbol(&symbol).diff_option = CellDiffOption::ForcedWidth(NonZeroU16::MIN);
        }
    }
}

/// The columns that show the text of `link`; nothing where they show something else, or a wide grapheme: what becomes of
/// its other half when something is written over it, only the terminal knows.
fn cells(picture: &Buffer, link: &TextLink) -> Option<Range<u16>> {
    let (mut x, mut rest) = (link.x, &*link.text);
    while !rest.is_empty() {
        let cell = picture.cell((x, link.y)).filter(|cell| cell.diff_option == CellDiffOption::None)?;
        rest = rest.strip_prefix(cell.symbol()).filter(|_| !cell.symbol().is_empty())?;
        x = x.checked_add(1).filter(|_| text::width(cell.symbol()) == 1)?;
    }
    Some(link.x..x)
}

/// `address` with nothing in it that could end the command.
fn escaped(address: &str) -> Option<String> {
    let escape = |byte: u8| {
        if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    let escaped: String = address.bytes().map(escape).collect();
    (escaped.len() <= LONGEST).then_some(escaped)
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    const LINK: &str = "Żółć ann@acme.example";

    fn picture(shown: &str) -> Buffer {
        let mut picture = Buffer::empty(Rect::new(0, 0, 40, 2));
        picture.set_string(3, 1, shown, Style::new());
        picture
    }

    fn linked(shown: &str) -> Buffer {
        let mut picture = picture(shown);
        let (text, address) = (LINK.to_owned(), "mailto:ann@acme.example\x1b]8;;\u{7}é".to_owned());
        write(&mut picture, &[TextLink { x: 3, y: 1, text, address }]);
        picture
    }

    /// What is written to go from one picture to the next.
    fn written(from: &Buffer, to: &Buffer) -> Vec<(u16, String)> {
        from.diff(to).into_iter().map(|(x, _, cell)| (x, cell.symbol().to_owned())).collect()
    }

    #[test]
    fn every_cell_opens_and_closes_its_link() {
        let blank = picture("");
        let cells = written(&blank, &linked(LINK));
        let columns: Vec<u16> = cells.iter().map(|(x, _)| *x).collect();
        assert_eq!(columns, (3..24).collect::<Vec<_>>());
        for (x, symbol) in &cells {
            let rest = symbol.strip_prefix("\x1b]8;id=").expect("it opens a link");
            let (_, rest) =
                rest.split_once(";mailto:ann@acme.example%1B]8;;%07%C3%A9\x1b\\").expect("its address");
            let shown = rest.strip_suffix("\x1b]8;;\x1b\\").expect("it closes it");
            assert!(!shown.contains('\x1b') && LINK.contains(shown), "{x}: {symbol:?}");
        }
    }

    #[test]
    fn what_goes_away_leaves_no_link_and_what_stays_is_not_written_again() {
        assert_eq!(written(&linked(LINK), &linked(LINK)), []);
        let plain = written(&linked(LINK), &picture(LINK));
        assert_eq!(plain.len(), 21, "the same text without a link is written anew: {plain:?}");
        for next in [picture(LINK), picture(""), picture("some other text, which is longer")] {
            let plain = written(&linked(LINK), &next);
            assert!(plain.iter().all(|(_, symbol)| !symbol.contains('\x1b')), "{plain:?}");
            assert!((3..24).all(|x| plain.iter().any(|(written, _)| *written == x)), "{plain:?}");
        }
    }

    #[test]
    fn what_lies_under_something_else_is_no_link() {
        for shown in ["Żółć ann@acme.exampl…", "Ż", "zółć ann@acme.example", "会社 ann@acme.example"]
        {
            assert_eq!(linked(shown), picture(shown));
        }
        let mut wide = picture("会社");
        write(
            &mut wide,
            &[TextLink { x: 3, y: 1, text: "会社".to_owned(), address: "https://a".to_owned() }],
        );
        assert_eq!(wide, picture("会社"));
        let mut narrow = Buffer::empty(Rect::new(0, 0, 10, 1));
        write(
            &mut narrow,
            &[TextLink { x: 3, y: 1, text: LINK.to_owned(), address: "https://a".to_owned() }],
        );
        assert_eq!(narrow, Buffer::empty(Rect::new(0, 0, 10, 1)));
    }

    #[test]
    fn terminals_that_may_show_them_get_none() {
        for (term, tmux, expected) in [
            ("xterm-256color", false, true),
            ("tmux-256color", true, true),
            ("screen-256color", true, true),
            ("screen-256color", false, false),
            ("linux", false, false),
            ("dumb", false, false),
        ] {
            let variable = |name: &str| match name {
                "TERM" => Some(term.to_owned()),
                "TMUX" => tmux.then(|| "/tmp/tmux".to_owned()),
                _ => None,
            };
            assert_eq!(are_ignored_at_least(variable), expected, "{term}");
        }
    }
}
