//! All outputs and the screen say the same numbers, of the example and of boards that hold hardly anything: nothing is divided
//! by nothing, and no bar stands without a word.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use gangplank::config::playbooks;
use gangplank::insights::forecast::{ForecastMonth, MonthBoards};
use gangplank::insights::report::{Section, SectionCell};
use gangplank::insights::window::{CountedDays, WindowStep};
use gangplank::insights::{Insights, InsightsQuestion};
use gangplank::playbook::Playbooks;
use gangplank::session::Session;
use gangplank::state::query::forecast::RiskWeights;
use gangplank::state::{
    AccountFacts, AccountId, AccountRef, Actor, Cause, Command, FactKey, FactValue, Now, Roster, Signal,
    SignalData, SignalId, StageId, Submission,
};
use gangplank::store::{FileStore, MemoryStore, Store as _};
use gangplank::tui::layout::insights::placed;
use serde_json::{Value, json};

use super::{day, happened, nine, nothing_happened, shipped_pipeline};
use crate::support::desk::Desk;
use crate::support::dice::Dice;
use crate::support::home::Home;
use crate::support::{World, amount, person};

const SIZES: [(u16, u16); 2] = [(80, 24), (160, 48)];

fn with_shipped_playbooks() -> Session {
    let shipped = playbooks::overlaid("", "playbooks.toml", &shipped_pipeline()).expect("ours");
    nothing_happened(shipped.into())
}

fn ana() -> Actor {
    person("ana@example.com")
}

fn import(rows: Vec<AccountFacts>) -> Command {
    Command::Import { source: "import".into(), rows: rows.into(), take_stages: true }
}

fn signal(account: &str, now: Now, template: Option<&str>, data: SignalData) -> Command {
    let id = SignalId::new(&format!("{account} {} {:?}", now.at, data.kind()));
    let template = template.map(Into::into);
    let signal = Signal { id, at: now.at, by: None, source: "test".into(), template, data };
    Command::RecordSignal { account: AccountRef::Id(AccountId::new(account)), signal }
}

fn forced(account: &str, to: &str) -> Command {
    Command::Move {
        account: AccountId::new(account),
        to: StageId::new(to),
        reason: Some("as it was".into()),
        force: true,
        cause: Cause::Hand,
    }
}

/// One account that came, was written to and churned, and is known by its id alone.
fn one_account() -> Session {
    let mut session = nothing_happened(Playbooks::default());
    let steps = [
        ("2024-03-04", import(vec![AccountFacts::new("lonely").in_stage("1")])),
        ("2024-03-06", signal("lonely", nine(day("2024-03-06")), None, SignalData::OutreachSent)),
        ("2024-03-20", forced("lonely", "6d")),
    ];
    for (date, command) in steps {
        session.submit(&command, &ana(), nine(day(date))).expect("it is allowed");
    }
    session
}

/// Seven accounts that came into the first stage, and stayed there.
fn one_stage() -> Session {
    let mut session = nothing_happened(Playbooks::default());
    for number in 0..7 {
        let date = day("2024-03-01") + TimeDelta::days(number * 5);
        let row = AccountFacts::new(&format!("A{number}")).in_stage("1");
        session.submit(&import(vec![row]), &ana(), nine(date)).expect("it is known");
    }
    session
}

/// Accounts with these amounts, of which some churned, some bills failed, and some of those were paid.
fn with_amounts(amounts: &[&str]) -> Session {
    let mut session = with_shipped_playbooks();
    let ids: Vec<String> = (0..8).map(|number| format!("A{number}")).collect();
    for (ltv, date) in [("1000", "2024-01-10"), ("1250", "2024-04-20")] {
        let row = |(at, id): (usize, &String)| {
            let row = AccountFacts::new(id)
                .text(FactKey::Name, "=1+1 <b>Ünal & Co</b> | \"x\"")
                .with(FactKey::NextRenewal, FactValue::Date(day("2024-05-01")));
            let Some(money) = amounts.get(at % amounts.len().max(1)) else { return row.in_stage("2") };
            let row = row.with(FactKey::ForecastedMrr, amount(money)).in_stage("2");
            let currency = money.rsplit(' ').next().expect("a currency");
            row.with(FactKey::Ltv, amount(&format!("{ltv} {currency}")))
        };
        let rows = ids.iter().enumerate().map(row).collect();
        session.submit(&import(rows), &ana(), nine(day(date))).expect("they are known");
    }
    for (at, id) in ids.iter().enumerate().take(4) {
        let now = nine(day("2024-04-22"));
        let failed = SignalData::InvoicePaymentFailed {
            invoice: format!("in_{id}").into(),
            amount: amounts.get(at).unwrap_or(&"10 USD").parse().expect("an amount"),
            attempt: 1,
            next_attempt: None,
            subscription: None,
        };
        session.submit(&signal(id, now, None, failed), &ana(), now).expect("it is told");
        let now = nine(day("2024-04-24"));
        let next = if at.is_multiple_of(2) {
            SignalData::InvoicePaid { invoice: format!("in_{id}").into(), subscription: None }
        } else {
            SignalData::SubscriptionCanceled
        };
        session.submit(&signal(id, now, None, next), &ana(), now).expect("it is told");
    }
    session
}

