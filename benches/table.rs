//! What was measured, beside its floor, as one aligned table.

use std::time::{Duration, Instant};

/// One line of the table.
struct Line {
    measure: String,
    ours: String,
    floor: String,
    ratio: String,
    aim: &'static str,
}

/// The table, printed line by line as results come in.
pub(crate) struct Table {
    lines: Vec<Line>,
}

/// What a floor is and what it came to; nothing where there is none.
pub(crate) type Floor<'a> = Option<(&'a str, f64)>;

impl Table {
    /// An empty table.
    pub(crate) fn new() -> Self {
        Self { lines: Vec::new() }
    }

    /// Adds a time, in seconds.
    pub(crate) fn time(
        &mut self,
        measure: impl Into<String>,
        ours: f64,
        floor: Floor<'_>,
        aim: &'static str,
    ) {
        self.add(measure.into(), ours, floor, aim, &seconds);
    }

    /// Adds a number of things.
    pub(crate) fn count(
        &mut self,
        measure: impl Into<String>,
        ours: f64,
        floor: Floor<'_>,
        aim: &'static str,
    ) {
        self.add(measure.into(), ours, floor, aim, &|count| format!("{count:.0}"));
    }

    fn add(
        &mut self,
        measure: String,
        ours: f64,
        floor: Floor<'_>,
        aim: &'static str,
        show: &dyn Fn(f64) -> String,
    ) {
        let (floor, ratio) = match floor {
            Some((what, floor)) => (format!("{} {what}", show(floor)), format!("{:.2}", ours / floor)),
            None => Default::default(),
        };
        eprintln!("  {measure}: {} {ratio}", show(ours));
        self.lines.push(Line { measure, ours: show(ours), floor, ratio, aim });
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        let head = Line {
            measure: "measure".into(),
            ours: "ours".into(),
            floor: "floor, same run".into(),
            ratio: "ratio".into(),
            aim: "aim",
        };
        let all = || std::iter::once(&head).chain(&self.lines);
        let widest = |of: fn(&Line) -> &str| all().map(|line| of(line).chars().count()).max().unwrap_or(0);
        let (measure, ours) = (widest(|line| &line.measure), widest(|line| &line.ours));
        let (floor, ratio) = (widest(|line| &line.floor), widest(|line| &line.ratio));
        println!();
        for line in all() {
            let row = format!(
                "{:measure$}  {:>ours$}  {:floor$}  {:>ratio$}  {}",
                line.measure, line.ours, line.floor, line.ratio, line.aim
            );
            println!("{}", row.trim_end());
        }
    }
}

fn seconds(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s => format!("{:.1} µs", s * 1e6),
    }
}

/// How long things took, one by one.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// Does `work` and notes how long it took.
    pub(crate) fn note<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = std::hint::black_box(work());
        self.0.push(start.elapsed());
        done
    }

    /// Notes a time taken otherwise.
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// The time that `percent` of them did not exceed, in seconds.
    pub(crate) fn percentile(&mut self, percent: usize) -> f64 {
        self.0.sort_unstable();
        let at = (self.0.len() * percent).div_ceil(100).clamp(1, self.0.len()) - 1;
        self.0[at].as_secs_f64()
    }

    /// The middle one, in seconds.
    pub(crate) fn median(&mut self) -> f64 {
        self.percentile(50)
    }

    /// The shortest, in seconds: what the machine can do when nobody disturbs it.
    pub(crate) fn best(&mut self) -> f64 {
        self.percentile(0)
    }
}
