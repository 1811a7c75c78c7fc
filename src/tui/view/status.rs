//! The last lines: what just happened or is being asked, and the keys that matter now.

use crate::prose::dates;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use tui_input::Input;

use crate::prose::{lists::plural, reasons};
use crate::state::{Account, Reason};
use crate::text;
use crate::tui::canvas::{put, put_rows, wipe};
use crate::tui::input::action::Action;
use crate::tui::layout::choices::{field, placed as placed_box};
use crate::tui::layout::hints::{PlacedHint, key_of, placed, width_of_answers};
use crate::tui::layout::question::is_boxed;
use crate::tui::layout::{alert_count, areas, columns, status_lines};
use crate::tui::model::answers::Understood;
use crate::tui::model::answers::remark::{Remark, remark};
use crate::tui::model::app::App;
use crate::tui::model::focus::View;
use crate::tui::model::hearing::key_role;
use crate::tui::model::hints::hint;
use crate::tui::model::picker::PickerPurpose;
use crate::tui::model::prompt::{AskedLine, ChoicePurpose, Prompt, TypedQuery};
use crate::tui::model::status::Tone;
use crate::tui::named_keys;
use crate::tui::screens;
use crate::tui::screens::account_choice::WHAT_TO_TYPE;
use crate::tui::theme::Role;

/// How many cells an objection is shown in at least, cut where it is longer.
const LEAST_OBJECTION: usize = 16;
/// How much room the fields have that a word may be the beginning of.
const LONGEST_FIELDS: usize = 40;

/// Draws the status line; where the cursor belongs when something is being typed.
pub(super) fn draw(app: &App, area: Rect, buf: &mut Buffer) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    if is_boxed(app) {
        put_rows(buf, area, needs(app, area.height.into()));
        return None;
    }
    if field(app).is_some() {
        under_box(app, area, buf);
        return None;
    }
    // What is asked about the account stands under what it needs; a box of its own is about itself.
    let is_about_account = match &app.prompt {
        Some(Prompt::Line(_) | Prompt::Confirm(_) | Prompt::Account(_)) => true,
        Some(Prompt::Pick(picker)) => !picker.purpose.is_menu(),
        Some(_) | None => false,
    };
    let area = if is_about_account { under_needs(app, area, buf) } else { area };
    match &app.prompt {
        Some(Prompt::Filter(TypedQuery { input, .. })) => {
            let found = match app.matches() {
                _ if !app.status.objection().is_empty() => app.status.objection().to_owned(),
                _ if let Some(found) = screens::found(app) => found,
                Some(found) => plural(found, "match", "matches"),
                None => "Type a name, another fact, or a query such as owner:none".to_owned(),
            };
            Some(ask(app, area, buf, "/", input, &found))
        }
        Some(Prompt::Line(AskedLine { label, input, .. })) => {
            Some(with_objection(app, area, buf, &format!("{label} "), input))
        }
        Some(Prompt::Pick(picker)) if !picker.purpose.is_menu() => {
            let question = match picker.purpose {
                PickerPurpose::Find => ": ".to_owned(),
                PickerPurpose::GoToStage
                | PickerPurpose::MoveTo(_)
                | PickerPurpose::Sort
                | PickerPurpose::Columns
                | PickerPurpose::Checklist(_)
                | PickerPurpose::View
                | PickerPurpose::Theme
                | PickerPurpose::Timeline
                | PickerPurpose::CountedOwner
                | PickerPurpose::Copy
                | PickerPurpose::OpenLink
                | PickerPurpose::Template(_)
                | PickerPurpose::SendEmail
                | PickerPurpose::RecordEmail => format!("{}: ", picker.title),
            };
            if picker.purpose.is_stage() {
                return Some(ask(app, area, buf, &question, &picker.input, ""));
            }
            Some(with_objection(app, area, buf, &question, &picker.input))
        }
        Some(Prompt::Account(choice)) => {
            let chosen = choice.chosen().map(|id| app.short_name(id));
            Some(ask(
                app,
                area,
                buf,
                &format!("{} ", choice.question),
                &choice.input,
                chosen.as_deref().unwrap_or(app.status.objection()),
            ))
        }
        Some(Prompt::HelpSearch(input)) => Some(ask(app, area, buf, "/", input, "Type a word or a key")),
        Some(Prompt::ImportPath(input)) => Some(with_objection(app, area, buf, "File to import: ", input)),
        Some(Prompt::PastDay(input)) => Some(with_objection(app, area, buf, "Show the board as of: ", input)),
        Some(Prompt::SaveView(input)) => Some(with_objection(app, area, buf, "Save this view as: ", input)),
        Some(Prompt::Confirm(asked)) => {
            for (line, row) in asked.lines(area.width).iter().zip(area.rows()) {
                wipe(buf, row);
                put(buf, row, row.x, row.y, line, app.theme.style(Role::Accent));
            }
            None
        }
        Some(Prompt::Pick(_) | Prompt::Bulk(_) | Prompt::Import(_)) | None => {
            let said = said(app, area.height);
            let left = usize::from(area.height).saturating_sub(said.len());
            let mut lines = needs(app, left);
            lines.resize(left, Line::default());
            lines.extend(said);
            let alone = lines.first().map_or(0, Line::width);
            put_rows(buf, area, lines);
            draw_alert_count(app, area, alone, buf);
            None
        }
    }
}

