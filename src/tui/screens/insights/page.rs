//! A section as a page: the list of sections beside it, what its numbers mean, its chart and its table.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::{bars, details};
use crate::insights::report::{Section, SectionCell};
use crate::prose::dates;
use crate::text;
use crate::tui::canvas::{chosen_row, put, put_out_of_sight, put_right};
use crate::tui::chart::area::stacked;
use crate::tui::chart::axis::Axis;
use crate::tui::chart::bars::bar;
use crate::tui::input::action::Action;
use crate::tui::layout::insights::{LEAST_PLOT, PlacedInsights, PlacedNumber, first_section, place};
use crate::tui::model::app::App;
use crate::tui::model::badges::phase;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::insights::charts::{BarPart, PageChart, PartScale, count};
use crate::tui::model::insights::{ChosenNumber, FORECAST, InsightsPages, shown};
use crate::tui::model::screens::ScreenState;
use crate::tui::theme::Role;

pub(in crate::tui::screens) fn draw(
    app: &App,
    screen: &ScreenState,
    pages: Option<&InsightsPages>,
    area: Rect,
    buf: &mut Buffer,
) {
    let Some(pages) = pages.filter(|pages| !pages.sections.is_empty()) else {
        put(buf, area, area.x + 1, area.y, "counting…", app.theme.style(Role::Dim));
        return;
    };
    let placed = place(screen, pages, area);
    draw_sections(app, pages, &placed, buf);
    let section = &pages.sections[placed.place];
    draw_heading(app, pages, section, &placed, buf);
    if section.rows.is_empty() {
        let room = Rect { y: placed.rows.y, height: placed.page.bottom() - placed.rows.y, ..placed.page };
        let unread = unread(app).filter(|_| section.id == FORECAST && pages.accounts > 0);
        let role = if unread.is_some() { Role::Danger } else { Role::Dim };
        let words = unread.unwrap_or_else(|| nothing(app, pages, section).into());
        for (line, row) in text::wrapped(&words, room.width.into(), 0).iter().zip(room.rows()) {
            put(buf, row, row.x, row.y, line, app.theme.style(role));
        }
        return;
    }
    let chosen = pages.chosen(placed.place, placed.row, screen.column);
    if placed.plot.height > 0 {
        draw_bands(app, pages, placed.plot, buf);
    }
    draw_table(app, pages, section, &placed, chosen.as_ref(), buf);
    details::draw(app, pages, &placed, chosen.as_ref(), buf);
}

/// Why the month of the forecast could not be read, and what one can do.
fn unread(app: &App) -> Option<String> {
    let why = super::unread(app)?;
    let again = app.key_in(app.mode(), Action::Open).map(|key| format!(" {key} reads it again."));
    Some(format!("The journal of that month could not be read: {why}.{}", again.unwrap_or_default()))
}

/// The lines between two numbers of a chart's height at least, and the cells between two days under it.
const LINES_APART: u64 = 3;
const DAYS_APART: usize = 6;

/// What stands in place of an empty table.
fn nothing(app: &App, pages: &InsightsPages, section: &Section) -> &'static str {
    match section.id {
        _ if pages.accounts == 0 => "nobody is counted: there is no account here",
        FORECAST if app.insights.month_asked.is_some() => "reading the journal of that month…",
        FORECAST => "no amount was forecast when that month began",
        "forced" => "no move was forced in these days",
        "ageing" => "nobody is where they are for longer than usual",
        "alerts" => "no alert was raised in these days",
        "moves" => "no card was moved in these days",
        "people" => "nobody has an account in hand",
        "retention" => "nobody came onto the board in these months",
        _ => "nothing in these days",
    }
}

/// What a section is called in the list beside it.
fn short_title(section: &Section) -> &str {
    match section.id {
        "outcomes" => "Outcomes",
        "flow" => "Came and went",
        "calls" => "Calls",
        "target" => "Target weeks",
        "moves" => "Moves",
        "people" => "People",
        "forced" => "Forced moves",
        FORECAST => "Forecast",
        _ => section.title,
    }
}

