//! The answers as sections of rows and cells, which every output writes in its own way; and what each number means.

mod cell;
mod contact;
pub mod headlines;
mod trust;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

pub use self::cell::SectionCell;
use super::alerts::AlertOutcomes;
use super::cohorts::Cohort;
use super::flow::Flow;
use super::forecast::ForecastMonth;
use super::outcomes::StageOutcomes;
use super::people::PersonLoad;
use super::period::CountedPeriod;
use super::retention::{AFTER_MONTHS, Retention, SHOULD_STAY};
use super::stays::{OpenStay, StageStays};
use super::target::TargetOutcome;
use super::visits::is_churned;
use super::window::{CountedDays, WindowStep};
use super::{Insights, LEAST_TIMES};
use crate::state::values::alert::AlertKind;
use crate::state::{AccountId, Board, FactKey, MoneySum, Now, Pipeline, Roster, Stage, StageId};

/// The accounts whose onboarding ended, by the stage where it did.
type EndedByStage = BTreeMap<StageId, Vec<AccountId>>;

/// What one section answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is called in files.
    pub id: &'static str,
    pub title: &'static str,
    /// What its numbers mean, in a sentence or two.
    pub meaning: String,
    pub columns: Vec<SectionColumn>,
    /// Each with as many cells as there are columns.
    pub rows: Vec<Vec<SectionCell>>,
}

impl Section {
    /// Whether nothing in it counts anything: a table of zeros says less than a word.
    pub fn says_nothing(&self) -> bool {
        let numbers = || self.rows.iter().flatten().filter(|cell| cell.is_number());
        self.rows.is_empty() || (numbers().next().is_some() && numbers().all(SectionCell::is_nothing))
    }

    /// Whether all in a row of it have had the time that they are asked about: others do not compare with these.
    pub fn is_finished(&self, row: &[SectionCell]) -> bool {
        let mut cells = row.iter().zip(&self.columns);
        !cells.any(|(cell, column)| column.id == "is_finished" && *cell == SectionCell::Bool(false))
    }
}

/// A column of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionColumn {
    /// What it is called in files. One of several of a kind has the name of the kind, a dot, and its own: `closed.6a`.
    pub id: String,
    pub title: String,
}

fn column(id: &str, title: &str) -> SectionColumn {
    SectionColumn { id: id.to_owned(), title: title.to_owned() }
}

fn columns(all: &[(&str, &str)]) -> Vec<SectionColumn> {
    all.iter().map(|(id, title)| column(id, title)).collect()
}

fn accounts(ids: &[AccountId]) -> SectionCell {
    SectionCell::Accounts(ids.to_vec())
}

fn text(words: &str) -> SectionCell {
    SectionCell::Text(words.to_owned())
}

impl Insights {
    /// All sections, in the order in which a lead asks.
    pub fn sections(&self, board: &Board, roster: &Roster, now: &Now) -> Vec<Section> {
        let pipeline = board.pipeline();
        let period = |start| CountedPeriod::of(&self.window, start, now.today());
        let step = step_words(self.window.step());
        vec![
            outcomes(&self.outcomes, pipeline),
            cohorts(&self.cohorts, pipeline, step, period),
            stays(&self.stays, pipeline),
            ageing(&self.stays, board, roster, self.window.last().min(now.today())),
            flow(&self.flow, step, period),
            standing(&self.flow, &self.window),
            contact::replies(&self.response),
            contact::calls(&self.response),
            target(&self.target),
            retention(&self.retention, &self.window, now.today()),
            alerts(&self.alerts),
            trust::moves(&self.moves.by),
            trust::forced(&self.moves.forced, board, now),
            people(&self.people, roster),
            trust::forecast(self.forecast.as_deref(), &ForecastMonth::of(&self.window, now)),
        ]
    }
}

/// What a week or month is called.
fn step_words(step: WindowStep) -> &'static str {
    match step {
        WindowStep::Week => "Week",
        WindowStep::Month => "Month",
    }
}

/// The stages where onboarding ended for anybody, in the order of the pipeline.
fn ends<'a>(pipeline: &'a Pipeline, closed: impl Iterator<Item = &'a EndedByStage>) -> Vec<&'a StageId> {
    let ends: BTreeSet<&StageId> = closed.flat_map(BTreeMap::keys).collect();
    pipeline.stages().iter().map(|stage| &stage.id).filter(|id| ends.contains(id)).collect()
}

/// Whose onboarding ended, a cell for each of `ends`.
fn ended_in<'a>(closed: &'a EndedByStage, ends: &'a [&StageId]) -> impl Iterator<Item = SectionCell> + 'a {
    ends.iter().map(|id| accounts(closed.get(*id).map_or(&[], Vec::as_slice)))
}

