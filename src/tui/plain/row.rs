//! The chosen row in a line: what tells it from others comes first, its place among them last.

use super::place::{Place, brief_lines};
use super::words::sentences;
use crate::playbook::{Origin, Ternary};
use crate::prose::aloud::{self, AloudContext};
use crate::prose::lists::{plural, sentence_case};
use crate::prose::reasons::group_title;
use crate::prose::{dates, explanations, signals, unmatched as heard_signal};
use crate::state::{Account, Reason, TodayGroup};
use crate::tui::model::app::App;
use crate::tui::model::badges::stage_differs;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::focus::View;
use crate::tui::model::hints::remedy;
use crate::tui::model::screens::{ExplainRow, ForecastLine, PlaybookRow, ScreenRows, ScreenState};
use crate::tui::screens::{activity, forecast, insights, playbooks, sources, unmatched};
use crate::tui::view;

/// The chosen row, or the line of a text one is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SpokenRow {
    /// What it is known by: another one is another row.
    pub(super) key: String,
    /// What it stands in, and how much there is of that: a group of Today, a column of the board.
    pub(super) group: Option<String>,
    /// What it is called.
    pub(super) name: String,
    /// All that is said of it when one comes to it.
    pub(super) words: String,
    /// Its place, from one on, and how many there are.
    pub(super) place: (usize, usize),
}

impl SpokenRow {
    /// The whole line.
    pub(super) fn line(&self) -> String {
        let (at, of) = self.place;
        let place = if of == 0 { String::new() } else { format!("{at} of {of}") };
        sentences([&self.name, &self.words, &place])
    }

    /// Only which one it is.
    pub(super) fn in_short(&self) -> String {
        let (at, of) = self.place;
        if of == 0 { self.name.clone() } else { format!("{}, {at} of {of}", self.name) }
    }
}

/// The chosen row at `place`; nothing where there is none, or where a text is read.
pub(super) fn chosen(app: &App, place: &Place) -> Option<SpokenRow> {
    match place {
        Place::Today | Place::Board | Place::List { .. } => account_row(app),
        Place::Alerts => alert_row(app),
        Place::Screen(..) => screen_row(app, app.screen.as_ref()?),
        Place::Welcome | Place::Account(_) | Place::Help | Place::Brief(_) | Place::Output => None,
    }
}

fn account_row(app: &App) -> Option<SpokenRow> {
    let (at, of) = (app.focus.row, app.rows().len());
    let group = group(app);
    let Some(account) = app.focused() else {
        // An empty column is a place, too.
        let key = group.clone()?;
        return Some(SpokenRow { key, group, name: String::new(), words: String::new(), place: (0, 0) });
    };
    Some(SpokenRow {
        key: account.id.to_string(),
        group,
        name: account.name().to_owned(),
        words: account_words(app, account),
        place: (at + 1, of),
    })
}

/// The group of Today, or the column of the board, that the chosen row stands in.
fn group(app: &App) -> Option<String> {
    match app.view {
        View::Today => {
            let group = app.queue.group_of(app.focus.account.as_ref()?)?;
            let sections = app.queue.sections();
            let count = sections.iter().find(|section| section.group == group)?.count;
            Some(format!("{}, {}", group_title(group), plural(count, "account", "accounts")))
        }
        View::Board => {
            let column = app.columns.column(app.focus.column_id);
            let name = app.stage(app.focus.column_id).map_or("Unmapped", |stage| &*stage.label);
            let count = match column.shown_count() {
                0 => "no accounts".to_owned(),
                count => plural(count, "account", "accounts"),
            };
            let money: Vec<String> = column.money().iter().map(|sum| sum.rounded()).collect();
            let money = money.join(" and ");
            Some(
                [name, &count, &money].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", "),
            )
        }
        View::List { .. } => None,
    }
}

/// What there is to say of an account behind its name.
fn account_words(app: &App, account: &Account) -> String {
    let reasons = app.queue.reasons(&account.id);
    let context = AloudContext {
        board: &app.board,
        roster: app.roster(),
        now: app.now,
        reasons,
        urgency: app.renewal_urgency(account),
        has_stage: app.view != View::Board || app.focus.column_id == ColumnId::Unmapped,
        stage_differs: stage_differs(app, account),
    };
    let marked = if app.marks.contains(&account.id) { "Marked" } else { "" };
    let facts = sentence_case(&aloud::facts(account, &context).join(", "));
    let is_done = app.queue.group_of(&account.id) == Some(TodayGroup::Done);
    if app.view == View::Today && (is_done || reasons.is_empty()) {
        let done = view::today::done_in_words(app, account).filter(|_| is_done);
        return sentences([marked, done.as_deref().unwrap_or("Done for now"), &facts]);
    }
    let needs = sentences(aloud::needs(reasons, &app.now));
    let press = reasons.first().map(|reason| press(app, reason)).unwrap_or_default();
    sentences([marked, &needs, &facts, &press])
}