fn draw_sections(app: &App, pages: &InsightsPages, placed: &PlacedInsights, buf: &mut Buffer) {
    let area = placed.sections;
    if area.width == 0 {
        return;
    }
    let theme = &app.theme;
    let first = first_section(placed, pages);
    for (at, (section, row)) in
        pages.sections.iter().enumerate().skip(first).zip(area.rows()).map(|((at, it), row)| (at, (it, row)))
    {
        let words = Rect { width: row.width - 1, ..row };
        let is_chosen = at == placed.place;
        if is_chosen {
            chosen_row(theme, app.chosen_role(), words, buf);
        }
        let digit = if at < 9 { (at + 1).to_string() } else { String::new() };
        let x = put(buf, words, row.x + 1, row.y, &text::fit_right(&digit, 1), theme.style(Role::Dim)) + 1;
        // What was not read yet may have something to say.
        let is_empty = section.rows.is_empty() && (section.id != FORECAST || pages.asked.has_month);
        let role = match (is_chosen, is_empty) {
            (true, _) => app.chosen_role(),
            (false, true) => Role::Dim,
            (false, false) => Role::Text,
        };
        let room = usize::from(words.right().saturating_sub(x));
        put(buf, words, x, row.y, &text::cut(short_title(section), room), theme.style(role));
    }
    for row in area.rows() {
        put(buf, area, area.right() - 1, row.y, "│", theme.style(Role::Border));
    }
}

/// The title, what the numbers mean, and over the chart what its marks mean.
fn draw_heading(
    app: &App,
    pages: &InsightsPages,
    section: &Section,
    placed: &PlacedInsights,
    buf: &mut Buffer,
) {
    let (theme, page) = (&app.theme, placed.page);
    let place = format!("{}/{}", placed.place + 1, pages.sections.len());
    let x = put(buf, page, page.x, page.y, section.title, theme.style(Role::Header));
    if usize::from(page.right().saturating_sub(x)) > text::width(&place) + 1 {
        let end = page.right() - u16::try_from(text::width(&place)).unwrap_or(0);
        put(buf, page, end, page.y, &place, theme.style(Role::Dim));
    }
    for (line, y) in placed.meaning.iter().zip(page.y + 1..) {
        put(buf, page, page.x, y, line, theme.style(Role::Dim));
    }
    if section.rows.is_empty() {
        return;
    }
    let head = placed.head;
    let title = section.columns.first().map_or("", |column| &column.title);
    put(buf, head, head.x, head.y, &text::cut(title, placed.label.into()), theme.style(Role::Header));
    for column in &placed.columns {
        let title = &section.columns[column.column].title;
        put(buf, head, column.x, head.y, &fitted(title, *column), theme.style(Role::Header));
    }
    // In the gaps before the first column and behind the last one.
    let (left, right) = placed.more;
    let ends = placed.columns.first().zip(placed.columns.last());
    let marks = ends.map(|(first, last)| [(left, "‹", first.x - 2), (right, "›", last.end())]);
    for (_, mark, x) in marks.into_iter().flatten().filter(|(is_more, ..)| *is_more) {
        put(buf, head, x, head.y, mark, theme.style(Role::Dim));
    }
    if placed.bars.width > 0 {
        let unit = bars::unit(section, &pages.charts[placed.place]);
        put(buf, head, placed.bars.x, head.y, unit, theme.style(Role::Header));
    }
    legend(app, &pages.charts[placed.place], section, placed, buf);
}

fn fitted(words: &str, column: PlacedNumber) -> String {
    let words = text::clean(words);
    if column.is_right {
        text::fit_right(&words, column.width.into())
    } else {
        text::fit(&words, column.width.into())
    }
}