/// Of those who left a stage where onboarding goes on, who came further: to a later one, or to where it is over without churn.
fn went_on(it: &StageOutcomes, pipeline: &Pipeline) -> SectionCell {
    let is_churned = |id: &StageId| is_churned(pipeline, pipeline.position(id));
    if pipeline.stage(&it.stage).is_none_or(Stage::is_closed) {
        return SectionCell::Share(0, 0);
    }
    let onboarded = it.closed.iter().filter(|(id, _)| !is_churned(id)).map(|(_, ids)| ids.len());
    SectionCell::Share(it.moved_on.len() + onboarded.sum::<usize>(), it.entries.len() - it.still_there.len())
}

fn outcomes(all: &[StageOutcomes], pipeline: &Pipeline) -> Section {
    let ends = ends(pipeline, all.iter().map(|stage| &stage.closed));
    let mut heads =
        columns(&[("stage", "Stage"), ("entries", "Entries"), ("moved_on", "On"), ("moved_back", "Back")]);
    heads.extend(ends.iter().map(|id| column(&format!("closed.{id}"), &format!("→ {id}"))));
    heads.extend(columns(&[
        ("taken_off", "Off"),
        ("unmapped", "Unmapped"),
        ("still_there", "Still there"),
        ("went_on", "Went on"),
    ]));
    let row = |it: &StageOutcomes| {
        let mut cells = vec![
            text(pipeline.label(&it.stage)),
            accounts(&it.entries),
            accounts(&it.moved_on),
            accounts(&it.moved_back),
        ];
        cells.extend(ended_in(&it.closed, &ends));
        cells.extend([&it.taken_off, &it.unmapped, &it.still_there].map(|ids| accounts(ids)));
        cells.push(went_on(it, pipeline));
        cells
    };
    Section {
        id: "outcomes",
        title: "Stage outcomes",
        meaning: "Every entry into a stage in the window: what became of it by the end of the window. The parts add up to the entries. Went on: to a later stage or onboarded, of those who left."
            .to_owned(),
        columns: heads,
        rows: all.iter().map(row).collect(),
    }
}

fn cohorts(
    all: &[Cohort],
    pipeline: &Pipeline,
    step: &str,
    period: impl Fn(NaiveDate) -> CountedPeriod,
) -> Section {
    let ends = ends(pipeline, all.iter().map(|cohort| &cohort.closed));
    let mut heads = vec![column("start", step)];
    heads.extend(columns(&[
        ("accounts", "Accounts"),
        ("contacted", "Contacted"),
        ("engaged", "Engaged"),
        ("call_held", "Call held"),
        ("final_outreach", "Final outreach"),
    ]));
    heads.extend(ends.iter().map(|id| column(&format!("closed.{id}"), id.as_str())));
    heads.push(column("is_finished", "Finished"));
    let row = |it: &Cohort| {
        let mut cells = vec![SectionCell::Period(period(it.start))];
        cells.extend(
            [&it.accounts, &it.contacted, &it.engaged, &it.call_held, &it.final_outreach]
                .map(|ids| accounts(ids)),
        );
        cells.extend(ended_in(&it.closed, &ends));
        cells.push(SectionCell::Bool(it.is_finished));
        cells
    };
    Section {
        id: "cohorts",
        title: "Cohorts",
        meaning: format!(
            "The accounts that entered the board for the first time in that {}, each counted once in every column it came to. Finished: all have had {} weeks; only these compare, so those before the window are there whose weeks end in it.",
            step.to_lowercase(),
            pipeline.target_weeks
        ),
        columns: heads,
        rows: all.iter().map(row).collect(),
    }
}

fn stays(all: &[StageStays], pipeline: &Pipeline) -> Section {
    let row = |it: &StageStays| {
        vec![
            text(pipeline.label(&it.stage)),
            accounts(&it.completed),
            SectionCell::Minutes(it.p50),
            SectionCell::Minutes(it.p85),
            SectionCell::Accounts(it.open.iter().map(|stay| stay.account.clone()).collect()),
        ]
    };
    Section {
        id: "stays",
        title: "Time in stage",
        meaning: format!(
            "The visits that ended in the window: half took no longer than P50, 85 of 100 no longer than P85; nothing below {LEAST_TIMES} visits. Who is still there counts apart."
        ),
        columns: columns(&[
            ("stage", "Stage"),
            ("completed", "Visits"),
            ("p50", "P50"),
            ("p85", "P85"),
            ("open", "There now"),
        ]),
        rows: all.iter().map(row).collect(),
    }
}