/// What stands at the foot while one types in a box: what is wrong with that, or else what the chosen account needs.
fn under_box(app: &App, area: Rect, buf: &mut Buffer) {
    let is_stage = matches!(&app.prompt, Some(Prompt::Pick(picker)) if picker.purpose.is_stage());
    // What is wrong with a line that is typed stands under that.
    let is_remarked = matches!(&app.prompt, Some(Prompt::Line(_))) && !app.status.objection().is_empty();
    let said = if is_stage || is_remarked { Vec::new() } else { said(app, area.height) };
    let left = usize::from(area.height).saturating_sub(said.len());
    let mut lines = needs(app, left);
    lines.resize(left, Line::default());
    lines.extend(said);
    put_rows(buf, area, lines);
}

/// A question whose answer may be objected to: the objection stands over it where both have a line, else beside it.
fn with_objection(app: &App, area: Rect, buf: &mut Buffer, question: &str, input: &Input) -> Position {
    let line = area.rows().next_back().unwrap_or(area);
    // What is said is no objection, and stands there, too: that the file is being read.
    let beside = if area.height == 1 { &app.status.text } else { "" };
    let above = Rect { height: area.height.saturating_sub(1), ..area };
    put_rows(buf, above, said(app, above.height));
    ask(app, line, buf, question, input, beside)
}

/// How many alerts are open, at the right end, where the rest leaves room.
fn draw_alert_count(app: &App, area: Rect, taken: usize, buf: &mut Buffer) {
    let count = alert_count(app);
    let width = text::width(&count);
    if width > 0 && taken + width + 1 < usize::from(area.width) {
        let x = area.right() - u16::try_from(width).unwrap_or(0);
        let is_waiting = app.open_alerts > app.acknowledged_alerts;
        let role = if is_waiting { Role::Danger } else { Role::Dim };
        // How many there are is what presses, and not the key.
        let (how_many, rest) = count.split_at(count.find(" ·").unwrap_or(count.len()));
        let (rest, key) = rest.split_at(rest.rfind("· ").map_or(rest.len(), |at| at + "· ".len()));
        let x = put(buf, area, x, area.y, how_many, app.theme.style(role));
        let x = put(buf, area, x, area.y, rest, app.theme.style(Role::Dim));
        put(buf, area, x, area.y, key, app.theme.style(key_role(app.hears(Action::Alerts))));
    }
}

/// Draws what the chosen account needs over what is asked; the lines that are left for that.
fn under_needs(app: &App, area: Rect, buf: &mut Buffer) -> Rect {
    let asked = u16::try_from(status_lines(app)).unwrap_or(u16::MAX).min(area.height);
    let left = area.height - asked;
    put_rows(buf, area, needs(app, left.into()));
    Rect { y: area.y + left, height: asked, ..area }
}