/// What the marks of the bars mean, in words, over them.
fn legend(app: &App, chart: &PageChart, section: &Section, placed: &PlacedInsights, buf: &mut Buffer) {
    let theme = &app.theme;
    let area = placed.legend;
    let width = |marks: &[(&str, Role, &str)]| {
        marks.iter().map(|(mark, _, word)| text::width(mark) + 1 + text::width(word) + 2).sum::<usize>()
    };
    let fitting = |[long, short]: [Vec<_>; 2]| {
        if width(&long) <= usize::from(area.width) + 2 { long } else { short }
    };
    let marks: Vec<(&str, Role, &str)> = match chart {
        PageChart::Parts { parts, .. } if parts.len() == 1 => Vec::new(),
        PageChart::Parts { parts, scale } => {
            let hue = bars::hue_of_all(section);
            let is_seen = |part: &BarPart| section.rows.iter().any(|row| part.count(row) > 0);
            let seen = parts.iter().enumerate().filter(|(_, part)| is_seen(part));
            let seen = seen
                .map(|(at, part)| (bars::letter(at, parts.len()), bars::role(part.meaning, hue), part.word));
            let is_share = matches!(scale, PartScale::Share { .. });
            let goal = is_share.then_some((bars::MOST, Role::Header, "should stay"));
            let is_unfinished = is_share && section.rows.iter().any(|row| !section.is_finished(row));
            let rest = is_unfinished.then_some((bars::letter(0, parts.len()), Role::Dim, "not finished"));
            seen.chain(goal).chain(rest).collect()
        }
        PageChart::Dots => {
            let marks = |[dot, half, most, late]: [&'static str; 4]| {
                vec![
                    ("⠂", Role::Text, dot),
                    (bars::HALF, Role::Dim, half),
                    (bars::MOST, Role::Dim, most),
                    ("⠂", Role::Warning, late),
                ]
            };
            let long = ["an open account", "half had left by then", "85 of 100", "longer: act on these"];
            fitting([long, ["open", "half had left", "85 of 100", "longer: act"]].map(marks))
        }
        PageChart::Days { .. } => {
            vec![("█", Role::Warning, "there for"), (bars::MOST, Role::Header, "85 of 100 had left")]
        }
        PageChart::Percent { .. } => {
            vec![("█", Role::Ok, "paid, of what was expected"), (bars::MOST, Role::Header, "counted on")]
        }
        PageChart::Columns { .. } => {
            let marks = |[all, unfinished]: [&'static str; 2]| {
                vec![("█", Role::PhaseEngaged, all), ("▂", Role::PhaseEngaged, unfinished)]
            };
            let long = ["how many of the accounts", "not finished: do not compare"];
            fitting([long, ["of the accounts", "unfinished: do not compare"]].map(marks))
        }
        PageChart::Table | PageChart::Bands => Vec::new(),
    };
    let mut x = area.x;
    for (mark, role, word) in marks {
        let room = usize::from(area.right().saturating_sub(x));
        if text::width(mark) + 1 + text::width(word) > room {
            break;
        }
        x = put(buf, area, x, area.y, mark, theme.style(role)) + 1;
        x = put(buf, area, x, area.y, word, theme.style(Role::Dim)) + 2;
    }
}

