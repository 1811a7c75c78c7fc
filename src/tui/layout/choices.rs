//! Where the box of choices lies: near what it is about, and not over it.

use std::borrow::Cow;

use ratatui::layout::{Position, Rect};
use tui_input::Input;

use super::lines::ListLines;
use super::{Areas, areas, card_height, card_lines, columns, first_alert, heading, middle};
use crate::query::completion::last_word;
use crate::text;
use crate::tui::model::answers::picks;
use crate::tui::model::answers::remark::{Remark, remark};
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Choices};
use crate::tui::model::focus::{Overlay, View, scrolled};
use crate::tui::model::picker::PickerPurpose;
use crate::tui::model::prompt::{AccountChoice, AskedLine, ChoicePurpose, Prompt, Purpose, TypedQuery};

/// In a smaller terminal, it stands in the last line and hides no row.
const FROM: (u16, u16) = (60, 16);

/// The narrowest the box is, where there is room: short answers look lost in less.
const MIN_WIDTH: usize = 32;

/// The widest: a longer line is harder to read.
const MAX_WIDTH: usize = 84;

/// The frame, the bar of the chosen line, the cells between what stands in it, and one after the last.
const BESIDE: usize = 7;

/// With less of a name, notes are cut, and with less of them left away.
const LEAST_LABEL: usize = 20;
const LEAST_NOTE: usize = 16;

/// How many choices are in view at most: more than one reads.
const LINES: usize = 20;

/// The same of ways to go on with a query: what it finds is to be seen over them.
const CONTINUATIONS: usize = 8;

/// How many accounts a box has room for that are found by what is typed.
const FOUND: usize = 8;

/// How many lines may say what the chosen one would do.
const FOOT: usize = 3;

/// The narrowest box in which such lines read well.
const LEAST_FOOT: usize = 56;

/// How many lines may say what an answer means, and the narrowest box for that: the longest hint about how to write one has
/// a line.
pub(super) const REMARK: u16 = 2;
const LEAST_REMARK: usize = 56;

/// How many lines may say why an answer was not taken: what a disk says is long.
const WRONG: usize = 6;

/// The lowest box that is worth squeezing in beside the card: three choices and a frame.
const LEAST_HEIGHT: u16 = 5;

/// The box of choices, as it lies on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChoiceBox {
    /// Frame included.
    pub area: Rect,
    /// The first choice in view.
    pub first: usize,
    /// The cells of keys or kinds, and of notes.
    pub widths: (usize, usize),
    /// The line over them that is typed in; none where one types elsewhere, or nothing.
    pub field: u16,
    /// The lines under them that say what the chosen one would do.
    pub foot: u16,
}

/// What lies under a cell, while there is a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoxTarget {
    /// A choice, by its place among those that are shown.
    Choice(usize),
    /// The frame, or an empty line.
    Inside,
    Outside,
}

/// Whether what is typed has room in a box.
pub(super) fn has_room(app: &App) -> bool {
    app.size.0 >= FROM.0 && app.size.1 >= FROM.1
}

/// What a box is called whose question is `label`: a colon would point at nothing.
pub(in crate::tui) fn question_title(label: &str) -> &str {
    label.trim_end_matches([':', ' '])
}

/// What is typed in the box of choices, over them; nothing where one types elsewhere, or only presses keys.
pub fn field(app: &App) -> Option<&Input> {
    let input = match &app.prompt {
        Some(Prompt::Pick(picker)) if !picker.purpose.is_menu() => &picker.input,
        Some(Prompt::Line(AskedLine { choices, input, .. })) if !choices.all().is_empty() => input,
        Some(Prompt::Account(choice)) if is_merge(choice) => &choice.input,
        // A query stands under what it finds.
        Some(
            Prompt::Pick(_)
            | Prompt::Line(_)
            | Prompt::Account(_)
            | Prompt::Filter(_)
            | Prompt::HelpSearch(_)
            | Prompt::SaveView(_)
            | Prompt::PastDay(_)
            | Prompt::Bulk(_)
            | Prompt::Confirm(_)
            | Prompt::ImportPath(_)
            | Prompt::Import(_),
        )
        | None => return None,
    };
    has_room(app).then_some(input)
}

/// Accounts for an unmatched signal stand on the screen under it.
fn is_merge(choice: &AccountChoice) -> bool {
    matches!(choice.purpose, ChoicePurpose::Merge { .. })
}