/// Up to four accounts to whom anything may happen for some weeks.
fn small(seed: u64) -> Session {
    let mut session = if seed.is_multiple_of(2) {
        with_shipped_playbooks()
    } else {
        nothing_happened(Playbooks::default())
    };
    let stages: Vec<StageId> = shipped_pipeline().stages().iter().map(|stage| stage.id.clone()).collect();
    let mut dice = Dice(seed * 7_919 + 1);
    let ids: Vec<String> = (0..dice.roll(5)).map(|number| format!("A{number}")).collect();
    if ids.is_empty() {
        return session;
    }
    for date in day("2024-02-01").iter_days().take(90) {
        let now = nine(date);
        for _ in 0..dice.roll(3) {
            let id = dice.pick(&ids).clone();
            let call = || Arc::<str>::from(format!("call {id}"));
            let invoice = || Arc::<str>::from(format!("in {id}"));
            let tell = |data| signal(&id, now, None, data);
            let command = match dice.roll(11) {
                0 | 1 => forced(&id, dice.pick(&stages).as_str()),
                2 => {
                    let money = *dice.pick(&["10 USD", "0 EUR", "99999999 JPY", "12.50 CHF"]);
                    let row = AccountFacts::new(&id).with(FactKey::ForecastedMrr, amount(money));
                    let renewal = date + TimeDelta::days(20);
                    let row = row.with(FactKey::NextRenewal, FactValue::Date(renewal));
                    import(vec![if dice.roll(2) == 0 { row.in_stage("Paused") } else { row }])
                }
                3 => signal(&id, now, Some("first"), SignalData::OutreachSent),
                4 => tell(SignalData::ReplyReceived { auto: dice.roll(2) == 0 }),
                5 => tell(SignalData::CallBooked {
                    call: call(),
                    event: None,
                    starts_at: now.at,
                    ends_at: now.at,
                }),
                6 => tell(SignalData::CallHeld { call: Some(call()) }),
                7 => tell(SignalData::InvoicePaymentFailed {
                    invoice: invoice(),
                    amount: "10 EUR".parse().expect("an amount"),
                    attempt: 1,
                    next_attempt: None,
                    subscription: None,
                }),
                8 => tell(SignalData::InvoicePaid { invoice: invoice(), subscription: None }),
                9 => Command::AssignOwner { account: AccountId::new(&id), owner: Some("dan".into()) },
                _ => Command::Undo,
            };
            // Nobody may be known yet, and the board may refuse.
            let _ = session.submit(&command, &ana(), now);
        }
        let _ = session.submit(Submission::Sweep, &Actor::Clock, now);
    }
    session
}

/// Every board by its name.
fn boards() -> Vec<(String, Session)> {
    let named = [
        ("the example", happened()),
        ("empty", nothing_happened(Playbooks::default())),
        ("one account", one_account()),
        ("one stage", one_stage()),
        ("no currency", with_amounts(&[])),
        ("several currencies", with_amounts(&["100 USD", "250.50 EUR", "8000 JPY", "0 CHF", "9.99 GBP"])),
    ];
    let named = named.into_iter().map(|(name, session)| (name.to_owned(), session));
    named.chain((0..6).map(|seed| (format!("small {seed}"), small(seed)))).collect()
}

/// When one asks.
fn asked_at() -> Now {
    nine(day("2024-05-06"))
}

fn window(step: WindowStep) -> CountedDays {
    CountedDays::new(day("2024-02-01"), day("2024-04-30"), step).expect("a window")
}

fn sections(session: &mut Session, step: WindowStep) -> Vec<Section> {
    let (now, window) = (asked_at(), window(step));
    let month = ForecastMonth::of(&window, &now);
    let [began, ended] = session.boards_at(month.moments).expect("memory can be read");
    let (month, board) = (MonthBoards { month, began, ended }, session.board());
    let question =
        InsightsQuestion { board, now, window, month: Some(&month), weights: RiskWeights::default() };
    let accounts = board.accounts().map(|account| &**account);
    Insights::of(&question, accounts).sections(board, &Roster::default(), &now)
}