/// The key for what a reason asks for: `Press a: Acknowledge`.
fn press(app: &App, reason: &Reason) -> String {
    let (action, words) = remedy(reason);
    app.board_key(action).map_or_else(String::new, |key| format!("Press {key}: {words}"))
}

fn alert_row(app: &App) -> Option<SpokenRow> {
    let alert = app.chosen_alert()?;
    let row = app.alerts?.row;
    let name = app.board.get(&alert.account).map_or(alert.account.as_str(), |account| account.name());
    let marked = if app.marks.contains(&alert.account) { "Marked" } else { "" };
    Some(SpokenRow {
        key: format!("{:?}", alert.key),
        group: None,
        name: name.to_owned(),
        words: sentences([marked, &aloud::alert(alert, app.roster(), &app.now)]),
        place: (row + 1, app.alert_count()),
    })
}

fn screen_row(app: &App, screen: &ScreenState) -> Option<SpokenRow> {
    let of = screen.rows.len();
    let place = (screen.row + 1, of);
    let row = |key: &str, name: String, words: String| {
        Some(SpokenRow { key: key.to_owned(), group: None, name, words, place })
    };
    match &screen.rows {
        ScreenRows::Playbooks(_) => {
            let playbook = screen.playbook_row()?;
            row(&playbook.id, playbook.title.to_string(), playbook_words(playbook))
        }
        ScreenRows::Explain(_) => {
            let explained = screen.explained()?;
            let verdict = explanations::verdict(explained.verdict);
            row(
                &explained.id,
                explained.title.to_string(),
                sentences([verdict, &sentence_case(&explained.sentence)]),
            )
        }
        ScreenRows::Forecast(table) => {
            let line = table.lines.get(screen.row)?;
            row(&line.name, forecast::line_title(line), numbers(line, 0..3))
        }
        ScreenRows::Unmatched(_) => {
            let it = screen.unmatched()?;
            let could_be = match it.candidates.len() {
                0 => "No account fits".to_owned(),
                _ => format!("Could be {}", unmatched::names(app, &it.candidates)),
            };
            let given = format!("Account given: {}", it.named);
            let name = signals::with_details(&it.signal.data, &app.now);
            row(it.signal.id.as_str(), name, sentences([given, could_be]))
        }
        ScreenRows::Activity(log) => {
            let seq = log.seq(screen.row)?;
            let Some(entry) = log.row(screen.row) else {
                return row(&format!("{seq}, unread"), String::new(), String::new());
            };
            let undone = app.board.undone(seq).map(|undone| format!("Undone by #{}", undone.by));
            let news = if activity::is_news(app, log, entry) { "New to you" } else { "" };
            let who = format!("{}, {}", entry.by, dates::moment(&app.now, entry.at));
            let words = sentences([undone.as_deref().unwrap_or_default(), news, &who]);
            row(&seq.to_string(), format!("#{seq}, {}", entry.what), words)
        }
        ScreenRows::Sources(rows) => {
            let source = rows.get(screen.row)?;
            row(&source.name, source.name.to_string(), sources::details(app, source).join(" "))
        }
        ScreenRows::Insights(pages) => {
            let pages = pages.as_ref()?;
            let (key, name, words) = insights::aloud(pages, screen.row);
            row(&key, name, words)
        }
    }
}

fn playbook_words(row: &PlaybookRow) -> String {
    let state = match (row.on, row.off_in_file) {
        (true, _) => "On",
        (false, false) => "Off",
        (false, true) => "Off in playbooks.toml",
    };
    let team = if row.origin == Origin::Team { "Your team's" } else { "" };
    let acts = match row.accounts {
        0 => "acts on no account".to_owned(),
        count => format!("acts on {}", plural(count, "account", "accounts")),
    };
    let runs =
        if row.runs == 0 { String::new() } else { format!("Ran {}", plural(row.runs, "time", "times")) };
    sentences([&format!("{state}, {acts}"), team, &format!("When: {}", row.trigger), &runs])
}