/// The choices of what is asked, and what they are called. Nothing where there are none to pick.
pub fn asked(app: &App) -> Option<(&Choices, String)> {
    // What is typed there has its box, whatever it finds.
    let is_shown = |choices: &Choices| field(app).is_some() || !choices.shown().is_empty();
    let (choices, title, typed) = match &app.prompt {
        Some(Prompt::Pick(picker)) => (&picker.choices, picker.title.as_str(), picker.input.value()),
        Some(Prompt::Line(AskedLine { choices, purpose, label, input, .. })) if is_shown(choices) => {
            let title = if field(app).is_some() { question_title(label) } else { picks::title(purpose) };
            (choices, title, input.value())
        }
        Some(Prompt::Filter(TypedQuery { completion, .. })) if !completion.choices().shown().is_empty() => {
            return Some((completion.choices(), " Complete ".to_owned()));
        }
        Some(Prompt::Account(choice)) if is_merge(choice) && is_shown(&choice.choices) => {
            let title = if field(app).is_some() { question_title(&choice.question) } else { "Merge" };
            (&choice.choices, title, choice.input.value())
        }
        Some(
            Prompt::Line(_)
            | Prompt::Filter(_)
            | Prompt::Account(_)
            | Prompt::HelpSearch(_)
            | Prompt::SaveView(_)
            | Prompt::PastDay(_)
            | Prompt::Bulk(_)
            | Prompt::Confirm(_)
            | Prompt::ImportPath(_)
            | Prompt::Import(_),
        )
        | None => return None,
    };
    let typed = text::clean(typed.trim());
    // Where one types in it, that is seen.
    let is_said = !typed.is_empty() && field(app).is_none();
    let title = if is_said { format!(" {title}: {typed} ") } else { format!(" {title} ") };
    Some((choices, title))
}

/// Whether the keys of the choices pick at once, in words for the frame.
pub fn how_keys_pick(app: &App) -> &'static str {
    match &app.prompt {
        Some(Prompt::Pick(picker)) => match picker.purpose {
            PickerPurpose::GoToStage | PickerPurpose::MoveTo(_) => " an id picks at once ",
            PickerPurpose::View
            | PickerPurpose::Sort
            | PickerPurpose::Timeline
            | PickerPurpose::CountedOwner
            | PickerPurpose::Copy
            | PickerPurpose::OpenLink
            | PickerPurpose::Template(_)
            | PickerPurpose::SendEmail
            | PickerPurpose::RecordEmail => " a key picks at once ",
            PickerPurpose::Checklist(_) => " a digit ticks at once ",
            PickerPurpose::Find | PickerPurpose::Columns | PickerPurpose::Theme => "",
        },
        Some(Prompt::Line(AskedLine { purpose, accounts, .. })) => {
            if *purpose == Purpose::Risk {
                // But for none, a reason follows.
                " a digit picks the level "
            } else if picks::digits_pick(purpose, accounts.len()) {
                " a digit picks at once "
            } else {
                " a digit, then enter "
            }
        }
        Some(
            Prompt::Filter(_)
            | Prompt::Account(_)
            | Prompt::HelpSearch(_)
            | Prompt::SaveView(_)
            | Prompt::PastDay(_)
            | Prompt::Bulk(_)
            | Prompt::Confirm(_)
            | Prompt::ImportPath(_)
            | Prompt::Import(_),
        )
        | None => "",
    }
}

/// What picking the chosen one would do, or what the answer so far means, in lines of `width` cells.
pub fn foot(app: &App, width: u16) -> Vec<String> {
    match &app.prompt {
        Some(Prompt::Account(choice)) if is_merge(choice) && !choice.choices.shown().is_empty() => {
            under_field(&format!("→ {}", text::clean(&choice.outcome)), width, FOOT)
        }
        Some(Prompt::Line(_)) if field(app).is_some() => remark_lines(app, width),
        _ => Vec::new(),
    }
}

/// What is said of the answer so far, in lines of `width` cells under what is typed.
pub(super) fn remark_lines(app: &App, width: u16) -> Vec<String> {
    remark(app).map_or_else(Vec::new, |remark| {
        let most = if matches!(remark, Remark::Wrong(_)) { WRONG } else { REMARK.into() };
        under_field(&remark.words(), width, most)
    })
}