/// A home in which the same happened.
fn home_of(session: &mut Session) -> Home {
    let home = Home::empty();
    let mut journal = FileStore::open(&home.data(), shipped_pipeline()).expect("it opens");
    for entry in session.entries(session.board().seq(), usize::MAX).expect("memory can be read") {
        let _ = journal.store.append(&entry).expect("room enough");
    }
    home
}

/// A cell as JSON has it.
fn cell_json(cell: &SectionCell) -> Value {
    match cell {
        SectionCell::Text(text) => json!(text),
        SectionCell::Date(_) | SectionCell::Period(_) => json!(cell.day().map(|day| day.to_string())),
        SectionCell::Accounts(accounts) => json!({"count": accounts.len(), "accounts": accounts}),
        SectionCell::Count(count) => json!(count),
        SectionCell::Unknown => json!(null),
        SectionCell::Share(part, of) | SectionCell::Reached(part, of) | SectionCell::Times(part, of) => json!({"part": part, "of": of}),
        SectionCell::Minutes(minutes) => json!(minutes),
        SectionCell::Money(sums) => sums
            .iter()
            .map(|sum| json!({"minor": i64::try_from(sum.minor).expect("a sum"), "currency": sum.currency.to_string()}))
            .collect(),
        SectionCell::Bool(is_so) => json!(is_so),
    }
}

/// A cell as CSV has it: numbers alone, each in a line of its own.
fn cell_csv(cell: &SectionCell) -> Vec<(String, String)> {
    let one = |value: String| vec![(String::new(), value)];
    match cell {
        SectionCell::Date(_) | SectionCell::Period(_) => {
            one(cell.day().map(|day| day.to_string()).unwrap_or_default())
        }
        SectionCell::Share(part, of) | SectionCell::Reached(part, of) | SectionCell::Times(part, of) => {
            vec![(".part".to_owned(), part.to_string()), (".of".to_owned(), of.to_string())]
        }
        SectionCell::Unknown | SectionCell::Minutes(None) => one(String::new()),
        SectionCell::Minutes(Some(minutes)) => one(minutes.to_string()),
        SectionCell::Money(sums) => {
            sums.iter().map(|sum| (format!(".{}", sum.currency), sum.decimal())).collect()
        }
        cell => one(cell.words()),
    }
}

/// The words of all rows of all sections that say something.
fn words_of(sections: &[Section]) -> BTreeMap<&'static str, Vec<Vec<String>>> {
    let words = |section: &Section| {
        let rows = section.rows.iter().filter(|_| !section.says_nothing());
        rows.map(|row| row.iter().map(SectionCell::words).collect()).collect()
    };
    sections.iter().map(|section| (section.title, words(section))).collect()
}