fn draw_table(
    app: &App,
    pages: &InsightsPages,
    section: &Section,
    placed: &PlacedInsights,
    chosen: Option<&ChosenNumber<'_>>,
    buf: &mut Buffer,
) {
    let theme = &app.theme;
    let chart = &pages.charts[placed.place];
    let axis = bars::scale(pages, section, chart, placed.bars.width);
    let most = match chart {
        PageChart::Columns { columns, whole: None } => {
            let counts =
                section.rows.iter().flat_map(|row| columns.iter().map(|at| row.get(*at).map_or(0, count)));
            counts.max().unwrap_or(0)
        }
        _ => 0,
    };
    for (at, row) in (placed.first..section.rows.len()).zip(placed.rows.rows()) {
        let is_chosen = at == placed.row;
        let cells = &section.rows[at];
        if is_chosen {
            let line = Rect { x: row.x.saturating_sub(1), width: row.width + 1, ..row };
            chosen_row(theme, app.chosen_role(), line, buf);
        }
        let label = cells.first().map_or_else(String::new, |cell| shown(cell, &app.now));
        let role = if is_chosen { app.chosen_role() } else { Role::Name };
        put(buf, row, row.x, row.y, &text::cut(&text::clean(&label), placed.label.into()), theme.style(role));
        for column in &placed.columns {
            let Some(cell) = cells.get(column.column) else { continue };
            let is_it = is_chosen && chosen.and_then(ChosenNumber::column) == Some(column.column);
            let is_nothing = matches!(cell, SectionCell::Accounts(accounts) if accounts.is_empty())
                || matches!(cell, SectionCell::Count(0));
            let style = match (is_it, is_nothing, cell) {
                (true, ..) => theme.style(Role::Accent).add_modifier(Modifier::UNDERLINED),
                (false, true, _) => theme.style(Role::Dim),
                (false, false, SectionCell::Money(_)) => theme.style(Role::Money),
                (false, false, _) => theme.style(Role::Text),
            };
            let words = text::clean(&shown(cell, &app.now)).into_owned();
            let shown = text::cut(&words, column.width.into()).into_owned();
            let pad = if column.is_right { usize::from(column.width) - text::width(&shown) } else { 0 };
            put(buf, row, column.x + u16::try_from(pad).unwrap_or(0), row.y, &shown, style);
            if column.bar > 0 {
                let most = if let PageChart::Columns { whole: Some(whole), .. } = chart {
                    cells.get(*whole).map_or(0, count)
                } else {
                    most
                };
                let axis = Axis::exact(most, column.bar.into());
                let own = Rect { x: column.bar_x(), width: column.bar, ..row };
                let bar = bar(count(cell), &axis);
                // Those who are not finished do not compare with the others.
                let bar = if section.is_finished(cells) { bar } else { "▂".repeat(text::width(&bar)) };
                put(buf, own, own.x, own.y, &bar, theme.style(hue_of(section, column.column)));
            }
        }
        if placed.bars.width > 0 {
            let own = Rect { x: placed.bars.x, width: placed.bars.width, y: row.y, height: 1 };
            let chosen = chosen.filter(|_| is_chosen);
            bars::draw(app, pages, (section, at), (chart, &axis), chosen, own, buf);
        }
    }
    if placed.bars.width > 0 && placed.axis.height > 0 {
        let words = axis.words();
        put(
            buf,
            Rect { x: placed.bars.x, width: placed.page.right() - placed.bars.x, ..placed.axis },
            placed.bars.x,
            placed.axis.y,
            &words,
            theme.style(Role::Dim),
        );
    }
    let below = section.rows.len().saturating_sub(placed.first + usize::from(placed.rows.height));
    put_out_of_sight(theme, (placed.first, below), placed.axis.union(Rect { height: 1, ..placed.head }), buf);
}

/// The hue of a bar that stands beside its own number.
fn hue_of(section: &Section, column: usize) -> Role {
    match section.columns.get(column).map_or("", |column| &column.id) {
        "contacted" | "arrivals" => Role::PhaseNew,
        "engaged" | "call_held" => Role::PhaseEngaged,
        "final_outreach" => Role::PhaseClosing,
        _ => Role::PhaseClosed,
    }
}