fn under_field(words: &str, width: u16, most: usize) -> Vec<String> {
    let options = textwrap::Options::new(usize::from(width).max(8)).subsequent_indent("  ");
    let mut lines: Vec<String> =
        textwrap::wrap(words, options).into_iter().take(most + 1).map(Cow::into_owned).collect();
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push_str(" …");
        }
    }
    lines
}

/// The box of choices, if there is one and room for it.
pub fn placed(app: &App) -> Option<ChoiceBox> {
    let (choices, title) = asked(app)?;
    let (areas, room) = (areas(app), room(app));
    let every = || choices.all().iter().chain(choices.shown());
    let widest = |of: &dyn Fn(&Choice) -> usize| every().map(of).max().unwrap_or(0);
    let lead = widest(&|choice| text::width(&choice.key).max(text::width(choice.kind)));
    let note = widest(&|choice| text::width(&choice.note));
    let label = widest(&|choice| {
        let refused = choice.refused.as_ref().map_or(0, |why| text::width(why) + 3);
        let switch = if choice.is_on.is_some() { 2 } else { 0 };
        text::width(&choice.label) + refused + switch
    });
    let is_answer = matches!(app.prompt, Some(Prompt::Line(_))) && field(app).is_some();
    let least = match &app.prompt {
        Some(Prompt::Account(_)) => LEAST_FOOT,
        _ if is_answer => LEAST_REMARK,
        _ => MIN_WIDTH,
    };
    let width = (BESIDE + lead + label + note).max(text::width(&title) + 2).clamp(least, MAX_WIDTH);
    let width = u16::try_from(width).unwrap_or(u16::MAX).min(room.width);
    // What is switched is to be seen: the account beside the list makes way, within its frame and in all its width.
    let over_account =
        hangs_from_heading(app).then(|| inside_frame(&areas)).filter(|inside| width <= inside.width);
    let width = over_account.map_or(width, |inside| inside.width);
    // The notes make way for names.
    let left = usize::from(width).saturating_sub(BESIDE + lead + note);
    let note = if left < label.min(LEAST_LABEL) {
        // Of what was observed, the beginning says more than nothing.
        let rest = usize::from(width).saturating_sub(BESIDE + lead + label);
        if rest >= LEAST_NOTE { rest } else { 0 }
    } else {
        note
    };
    let is_palette =
        matches!(&app.prompt, Some(Prompt::Pick(picker)) if picker.purpose == PickerPurpose::Find);
    let most = match &app.prompt {
        Some(Prompt::Filter(_)) => CONTINUATIONS,
        // The chosen account stays in sight over it.
        _ if is_palette => LINES.min(usize::from(room.height) * 3 / 4).saturating_sub(3).max(1),
        _ => LINES,
    };
    let (typed, foot) = (usize::from(field(app).is_some()), foot(app, width.saturating_sub(4)).len());
    // What an answer means gets longer and shorter while one types: the box stays where it is.
    let kept = if is_answer { usize::from(REMARK).max(foot) } else { foot };
    // While one types freely, or nothing yet, there need be nothing to pick.
    let is_sought = field(app).is_none_or(|input| !input.value().trim().is_empty());
    let least = usize::from(is_sought && !matches!(app.prompt, Some(Prompt::Line(_))));
    let high = |lines: usize, foot: usize| {
        u16::try_from(lines.clamp(least, most) + typed + foot + 2).unwrap_or(u16::MAX)
    };
    // Of what is found beside them, nobody knows beforehand.
    let is_found = matches!(app.prompt, Some(Prompt::Account(_)));
    let full = if is_found { FOUND } else { choices.all().len() };
    let (full, needed) = (high(full, kept), high(choices.shown().len().min(full.max(1)), foot));
    // A box that hangs from a heading leaves that in sight.
    let anchor = match over_account {
        Some(inside) => Some(Rect { y: inside.y.saturating_sub(1), width: 0, height: 1, ..inside }),
        None => anchor(app),
    };
    let room = over_account.unwrap_or_else(|| within_pane(&areas, anchor, room, width));
    let hangs = anchor.filter(|anchor| typed > 0 && anchor.width == 0);
    let full = hangs.map_or(full, |anchor| full.min(room.bottom().saturating_sub(anchor.bottom())));
    let needed = needed.min(full);
    let area = match anchor {
        Some(anchor) => beside(anchor, room, (width, full), needed),
        None if typed > 0 => middle(areas.body, width, full),
        None => middle(areas.body, width, needed),
    };
    let is_beside_nothing = is_palette || matches!(app.prompt, Some(Prompt::Filter(_)));
    let area = if is_beside_nothing { off_focus(app, area, room) } else { area };
    // The line that is typed in stays where it is, however much that finds.
    let area = match anchor {
        Some(anchor) if typed > 0 && area.bottom() == anchor.y => beside(anchor, room, (width, full), full),
        _ => Rect { height: area.height.min(needed), ..area },
    };
    // Where there is no room beside it, what is found comes before how the query may go on.
    let covers = matches!(app.prompt, Some(Prompt::Filter(_)))
        && focused(app).is_some_and(|focus| focus.intersects(area));
    if covers || area.width < 4 || area.height < 3 {
        return None;
    }
    // The choices come first.
    let inside = area.height - 2;
    let field = u16::try_from(typed).unwrap_or(0).min(inside);
    let kept = u16::from(!choices.shown().is_empty());
    let foot = u16::try_from(foot).unwrap_or(0).min((inside - field).saturating_sub(kept));
    let visible = usize::from(inside - field - foot);
    let first = match visible {
        0 => 0,
        _ => scrolled(0, choices.row().unwrap_or(0), visible, choices.shown().len()),
    };
    Some(ChoiceBox { area, first, widths: (lead, note), field, foot })
}