/// Everything the chosen account needs a person for, in at most `height` lines: one reason a line with its key, the last
/// line all that are left. Of one that needs nobody yet, until when. A single line leaves room for the count of alerts.
fn needs(app: &App, height: usize) -> Vec<Line<'static>> {
    // The account's page says it, where that stands beside the board.
    let is_said = app.screen.is_some() || !areas(app).dock.is_empty();
    // What is about to change several says nothing of the chosen one.
    let is_said = is_said || matches!(app.prompt, Some(Prompt::Bulk(_)));
    let Some(account) = app.focused().filter(|_| !is_said && height > 0) else {
        return Vec::new();
    };
    let theme = &app.theme;
    // Over what is asked, no alerts are counted.
    let name = name_cut_on_card(app, account).map(|name| format!(" {name} "));
    let taken = if app.prompt.is_some() { 0 } else { text::width(&alert_count(app)) + 2 };
    let taken = taken + name.as_deref().map_or(0, text::width);
    let room = usize::from(app.size.0).saturating_sub(taken);
    if let Some(snooze) = account.snooze.as_ref().filter(|_| account.is_snoozed(app.now.at)) {
        let words = format!(" Snoozed until {}", dates::end(&app.now, snooze.until));
        return vec![Line::styled(text::cut(&words, room).into_owned(), theme.style(Role::Dim))];
    }
    let reasons = app.queue.reasons(&account.id);
    // A key that would do something else now, or nothing, is not named; what it stands for is not offered either.
    let has_keys = app.hears_account_keys();
    let role = app.account_key_role();
    let hint = |reason: &Reason| if has_keys { hint(app, account, reason) } else { String::new() };
    let text = |reason: &Reason| text::clean(&reasons::text(reason, &app.now)).into_owned();
    // The last line has all that are left: each behind its own key.
    let line = |reasons: &[Reason], width: usize, room: usize| {
        let (first, others) = reasons.split_first()?;
        let more = |left: usize| if left > 0 { format!(" · +{left}") } else { String::new() };
        let key_width = if width > 0 { width + 2 } else { 0 };
        let mut left = room.saturating_sub(key_width + 1);
        let words = cut_at_clause(&text(first), left.saturating_sub(text::width(&more(others.len()))));
        left = left.saturating_sub(text::width(&words));
        let mut spans = vec![
            Span::styled(format!(" {}", text::fit(&hint(first), key_width)), theme.style(role)),
            Span::styled(words, theme.style(Role::Dim)),
        ];
        for (at, other) in others.iter().enumerate() {
            let gap = if width > 0 { "  " } else { "" };
            let (hint, words) = (hint(other), format!("{gap}{}", text(other)));
            let (needed, rest) = (3 + text::width(&hint) + text::width(&words), others.len() - at - 1);
            if needed + text::width(&more(rest)) > left {
                spans.push(Span::styled(more(rest + 1), theme.style(Role::Dim)));
                break;
            }
            left -= needed;
            spans.push(Span::styled(" · ", theme.style(Role::Dim)));
            spans.push(Span::styled(hint, theme.style(role)));
            spans.push(Span::styled(words, theme.style(Role::Dim)));
        }
        Some(Line::from(spans))
    };
    if height == 1 {
        let width = reasons.first().map_or(0, |first| text::width(&hint(first)));
        let needs = line(reasons, width, room);
        let spans = name.map(|name| Span::styled(name, theme.style(Role::Name))).into_iter();
        let spans: Vec<Span<'_>> = spans.chain(needs.into_iter().flat_map(|needs| needs.spans)).collect();
        return if spans.is_empty() { Vec::new() } else { vec![Line::from(spans)] };
    }
    let (first, rest) = reasons.split_at(reasons.len().min(height - 1));
    let width = reasons.iter().take(height).map(|reason| text::width(&hint(reason))).max().unwrap_or(0);
    let room = usize::from(app.size.0);
    let each = first.iter().map(std::slice::from_ref).chain(Some(rest));
    each.filter_map(|reasons| line(reasons, width, room)).collect()
}

