//! The screens as files to look at. After a change of looks, `INSTA_UPDATE=always cargo test screen` makes them anew; look
//! at the difference.
//!
//! The body of a screen has a file of its own. Titles, strips of stages and hints stand in one file each, with the
//! screens that show them, so that a change of a word there is a change of one file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use gangplank::tui::layout;
use ratatui::layout::Rect;

use crate::support::desk::Desk;

use super::{account, explain, insights, past, pictures, playbooks_and_forecast, today, unmatched};

/// The screens of one test.
#[derive(Default)]
pub(super) struct Snapshots(Vec<Snapshot>);

/// What reads one part of a screen.
type Part = fn(&Snapshot) -> &str;

struct Snapshot {
    name: String,
    size: (u16, u16),
    title: String,
    strip: String,
    body: String,
    hints: String,
}

impl Snapshots {
    /// Adds what `desk` shows, as `name`.
    pub(super) fn take(&mut self, name: &str, desk: &Desk) {
        let areas = layout::areas(&desk.app);
        let body = Rect {
            height: areas.hints.y - areas.stage_strip.bottom(),
            y: areas.stage_strip.bottom(),
            ..areas.title
        };
        let [title, strip, mut lines, hints] =
            [areas.title, areas.stage_strip, body, areas.hints].map(|area| desk.picture_of(area));
        // Empty lines at the end of a file count for nothing.
        writeln!(lines, "lines: {}..{}", body.top(), body.bottom()).expect("writing to a string cannot fail");
        self.0.push(Snapshot {
            name: name.to_owned(),
            size: desk.app.size,
            title,
            strip,
            body: lines,
            hints,
        });
    }

    /// Compares the bodies with the files.
    pub(super) fn check(self) {
        for Snapshot { name, size: (width, height), body, .. } in self.0 {
            compare(&format!("{name}_{width}x{height}"), &body);
        }
    }
}

fn compare(name: &str, text: &str) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn titles_strips_and_hints() {
    let all = [
        account::snapshots(),
        pictures::snapshots(),
        explain::snapshots(),
        insights::snapshots(),
        past::snapshots(),
        playbooks_and_forecast::snapshots(),
        today::snapshots(),
        unmatched::snapshots(),
    ];
    let all: Vec<Snapshot> = all.into_iter().flat_map(|snapshots| snapshots.0).collect();
    let parts: [(&str, Part); 3] = [
        ("titles", |snapshot| &snapshot.title),
        ("strips", |snapshot| &snapshot.strip),
        ("hints", |snapshot| &snapshot.hints),
    ];
    for (part, of) in parts {
        let mut shown: BTreeMap<(u16, u16), BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
        for snapshot in all.iter().filter(|snapshot| !of(snapshot).is_empty()) {
            shown.entry(snapshot.size).or_default().entry(of(snapshot)).or_default().push(&snapshot.name);
        }
        let mut text = String::new();
        for ((width, height), lines) in shown {
            for (line, names) in lines {
                write!(text, "{width}x{height} {}\n{line}", names.join(" "))
                    .expect("writing to a string cannot fail");
            }
        }
        compare(part, &text);
    }
}