/// The numbers of a line of the forecast in `columns`.
fn numbers(line: &ForecastLine, columns: std::ops::Range<usize>) -> String {
    let number = |column: usize| {
        let shown = forecast::shown(line, column, usize::MAX);
        match column {
            0 => shown.parse().map_or(shown, |count| plural(count, "account", "accounts")),
            2 => format!("weighted {shown}"),
            3 => format!("upcoming invoices {shown}"),
            4 => format!("upcoming invoices weighted {shown}"),
            _ => format!("forecast {shown}"),
        }
    };
    columns.map(number).collect::<Vec<_>>().join(", ").replace('–', "unknown")
}

/// The number that is chosen in the forecast.
pub(super) fn number(screen: &ScreenState) -> Option<String> {
    let ScreenRows::Forecast(table) = &screen.rows else { return None };
    let line = table.lines.get(screen.row)?;
    let last = forecast::TITLES.len() - 1;
    let column = screen.column.min(last);
    Some(numbers(line, column..column + 1))
}

/// All there is to say of what is chosen at `place`, in lines.
pub(super) fn all(app: &App, place: &Place) -> Vec<String> {
    match place {
        Place::Screen(..) => app.screen.as_ref().map_or_else(Vec::new, |screen| all_of_screen(app, screen)),
        Place::Help | Place::Output => place.lines(app).unwrap_or_default(),
        Place::Welcome => vec![place.heading(app)],
        Place::Today
        | Place::Board
        | Place::List { .. }
        | Place::Alerts
        | Place::Account(_)
        | Place::Brief(_) => {
            let id = app.focus.account.as_ref();
            let reasons = id.map(|id| app.queue.reasons(id)).unwrap_or_default();
            let needs = aloud::needs(reasons, &app.now);
            let mut lines = brief_lines(app, &needs.join(". ").to_lowercase());
            let needs = needs.into_iter().zip(reasons);
            lines.splice(1..1, needs.map(|(why, reason)| sentences([why, press(app, reason)])));
            lines
        }
    }
}

fn all_of_screen(app: &App, screen: &ScreenState) -> Vec<String> {
    let first = screen_row(app, screen).map(|row| row.line());
    let more = match &screen.rows {
        ScreenRows::Playbooks(_) => screen.playbook_row().map(|row| all_of_playbook(app, row)),
        ScreenRows::Explain(_) => screen.explained().map(all_explained),
        ScreenRows::Forecast(table) => {
            table.lines.get(screen.row).map(|line| vec![numbers(line, 3..forecast::TITLES.len())])
        }
        ScreenRows::Unmatched(_) => screen.unmatched().map(|it| {
            let mut lines = vec![format!("Received {}", heard_signal::heard(&it.signal, &app.now))];
            let candidates = it.candidates.iter().zip(1..);
            lines.extend(candidates.map(|(id, number)| format!("{number}: {}", app.account_line(id))));
            lines
        }),
        ScreenRows::Activity(log) => {
            log.row(screen.row).map(|row| [&row.who].into_iter().chain(&row.details).cloned().collect())
        }
        ScreenRows::Insights(pages) => pages.as_ref().map(|pages| insights::all_aloud(app, pages, screen)),
        ScreenRows::Sources(_) => None,
    };
    first.into_iter().chain(more.into_iter().flatten()).collect()
}

fn all_of_playbook(app: &App, row: &PlaybookRow) -> Vec<String> {
    let runs = row.recent_runs.iter();
    let runs = runs.map(|run| format!("{}: {} {}", dates::moment(&app.now, run.at), run.name, run.words));
    let requires = Some(format!("If {}", row.requires)).filter(|_| !row.requires.is_empty());
    let does = [format!("Action: {}", row.does), playbooks::would_act_on_in_words(row)];
    requires.into_iter().chain(does).chain(runs).collect()
}

fn all_explained(row: &ExplainRow) -> Vec<String> {
    let conditions = row.conditions.iter().map(|(truth, words)| {
        let truth = match truth {
            Ternary::Yes => "Met",
            Ternary::No => "Not met",
            Ternary::Unknown => "Not known",
        };
        format!("{truth}: {words}")
    });
    conditions.chain(row.besides.iter().cloned()).collect()
}