fn ageing(all: &[StageStays], board: &Board, roster: &Roster, day: NaiveDate) -> Section {
    let mut late: Vec<(&StageStays, i64, &OpenStay)> = all
        .iter()
        .flat_map(|stage| stage.overdue().map(move |stay| (stage, stage.p85.unwrap_or_default(), stay)))
        .collect();
    // Those first who are there the most times longer than is usual in their stage.
    let beyond = |minutes: i64, p85: i64| i128::from(minutes) * i128::from(p85);
    late.sort_by(|(_, p85, stay), (_, other_p85, other)| {
        let times = beyond(other.minutes, *p85).cmp(&beyond(stay.minutes, *other_p85));
        times.then_with(|| (other.minutes, &stay.account).cmp(&(stay.minutes, &other.account)))
    });
    let row = |(stage, p85, stay): &(&StageStays, i64, &OpenStay)| {
        let account = board.get(&stay.account);
        let owner = account.and_then(|account| account.owner());
        let mrr = account.and_then(|account| account.money(&FactKey::Mrr).or(account.forecasted_mrr()));
        let renewal = account.and_then(|account| account.next_renewal(day));
        let whole = |minutes: i64| usize::try_from(minutes).unwrap_or(0);
        vec![
            text(name(board, &stay.account)),
            text(stay.account.as_str()),
            text(stage.stage.as_str()),
            SectionCell::Times(whole(stay.minutes), whole(*p85)),
            SectionCell::Minutes(Some(stay.minutes)),
            SectionCell::Minutes(stage.p85),
            text(owner.map_or("no owner", |owner| roster.short(owner))),
            SectionCell::Money(mrr.map(MoneySum::from).into_iter().collect()),
            renewal.map_or(SectionCell::Unknown, SectionCell::Date),
        ]
    };
    let open: usize = all.iter().map(|stage| stage.open.len()).sum();
    let count = match late.len() {
        0 => String::new(),
        late => format!(", {late} of {open} who are in a stage"),
    };
    Section {
        id: "ageing",
        title: "Longer than usual",
        meaning: format!(
            "The list to act on{count}: longer in a stage than 85 of 100 of those who left it in the window (P85), by how many times."
        ),
        columns: columns(&[
            ("account", "Account"),
            ("id", "Id"),
            ("stage", "Stage"),
            ("times", "Of P85"),
            ("there", "There for"),
            ("p85", "P85"),
            ("owner", "Owner"),
            ("mrr", "MRR"),
            ("renewal", "Renews"),
        ]),
        rows: late.iter().map(row).collect(),
    }
}

fn flow(flow: &Flow, step: &str, period: impl Fn(NaiveDate) -> CountedPeriod) -> Section {
    let row = |it: &super::flow::FlowStep| {
        let mut cells = vec![SectionCell::Period(period(it.start))];
        cells.extend(
            [&it.arrivals, &it.departures, &it.onboarded, &it.churned, &it.taken_off]
                .map(|ids| accounts(ids)),
        );
        cells
    };
    let mut heads = vec![column("start", step)];
    heads.extend(columns(&[
        ("arrivals", "Came"),
        ("departures", "Went"),
        ("onboarded", "Onboarded"),
        ("churned", "Churned"),
        ("taken_off", "Off"),
    ]));
    Section {
        id: "flow",
        title: "Arrivals and departures",
        meaning: "Came: onto the board, or back from where onboarding was over. Went: to where it is over, which is onboarded or churned, or off the board."
            .to_owned(),
        columns: heads,
        rows: flow.steps.iter().map(row).collect(),
    }
}

fn standing(flow: &Flow, window: &CountedDays) -> Section {
    let mut heads = vec![column("day", "Last day")];
    heads.extend(flow.buckets.iter().map(|(bucket, _)| column(&format!("buckets.{bucket}"), bucket)));
    // One row a step: its last day that is over.
    let last = |(at, day): &(usize, &NaiveDate)| {
        flow.days.get(at + 1).is_none_or(|next| window.step_of(*next) != window.step_of(**day))
    };
    let rows = flow.days.iter().enumerate().filter(last).map(|(at, day)| {
        let counts = flow.buckets.iter().map(|(_, counts)| SectionCell::Count(counts[at]));
        std::iter::once(SectionCell::Date(*day)).chain(counts).collect()
    });
    Section {
        id: "standing",
        title: "Who stood where",
        meaning: "How many stood in each bucket at the end of that day.".to_owned(),
        columns: heads,
        rows: rows.collect(),
    }
}