/// The cells that a box may lie in: under what is always said, and over what is asked.
pub(super) fn room(app: &App) -> Rect {
    let areas = areas(app);
    let height = areas.status.y.saturating_sub(areas.body.y);
    Rect { x: 0, y: areas.body.y, width: areas.title.width, height }
}

/// Whether the box is about the list, and hangs from its heading.
fn hangs_from_heading(app: &App) -> bool {
    let Some(Prompt::Pick(picker)) = &app.prompt else { return false };
    matches!(picker.purpose, PickerPurpose::Columns | PickerPurpose::Sort | PickerPurpose::Theme)
}

/// What is inside the frame of the account beside the list; nothing where there is none.
fn inside_frame(areas: &Areas) -> Rect {
    let Rect { x, y, width, height } = areas.dock;
    Rect { x: x + 1, y: y + 1, width: width.saturating_sub(2), height: height.saturating_sub(2) }
}

/// What of `room` lies in the pane of `anchor`, where a box of `width` cells has room in that: the frame of the account beside a
/// list stays whole.
pub(super) fn within_pane(areas: &Areas, anchor: Option<Rect>, room: Rect, width: u16) -> Rect {
    let is_of_account =
        !areas.dock.is_empty() && anchor.is_some_and(|anchor| anchor.x >= areas.dock.x && anchor.width > 0);
    let pane = if is_of_account { areas.dock } else { areas.body };
    let within = Rect { x: pane.x, width: pane.width, ..room };
    if width <= pane.width { within } else { room }
}

/// What lies under the cell at `x`, `y`; nothing where there is no box.
pub fn hit(app: &App, x: u16, y: u16) -> Option<BoxTarget> {
    let placed = placed(app)?;
    let (choices, _) = asked(app)?;
    if !placed.area.contains(Position { x, y }) {
        return Some(BoxTarget::Outside);
    }
    let line = y
        .checked_sub(placed.area.y + 1 + placed.field)
        .filter(|_| y + 1 + placed.foot < placed.area.bottom());
    let row = line.map(|line| usize::from(line) + placed.first);
    Some(row.filter(|row| *row < choices.shown().len()).map_or(BoxTarget::Inside, BoxTarget::Choice))
}

/// A box of `width` by `full` cells in `room`, as near to `anchor` as it gets without lying over it; as high as `needed`
/// now. Where there is no such place, it lies at the bottom.
pub(super) fn beside(anchor: Rect, room: Rect, (width, full): (u16, u16), needed: u16) -> Rect {
    let x = anchor.x.min(room.right().saturating_sub(width)).max(room.x);
    let y = anchor.y.min(room.bottom().saturating_sub(full)).max(room.y);
    let below = room.bottom().saturating_sub(anchor.bottom());
    let above = anchor.y.saturating_sub(room.y);
    let fits_aside = full <= room.height;
    let under = |height: u16| Rect { x, y: anchor.bottom(), width, height: height.min(needed) };
    let over = |height: u16| {
        let height = height.min(needed);
        Rect { x, y: anchor.y - height, width, height }
    };
    if full <= below {
        under(full)
    } else if full <= above {
        over(full)
    } else if fits_aside && anchor.right() + width <= room.right() {
        Rect { x: anchor.right(), y, width, height: needed }
    } else if fits_aside && room.x + width <= anchor.x {
        Rect { x: anchor.x - width, y, width, height: needed }
    } else if below.max(above) >= LEAST_HEIGHT.min(full) {
        if below >= above { under(below) } else { over(above) }
    } else {
        let height = needed.min(room.height);
        Rect { x, y: room.bottom() - height, width, height }
    }
}