/// Who stood where, day by day: a band a bucket, the last one lowest, called at its right end.
fn draw_bands(app: &App, pages: &InsightsPages, area: Rect, buf: &mut Buffer) {
    let (theme, flow) = (&app.theme, &pages.flow);
    let height = area.height.saturating_sub(if area.height > LEAST_PLOT { 2 } else { 1 });
    let days = flow.days.len();
    let sum = |day: usize| {
        flow.buckets.iter().map(|(_, counts)| counts.get(day).copied().unwrap_or(0) as u64).sum::<u64>()
    };
    let most = (0..days).map(sum).max().unwrap_or(0);
    if most == 0 || height == 0 {
        put(buf, area, area.x, area.y, "nobody stood anywhere on these days", theme.style(Role::Dim));
        return;
    }
    let axis = Axis::exact(most, height.into());
    let left = u16::try_from(most.to_string().len()).unwrap_or(0) + 1;
    let name = |(bucket, counts): &(Arc<str>, Vec<usize>)| {
        format!("{bucket} {}", counts.last().copied().unwrap_or(0))
    };
    let longest = flow.buckets.iter().map(|bucket| text::width(&name(bucket))).max().unwrap_or(0);
    let names = u16::try_from(longest).unwrap_or(u16::MAX).min(area.width / 4);
    let width = area.width.saturating_sub(left + names + 1);
    // The last bucket lowest.
    let buckets: Vec<_> = flow.buckets.iter().rev().collect();
    let series: Vec<Vec<u64>> =
        buckets.iter().map(|(_, counts)| counts.iter().map(|count| *count as u64).collect()).collect();
    let series: Vec<&[u64]> = series.iter().map(Vec::as_slice).collect();
    let stages = app.board.pipeline().stages();
    let hue = |band: usize| {
        let at = stages.iter().position(|stage| stage.bucket == buckets[band].0);
        at.map_or(Role::Text, |at| phase(app, ColumnId::Stage(at)))
    };
    // Round numbers at their heights, and the greatest at the top.
    let foot = area.y + height - 1;
    let of_line = |number: u64| foot.saturating_sub(u16::try_from(axis.parts(number, 1)).unwrap_or(0));
    let round = axis.round_numbers(LINES_APART).map(|number| (number, of_line(number)));
    let round = round.filter(|(number, y)| *number == 0 || (area.y + 2..foot).contains(y));
    for (number, y) in round.chain([(most, area.y)]) {
        let words = text::fit_right(&number.to_string(), usize::from(left) - 1);
        put(buf, area, area.x, y, &words, theme.style(Role::Dim));
    }
    let lines = stacked(&series, &axis, width.into());
    for (line, y) in lines.iter().zip(area.y..) {
        for (cell, x) in line.iter().zip(area.x + left..) {
            if let Some((letter, band)) = cell {
                put(buf, area, x, y, &letter.to_string(), theme.style(hue(*band)));
            }
        }
    }
    let mut before = None;
    for (line, y) in lines.iter().zip(area.y..) {
        let Some((_, band)) = line.last().copied().flatten().filter(|(_, band)| before != Some(*band)) else {
            continue;
        };
        before = Some(band);
        let x = area.x + left + width + 1;
        put(buf, area, x, y, &text::cut(&name(buckets[band]), names.into()), theme.style(hue(band)));
    }
    let under = Rect { x: area.x + left, width, y: foot + 1, height: 1 };
    draw_days(app, pages, under, buf);
}

/// The first day and the last one, and the weeks or months between them that have room.
fn draw_days(app: &App, pages: &InsightsPages, under: Rect, buf: &mut Buffer) {
    let days = &pages.flow.days;
    let window = pages.asked.scope.window(pages.asked.today);
    let style = app.theme.style(Role::Dim);
    let [Some(first), Some(last)] = [days.first(), days.last()] else { return };
    let last = dates::short_day(&app.now, *last);
    put_right(buf, under, &last, style);
    let end = usize::from(under.width).saturating_sub(text::width(&last) + 2);
    let mut used = 0;
    for (at, day) in
        days.iter().enumerate().filter(|(_, day)| *day == first || window.step_of(**day) == **day)
    {
        let x = at * usize::from(under.width) / (days.len() - 1).max(1);
        let words = dates::short_day(&app.now, *day);
        if x >= used && x + text::width(&words) <= end {
            put(buf, under, under.x + u16::try_from(x).unwrap_or(u16::MAX), under.y, &words, style);
            used = x + text::width(&words) + DAYS_APART;
        }
    }
}