fn target(it: &TargetOutcome) -> Section {
    let share = |ids: &[AccountId]| SectionCell::Share(ids.len(), it.ended());
    let reached = SectionCell::Reached(it.within.len(), it.ended());
    let mut rows = vec![vec![
        text(&format!("within {} weeks", it.weeks)),
        accounts(&it.within),
        reached,
        SectionCell::Minutes(None),
    ]];
    rows.extend(it.over.iter().map(|(over, ids)| {
        let words = if *over == 1 { "1 week over".to_owned() } else { format!("{over} weeks over") };
        vec![text(&words), accounts(ids), share(ids), SectionCell::Minutes(None)]
    }));
    rows.push(vec![
        text("first to final outreach"),
        accounts(&it.finals),
        SectionCell::Share(0, 0),
        SectionCell::Minutes(it.first_to_final),
    ]);
    Section {
        id: "target",
        title: "Engagements that ended",
        meaning: format!(
            "From the first entry into the stage where engagements start to the first one where onboarding is over, in the window; the target is {} weeks. How long half took is said from {LEAST_TIMES} on.",
            it.weeks
        ),
        columns: columns(&[
            ("what", "What"),
            ("accounts", "Accounts"),
            ("share", "Share"),
            ("median", "Half within"),
        ]),
        rows,
    }
}

fn retention(all: &[Retention], window: &CountedDays, today: NaiveDate) -> Section {
    // Of these months, those before the window count whole.
    let months = window.by_month();
    let period = |start| CountedPeriod::of(&months, start, today).with_days_before();
    let row = |it: &Retention| {
        vec![
            SectionCell::Period(period(it.start)),
            accounts(&it.accounts),
            accounts(&it.stayed),
            SectionCell::Reached(it.stayed.len(), it.accounts.len()),
            SectionCell::Money(it.lost.clone()),
            SectionCell::Bool(it.is_finished),
        ]
    };
    Section {
        id: "retention",
        title: "Who stays",
        meaning: format!(
            "The accounts that came onto the board for the first time in that month, and who of them had not churned {AFTER_MONTHS} months later; {SHOULD_STAY} of 100 should stay. Finished: all have had {AFTER_MONTHS} months; only these compare. Lost: what the others were expected to pay a month."
        ),
        columns: columns(&[
            ("start", "Month"),
            ("accounts", "Accounts"),
            ("stayed", "Stayed"),
            ("share", "Share"),
            ("lost", "Lost"),
            ("is_finished", "Finished"),
        ]),
        rows: all.iter().map(row).collect(),
    }
}

/// What an account is called; its id where the board does not have it.
fn name<'a>(board: &'a Board, id: &'a AccountId) -> &'a str {
    board.get(id).map_or(id.as_str(), |account| account.name())
}

fn alerts(all: &[AlertOutcomes]) -> Section {
    let kind = |kind: AlertKind| match kind {
        AlertKind::FailedPayment => "failed payment",
        AlertKind::LargeInvoice => "large invoice",
        AlertKind::Playbook => "playbook that could not act",
    };
    let row = |it: &AlertOutcomes| {
        let closed: Vec<AccountId> = it.closed.values().flatten().cloned().collect();
        let outcomes: Vec<String> =
            it.closed.iter().map(|(outcome, ids)| format!("{outcome} {}", ids.len())).collect();
        vec![
            text(kind(it.kind)),
            accounts(&it.opened),
            accounts(&it.acknowledged),
            SectionCell::Minutes(it.to_acknowledge),
            SectionCell::Accounts(closed),
            SectionCell::Minutes(it.to_close),
            text(&outcomes.join(", ")),
            SectionCell::Money(it.recovered.clone()),
        ]
    };
    Section {
        id: "alerts",
        title: "Alerts",
        meaning: format!(
            "The alerts that were raised in the window, and in how much time half of them were acknowledged and closed; that is said from {LEAST_TIMES} on. Recovered: failed payments that were paid after all."
        ),
        columns: columns(&[
            ("kind", "Kind"),
            ("opened", "Raised"),
            ("acknowledged", "Acknowledged"),
            ("to_acknowledge", "Half within"),
            ("closed", "Closed"),
            ("to_close", "Half within"),
            ("outcomes", "Outcomes"),
            ("recovered", "Recovered"),
        ]),
        rows: all.iter().map(row).collect(),
    }
}

fn people(all: &[PersonLoad], roster: &Roster) -> Section {
    let row = |it: &PersonLoad| {
        let name = it.owner.as_deref().map_or("no owner", |owner| roster.short(owner));
        vec![text(name), accounts(&it.open), accounts(&it.overdue), accounts(&it.done)]
    };
    Section {
        id: "people",
        title: "Per person",
        meaning: "Open at the end of the window; overdue of these, past the target or with a task past its day; done in the window. By name: people look after accounts of different kinds."
            .to_owned(),
        columns: columns(&[("owner", "Owner"), ("open", "Open"), ("overdue", "Overdue"), ("done", "Done")]),
        rows: all.iter().map(row).collect(),
    }
}