/// The cells of what the question is about, where that is to be seen.
pub(super) fn anchor(app: &App) -> Option<Rect> {
    let areas = areas(app);
    let corner = Rect { height: 0, width: 0, ..areas.body };
    if let Some(Prompt::Filter(TypedQuery { input, .. })) = &app.prompt {
        // Over the word that goes on.
        let before = text::width(&text::clean(&input.value()[..last_word(input.value())]));
        let x = u16::try_from(before).unwrap_or(u16::MAX);
        return Some(Rect { x, y: areas.status.y, ..corner });
    }
    if let Some(Prompt::Pick(picker)) = &app.prompt {
        match picker.purpose {
            PickerPurpose::MoveTo(_)
            | PickerPurpose::Checklist(_)
            | PickerPurpose::Template(_)
            | PickerPurpose::SendEmail
            | PickerPurpose::RecordEmail => {}
            // The tabs.
            PickerPurpose::View => return Some(corner),
            // The end of the heading.
            PickerPurpose::Columns
            | PickerPurpose::Sort
            | PickerPurpose::Theme
            | PickerPurpose::CountedOwner => {
                return Some(Rect { x: areas.body.right(), height: 1, ..corner });
            }
            // The account it is about.
            PickerPurpose::Timeline => {
                let pane = areas.account_pane();
                return Some(Rect { x: pane.x, width: 1, height: 1, ..corner });
            }
            PickerPurpose::Find
            | PickerPurpose::GoToStage
            | PickerPurpose::Copy
            | PickerPurpose::OpenLink => return None,
        }
    }
    if app.alerts_have_keys() {
        let row = app.alerts?.row.checked_sub(first_alert(app, areas.alerts))?;
        return line(areas.alerts, 1 + row);
    }
    focused(app)
}

/// `area`, or as much higher or lower in `room` as it takes to leave the chosen account in sight.
fn off_focus(app: &App, area: Rect, room: Rect) -> Rect {
    let Some(focus) = focused(app).filter(|focus| focus.intersects(area)) else { return area };
    let above = focus.y.checked_sub(area.height).filter(|y| *y >= room.y);
    let below = Some(focus.bottom()).filter(|y| *y + area.height <= room.bottom());
    Rect { y: above.or(below).unwrap_or(area.y), ..area }
}

/// The cells of the chosen account, where it is to be seen.
fn focused(app: &App) -> Option<Rect> {
    let areas = areas(app);
    let is_covered = app.screen.is_some()
        || match app.overlay {
            Some(Overlay::Detail(_)) => areas.dock.is_empty(),
            Some(Overlay::Help(_) | Overlay::Output(_) | Overlay::Brief(_)) => true,
            None => false,
        };
    if is_covered || app.focus.account.is_none() {
        return None;
    }
    match app.view {
        View::List { .. } | View::Today => {
            let at = ListLines::of(app).line_of(app.focus.row).checked_sub(app.focus.list_top)?;
            line(areas.body, 1 + at)
        }
        View::Board => {
            let columns = columns(app);
            let placed = columns.placed.iter().find(|placed| placed.column_id == app.focus.column_id)?;
            let top = app.focus.tops.get(&placed.column_id).copied().unwrap_or(0);
            let height = card_height(areas.body);
            let row = u16::try_from(app.focus.row.checked_sub(top)?).ok()?;
            let y = placed.area.y + heading(areas.body) + row * height;
            let card = Rect { y, height: card_lines(areas.body), ..placed.area };
            (y < areas.body.bottom()).then(|| card.intersection(areas.body))
        }
    }
}

/// The line of `area` at `at`, if it is one of its lines.
fn line(area: Rect, at: usize) -> Option<Rect> {
    let at = u16::try_from(at).ok().filter(|at| *at < area.height)?;
    Some(Rect { y: area.y + at, height: 1, ..area })
}