/// What the chosen account is called, where its card has no room for that: it is to be read somewhere.
fn name_cut_on_card(app: &App, account: &Account) -> Option<String> {
    if app.view != View::Board || app.overlay.is_some() {
        return None;
    }
    let columns = columns(app);
    let column = columns.placed.iter().find(|placed| placed.column_id == app.focus.column_id)?;
    let name = text::clean(account.name());
    (text::width(&name) > usize::from(column.area.width.saturating_sub(1))).then(|| name.into_owned())
}

/// `words`, as far as they fit into `room`: up to the end of a clause, where one ends in there, and in mid-sentence else.
fn cut_at_clause(words: &str, room: usize) -> String {
    if text::width(words) <= room {
        return words.to_owned();
    }
    let ends = [", ", ": ", " ("].into_iter().flat_map(|end| words.match_indices(end).map(|(at, _)| at));
    let whole = ends.filter(|at| text::width(&words[..*at]) <= room).max();
    whole.map_or_else(|| text::cut(words, room).into_owned(), |at| words[..at].to_owned())
}

/// The status in at most `height` lines as wide as the screen; none when there is nothing to say.
fn said(app: &App, height: u16) -> Vec<Line<'_>> {
    let role = match app.status.tone {
        Tone::Plain => Role::Text,
        Tone::Done => Role::Ok,
        Tone::Refused => Role::Warning,
        Tone::Failed => Role::Danger,
    };
    let style = app.theme.style(role);
    let height = usize::from(height);
    let lines = app.status.lines.iter().take(height).map(|line| lit(app, line, style));
    let mut lines: Vec<Line<'_>> = lines.collect();
    if app.status.lines.len() > height
        && let Some(last) = lines.last_mut()
    {
        let more = format!("{last}…");
        *last = Line::styled(text::cut(&more, usize::from(app.size.0)).into_owned(), style);
    }
    lines
}

/// A line of the status, whose keys look like all others and not like the rest of what is said.
fn lit<'a>(app: &App, line: &'a str, style: Style) -> Line<'a> {
    let mut spans = Vec::new();
    let mut rest = line;
    for way in app.status.keys.split(" · ").filter(|way| !way.is_empty()) {
        let Some((before, after)) = rest.find(way).map(|at| (&rest[..at], &rest[at + way.len()..])) else {
            continue;
        };
        let (key, words) = rest[before.len()..before.len() + way.len()].split_at(key_of(app, way));
        spans.push(Span::styled(before, style));
        spans.push(Span::styled(key, app.theme.style(Role::Accent)));
        spans.push(Span::styled(words, app.theme.style(Role::Dim)));
        rest = after;
    }
    spans.push(Span::styled(rest, style));
    Line::from(spans)
}

/// A question and the line being typed, scrolled so that the cursor is in it; `remark` where there is room.
pub(super) fn ask(
    app: &App,
    area: Rect,
    buf: &mut Buffer,
    question: &str,
    input: &Input,
    remark: &str,
) -> Position {
    let theme = &app.theme;
    let x = put(buf, area, area.x, area.y, question, theme.style(Role::Accent))
        .min(area.right().saturating_sub(1));
    let room = usize::from(area.right() - x).saturating_sub(1).max(1);
    let typed = text::clean(input.value());
    // What is typed is shown clean, so its width is that of what is shown before the cursor.
    let before: String = input.value().chars().take(input.cursor()).collect();
    let before = text::width(&text::clean(&before));
    let skip = before.saturating_sub(room);
    let mut shown = String::new();
    let mut width = 0;
    for c in typed.chars() {
        let cells = text::width(c.encode_utf8(&mut [0; 4]));
        if width >= skip {
            shown.push(c);
        }
        width += cells;
    }
    let end = put(buf, area, x, area.y, &shown, theme.style(Role::Text));
    let start = end + 2;
    let room = usize::from(area.right().saturating_sub(start));
    let is_objection = !remark.is_empty() && remark == app.status.objection();
    if room >= text::width(remark) || (is_objection && room >= LEAST_OBJECTION) {
        let role = if is_objection { Role::Warning } else { Role::Dim };
        put(buf, area, start, area.y, &text::cut(remark, room), theme.style(role));
    }
    let cursor = x + u16::try_from(before - skip).unwrap_or(0);
    Position { x: cursor.min(area.right() - 1), y: area.y }
}