/// What stands below each title, up to the next one.
fn below<'a>(
    text: &'a str,
    sections: &[Section],
    title: impl Fn(&str) -> String,
) -> BTreeMap<&'static str, &'a str> {
    let place = |section: &Section| {
        text.find(&title(section.title)).unwrap_or_else(|| panic!("{}: {text}", section.title))
    };
    let mut places: Vec<(usize, &'static str)> =
        sections.iter().map(|section| (place(section), section.title)).collect();
    places.push((text.len(), ""));
    // Whom to act on may come first.
    places.sort_unstable();
    assert!(
        places.iter().filter(|(_, title)| *title != "Longer than usual").map(|(_, title)| title).eq(sections
            .iter()
            .filter(|section| section.id != "ageing")
            .map(|section| &section.title)
            .chain([&""])),
        "in the order in which one asks: {text}"
    );
    places.windows(2).map(|pair| (pair[0].1, &text[pair[0].0..pair[1].0])).collect()
}

/// The cells of the lines of a table in a pipe, behind its head.
fn text_rows(part: &str) -> Vec<Vec<String>> {
    let lines = part.lines().filter(|line| line.contains('\t')).skip(1);
    lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn markdown_rows(part: &str) -> Vec<Vec<String>> {
    let lines = part.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")).skip(2);
    let cell = |cell: &str| cell.replace("\\|", "¦").replace('\\', "").replace('¦', "|");
    // A bar in a name has a backslash before it, which splits it from those between cells.
    lines.map(|line| line.split(" | ").map(cell).collect::<Vec<_>>()).collect()
}

fn html_rows(part: &str) -> Vec<Vec<String>> {
    let rows = part.split("<tr>").skip(2);
    let cell = |cell: &str| {
        let text = cell.split_once('>').expect("a cell begins").1;
        let text = text.split('<').next().expect("words");
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    };
    rows.map(|row| row.split("<td").skip(1).map(cell).collect()).collect()
}

/// No bar stands without a number, and none is longer than its cell.
fn bars_have_words(html: &str) {
    for part in html.split("<svg class=\"bar\"").collect::<Vec<_>>().windows(2) {
        let number = part[0].rsplit('>').next().expect("what stands before it");
        assert!(number.parse::<usize>().is_ok_and(|number| number > 0), "{number:?}");
        let width =
            part[1].split("width=\"").nth(1).and_then(|rest| rest.split('%').next()).expect("a width");
        assert!((1..=100).contains(&width.parse::<usize>().expect("whole percent")), "{width}");
    }
    for item in html.split("<li class=\"band-").skip(1) {
        let words = item.split_once('>').expect("an item").1.split('<').next().expect("words");
        assert!(!words.trim().is_empty(), "{item}");
    }
}

#[test]
fn all_outputs_say_the_same_numbers() {
    for (name, mut session) in boards() {
        let step = if name == "the example" { WindowStep::Month } else { WindowStep::Week };
        let sections = sections(&mut session, step);
        let home = home_of(&mut session);
        let (now, by) = (asked_at().at.to_rfc3339(), step.to_string());
        let args = ["insights", "--from", "2024-02-01", "--to", "2024-04-30", "--by", &by, "--now", &now];
        let says = |more: &[&str]| home.says(&[&args[..], more].concat());
        let page = home.0.path().join("page.html").display().to_string();
        says(&["--html", &page]);
        let html = std::fs::read_to_string(&page).expect("it was written");
        let (text, markdown) = (says(&[]), says(&["--markdown"]));
        let (json, csv) = (says(&["--json"]), says(&["--csv", "--no-bom"]));
        for out in [&text, &markdown, &html, &json, &csv] {
            assert!(!out.contains("NaN") && !out.contains("inf\t") && !out.contains(" inf"), "{name}: {out}");
        }
        bars_have_words(&html);

        let is_nothing = sections.iter().all(Section::says_nothing);
        for out in [&text, &markdown, &html] {
            let nothing = "Nothing happened on these days, and nobody was in a stage at their end.";
            assert_eq!(out.contains(nothing), is_nothing, "{name}: {out}");
            assert!(!is_nothing || sections.iter().all(|section| !out.contains(&section.meaning)), "{out}");
        }
        assert!(is_nothing || name != "empty");
        let wanted = words_of(&sections);
        let title = |title: &str| format!("{title}\n");
        let told: &[Section] = if is_nothing { &[] } else { &sections };
        for (section, part) in below(&text, told, title) {
            assert_eq!(text_rows(part), wanted[section], "{name}: text: {part}");
        }
        for (section, part) in below(&markdown, told, |title| format!("## {title}\n")) {
            assert_eq!(markdown_rows(part), wanted[section], "{name}: Markdown: {part}");
        }
        for (section, part) in below(&html, told, |title| format!("<h2>{title}</h2>")) {
            assert_eq!(html_rows(part), wanted[section], "{name}: HTML: {part}");
        }

        let json: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json["sections"].as_array().map(Vec::len), Some(sections.len()));
        for (section, said) in sections.iter().zip(json["sections"].as_array().expect("sections")) {
            assert_eq!(said["id"], section.id);
            let rows = said["rows"].as_array().expect("rows");
            assert_eq!(rows.len(), section.rows.len(), "{name}: {}", section.id);
            for (row, cells) in rows.iter().zip(&section.rows) {
                for (column, cell) in section.columns.iter().zip(cells) {
                    let said = match column.id.split_once('.') {
                        Some((kind, one)) => &row[kind][one],
                        None => &row[&column.id],
                    };
                    assert_eq!(*said, cell_json(cell), "{name}: {} {}", section.id, column.id);
                }
            }
        }

        let mut lines = csv::Reader::from_reader(csv.as_bytes());
        let lines =
            lines.records().map(|line| line.expect("CSV").iter().map(str::to_owned).collect::<Vec<_>>());
        // Spreadsheets read no cell as a formula.
        let plain = |words: String| if words.starts_with('=') { format!("'{words}") } else { words };
        let of_row = |section: &Section, row: &[SectionCell]| {
            let label = plain(cell_csv(&row[0]).remove(0).1);
            let cells = row.iter().zip(&section.columns).skip(1).flat_map(|(cell, column)| {
                cell_csv(cell).into_iter().map(move |(part, value)| (format!("{}{part}", column.id), value))
            });
            let is_whole = match &row[0] {
                SectionCell::Period(period) => {
                    Some(("is_whole".to_owned(), SectionCell::Bool(period.is_whole()).words()))
                }
                _ => None,
            };
            let line = |(column, value): (String, String)| {
                [section.id.to_owned(), label.clone(), column, plain(value)].to_vec()
            };
            is_whole.into_iter().chain(cells).map(line).collect::<Vec<_>>()
        };
        let wanted =
            sections.iter().flat_map(|section| section.rows.iter().flat_map(|row| of_row(section, row)));
        // What it is about stands before the numbers.
        let lines = lines.skip_while(|line| line[0] == "report");
        assert_eq!(lines.collect::<Vec<_>>(), wanted.collect::<Vec<_>>(), "{name}");
    }
}

/// A keyboard on the board of `session`.
fn desk(session: Session, size: (u16, u16)) -> Desk {
    let world = World { session, store: MemoryStore::new(), now: asked_at(), me: person("dana") };
    Desk::new(world, size)
}

/// What stands in some cells of a line.
fn cells(line: &str, from: u16, to: u16) -> String {
    let (from, to) = (usize::from(from), usize::from(to));
    line.chars().skip(from).take(to.saturating_sub(from)).collect::<String>().trim().to_owned()
}

/// On every page, whatever row is chosen: bars stand beside words, under what they count, and a chosen number is in view.
fn page_has_words(desk: &Desk, name: &str) {
    let lines = desk.lines();
    let picture = || format!("{name}:\n{}", lines.join("\n"));
    let (pages, placed) = placed(&desk.app).expect("the numbers are open");
    let section = &pages.sections[placed.place];
    assert!(!lines.iter().any(|line| line.contains("NaN")), "{}", picture());
    if section.rows.is_empty() {
        let said = cells(&lines[usize::from(placed.rows.y)], placed.page.x, placed.page.right());
        assert!(!said.is_empty(), "an empty page says so: {}", picture());
        return;
    }
    let is_bar = |c: char| ('▁'..='▏').contains(&c) || ('⠀'..='⣿').contains(&c);
    let mut has_bars = false;
    for y in placed.rows.y..placed.rows.bottom() {
        let line = &lines[usize::from(y)];
        let bars = cells(line, placed.bars.x, placed.bars.right());
        has_bars |= placed.bars.width > 0 && bars.chars().any(is_bar);
        if line.chars().skip(usize::from(placed.page.x)).any(is_bar) {
            let label = cells(line, placed.page.x, placed.page.x + placed.label);
            assert!(!label.is_empty(), "a bar has a word: {}", picture());
        }
    }
    if has_bars {
        let unit = cells(&lines[usize::from(placed.head.y)], placed.bars.x, placed.page.right());
        assert!(!unit.is_empty(), "a scale has a unit: {}", picture());
        let legend = cells(&lines[usize::from(placed.legend.y)], placed.legend.x, placed.legend.right());
        let has_marks = pages.charts[placed.place].has_marks();
        assert!(!has_marks || legend.chars().any(char::is_alphabetic), "marks have words: {}", picture());
    }
    let screen = desk.app.screen.as_ref().expect("it is open");
    let chosen = pages.chosen(placed.place, placed.row, screen.column).and_then(|number| number.column());
    if let Some(column) = chosen {
        assert!(placed.columns.iter().any(|it| it.column == column), "{column} is in view: {}", picture());
    }
}

#[test]
fn no_bar_stands_without_a_word_on_the_screen() {
    for size in SIZES {
        for (name, session) in boards() {
            let mut desk = desk(session, size);
            desk.keys("I");
            for step in ["", "w"] {
                desk.keys(step);
                for _ in 0..15 {
                    page_has_words(&desk, &name);
                    desk.keys("j l l");
                    page_has_words(&desk, &name);
                    // Where not all numbers have room, each is looked at.
                    let walked = if size == SIZES[0] && !name.starts_with("small") { 10 } else { 0 };
                    for _ in 0..walked {
                        desk.keys("l");
                        page_has_words(&desk, &name);
                    }
                    desk.keys("k tab");
                }
            }
            desk.keys("[ enter esc");
            let _ = desk.draw();
        }
    }
}
