//! Who stood where, day by day, as a picture of the page.
//!
//! Its words are no part of the drawing, so that they can be read on a phone, where that is narrow.

use std::io::{self, Write};

use super::InsightsReport;
use super::html_text::escaped;
use crate::insights::report::SectionCell;
use crate::state::Stage;
use crate::tui::chart::axis::round_step;

/// The drawing, in units of its own: it is as wide as the page.
const WIDTH: usize = 720;
const HEIGHT: usize = 180;

/// The lines over the lowest one at most.
const MOST_LINES: u64 = 4;

/// A band a bucket, the last bucket lowest. Where onboarding is over, more and more stand: they would leave no room for the others.
pub(super) fn write(report: &InsightsReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let flow = &report.insights.flow;
    let stages = report.question.board.pipeline().stages();
    let open: Vec<_> = flow
        .buckets
        .iter()
        .enumerate()
        .filter(|(_, (bucket, _))| !of_bucket(stages, bucket).all(Stage::is_closed))
        .collect();
    let days = flow.days.len();
    let all = (0..days).map(|at| open.iter().map(|(_, (_, counts))| counts[at]).sum());
    let most: usize = all.max().unwrap_or(0);
    if most == 0 || days < 2 {
        return Ok(());
    }
    let step = usize::try_from(round_step(most as u64, MOST_LINES)).unwrap_or(most);
    let top = most.next_multiple_of(step);
    let (x, y) = (|at: usize| at * WIDTH / (days - 1), |count: usize| HEIGHT - count * HEIGHT / top);
    writeln!(
        out,
        "<div class=\"plot\"><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"How many stood in each bucket, day by day; at most {most}\">"
    )?;
    let mut below = vec![0; days];
    for (place, (_, counts)) in open.iter().rev() {
        let above: Vec<usize> = below.iter().zip(counts).map(|(below, count)| below + count).collect();
        let upper = above.iter().enumerate().map(|(at, count)| format!("{},{}", x(at), y(*count)));
        let lower = below.iter().enumerate().rev().map(|(at, count)| format!("{},{}", x(at), y(*count)));
        let points: Vec<String> = upper.chain(lower).collect();
        writeln!(out, "<polygon class=\"band-{}\" points=\"{}\"/>", place % 7, points.join(" "))?;
        below = above;
    }
    let lines = || (0..=top).step_by(step);
    for line in lines() {
        writeln!(out, "<path d=\"M0 {0}H{WIDTH}\"/>", y(line))?;
    }
    writeln!(out, "</svg>")?;
    for line in lines() {
        write!(
            out,
            "<span style=\"bottom:{}%\">{}</span>",
            line * 100 / top,
            SectionCell::Count(line).words()
        )?;
    }
    write!(out, "</div>\n<div class=\"days\">")?;
    for day in [flow.days[0], flow.days[(days - 1) / 2], flow.days[days - 1]] {
        write!(out, "<span>{}</span>", day.format("%-d %b"))?;
    }
    writeln!(out, "</div>\n<ul class=\"legend\">")?;
    for (place, (bucket, counts)) in &open {
        let names: Vec<&str> = of_bucket(stages, bucket).map(|stage| &*stage.label).collect();
        let now = SectionCell::Count(counts.last().copied().unwrap_or(0)).words();
        writeln!(out, "<li class=\"band-{}\">{}: {now}</li>", place % 7, escaped(&names.join(", ")))?;
    }
    writeln!(
        out,
        "</ul>\n<p>The picture leaves out where onboarding is over; the numbers are on the last day.</p>"
    )
}

fn of_bucket<'a>(stages: &'a [Stage], bucket: &'a str) -> impl Iterator<Item = &'a Stage> {
    stages.iter().filter(move |stage| *stage.bucket == *bucket)
}