/// What the answer so far means, or what one may write.
fn meant(app: &App) -> Option<(String, Role)> {
    match &app.prompt {
        // In a box, it stands under what is typed.
        Some(Prompt::Line(_)) if app.status.objection().is_empty() => {
            let is_in_box = is_boxed(app) || field(app).is_some();
            let remark = remark(app).filter(|_| !is_in_box)?;
            Some((remark.words(), remark_role(app)))
        }
        Some(Prompt::Filter(TypedQuery { completion, .. })) if !completion.begun().is_empty() => {
            let names = completion.begun().join(" ");
            Some((text::cut(&format!("or {names}"), LONGEST_FIELDS).into_owned(), Role::Dim))
        }
        Some(Prompt::Pick(picker)) if picker.purpose == PickerPurpose::Columns => {
            let space = if picker.choices.row().is_some() { "space or " } else { "" };
            Some((format!("{space}a number switches a column"), Role::Dim))
        }
        Some(Prompt::Pick(picker)) if app.status.objection().is_empty() => {
            let why = picker.choices.chosen().filter(|_| picker.purpose.is_stage())?.refused.clone()?;
            Some((why, Role::Warning))
        }
        // A choice for an unmatched signal says on the screen over this line what it would do.
        Some(Prompt::Account(choice)) if matches!(choice.purpose, ChoicePurpose::Merge { .. }) => {
            if choice.choices.shown().is_empty() {
                return Some((WHAT_TO_TYPE.to_owned(), Role::Dim));
            }
            placed_box(app).is_none().then(|| (format!("→ {}", choice.outcome), Role::Ok))
        }
        Some(_) | None => None,
    }
}

/// How that looks, and what picking an account would do.
pub(super) fn remark_role(app: &App) -> Role {
    match remark(app) {
        None | Some(Remark::Understood(Understood::Meant(_))) => Role::Ok,
        Some(Remark::Understood(Understood::Doubtful(_)) | Remark::Wrong(_)) => Role::Warning,
        Some(Remark::Understood(Understood::Hint(_))) => Role::Dim,
    }
}

/// The keys that matter now.
pub(super) fn hints(app: &App, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = &app.theme;
    let mut x = area.x + 1;
    if let Some(holder) = &app.waits_for {
        let words = format!("Waiting for {holder} · Ctrl-C leaves");
        put(
            buf,
            area,
            x,
            area.y,
            &text::cut(&text::clean(&words), (area.width - 1).into()),
            theme.style(Role::Warning),
        );
        return;
    }
    if let Some((words, role)) = meant(app) {
        // How one gets out of a question is not pushed out of sight.
        let room = usize::from(area.right().saturating_sub(x));
        let room = room.checked_sub(usize::from(width_of_answers(app)) + 1).unwrap_or(room);
        x = put(buf, area, x, area.y, &text::cut(&text::clean(&words), room), theme.style(role)) + 2;
    }
    if let Some(Prompt::Pick(picker)) = &app.prompt
        && picker.purpose.is_stage()
        && !app.status.objection().is_empty()
    {
        let room = usize::from(area.right().saturating_sub(x));
        put(buf, area, x, area.y, &text::cut(app.status.objection(), room), theme.style(Role::Warning));
        return;
    }
    for way in app.status.ways_on() {
        let (key, words) = way.split_at(key_of(app, way));
        let end = put(buf, area, x, area.y, key, theme.style(Role::Accent));
        x = put(buf, area, end, area.y, words, theme.style(Role::Dim)) + 2;
    }
    for PlacedHint { x, key, words, .. } in placed(app, named_keys::hints(app), x, area) {
        let x = put(buf, area, x, area.y, &key, theme.style(Role::Accent));
        put(buf, area, x + 1, area.y, words, theme.style(Role::Dim));
    }
}
