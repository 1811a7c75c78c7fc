//! What stands over the board until it is over, or was read: what is wrong with the store, and what was found when it was
//! opened.

use std::collections::VecDeque;

use crate::text;

/// The most lines they take.
const MOST_LINES: usize = 6;

#[derive(Clone, Debug, Default)]
pub struct Notices {
    /// What keeps the store from being read or changed, in a sentence; nothing where nothing does.
    pub trouble: Option<String>,
    /// What was found at the opening and was not read yet, the next first.
    pub found: VecDeque<String>,
    /// What is to be seen, in lines as wide as the screen.
    pub lines: Vec<String>,
}

impl Notices {
    /// What is to be read now, without keys.
    pub fn shown(&self) -> Option<&str> {
        self.trouble.as_deref().or_else(|| self.found.front().map(String::as_str))
    }

    /// Breaks the lines anew for a screen of this size, where `key` dismisses what was read.
    pub fn fit(&mut self, (width, height): (u16, u16), key: &str) {
        let Some(shown) = self.shown() else { return self.lines.clear() };
        let (mark, keys) = match (&self.trouble, self.found.len()) {
            (Some(_), _) => ("✗ ", String::new()),
            (None, 1) => ("! ", format!(" · {key}\u{a0}dismisses")),
            (None, count) => ("! ", format!(" · {key}\u{a0}dismisses (1\u{a0}of\u{a0}{count})")),
        };
        let most = match height {
            0..8 => usize::from(height >= 5),
            height => (usize::from(height) / 6).clamp(1, MOST_LINES),
        };
        let width = usize::from(width).max(4);
        let options = textwrap::Options::new(width).initial_indent(mark).subsequent_indent("  ");
        let said = format!("{}{keys}", text::clean(shown));
        let lines = textwrap::wrap(&said, options);
        let rest = lines.len() > most;
        self.lines = lines.into_iter().take(most).map(|line| line.replace('\u{a0}', " ")).collect();
        if let Some(last) = self.lines.last_mut().filter(|_| rest) {
            // How it is dismissed is not cut.
            let keys = keys.replace('\u{a0}', " ");
            let room = width.saturating_sub(text::width(&keys) + 1);
            *last = format!("{}{keys}", text::cut(&format!("{last}…"), room));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_comes_first_and_the_way_to_dismiss_the_rest_is_never_cut() {
        let mut notices = Notices { found: ["one".into(), "two".into()].into(), ..Notices::default() };
        let mut lines = |size, trouble: Option<&str>| {
            notices.trouble = trouble.map(str::to_owned);
            notices.fit(size, "esc");
            notices.lines.clone()
        };
        assert_eq!(lines((80, 24), None), ["! one · esc dismisses (1 of 2)"]);
        assert_eq!(lines((80, 24), Some("broken")), ["✗ broken"]);
        assert_eq!(lines((80, 4), Some("broken")), [""; 0]);
        assert_eq!(lines((10, 12), Some("it is broken")), ["✗ it is", "  broken"]);
        assert_eq!(lines((10, 8), Some("it is broken")), ["✗ it is…"]);
        let long = "word ".repeat(100);
        let mut notices = Notices { found: [long].into(), ..Notices::default() };
        notices.fit((40, 12), "esc");
        assert_eq!(notices.lines.len(), 2);
        assert!(notices.lines[1].ends_with("word … · esc dismisses"), "{:?}", notices.lines);
        assert!(notices.lines.iter().all(|line| text::width(line) <= 40), "{:?}", notices.lines);
    }
}
