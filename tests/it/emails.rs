//! Emails from templates: what they are filled with, which one fits, mistakes in files, and mail programs.

use chrono::TimeDelta;
use gangplank::config::ConfigError;
use gangplank::config::settings;
use gangplank::emails::file::{EmailTemplates, RecordedAs};
use gangplank::emails::fit::{Fit, ranked};
use gangplank::emails::placeholder::EmailValues;
use gangplank::emails::{Email, FilledEmail, fill, mailto};
use gangplank::state::query::attention;
use gangplank::state::values::signal::Signal;
use gangplank::state::{AccountRef, Command, FactKey, PointChange, PointId, Roster, SignalData, SignalId};

use crate::support::{World, amount, day, id, payment_failed, playbooks, row};

fn world() -> World {
    let acme = row("acme", "Acme Ltd")
        .in_stage("1")
        .text(FactKey::Plan, "startup")
        .text(FactKey::Contacts, "Ana Ruiz <ana@acme.example>, bo@acme.example")
        .text(FactKey::BillingInterval, "monthly")
        .text(FactKey::Extra("Region".into()), "Iberia")
        .with(FactKey::ForecastedMrr, amount("836 USD"))
        .with(FactKey::NextRenewal, day("2024-12-22"));
    World::with_checklists(&[acme, row("bolt", "Bolt").in_stage("4a")])
}

fn record(world: &mut World, account: &str, hours: i64, data: SignalData) {
    let signal = Signal {
        id: SignalId::new(&format!("{account}-{hours}")),
        at: world.now.at - TimeDelta::hours(hours),
        by: Some("dana".into()),
        source: "test".into(),
        template: None,
        data,
    };
    world.does(&Command::RecordSignal { account: AccountRef::Id(id(account)), signal });
}

fn own(text: &str) -> Result<EmailTemplates, ConfigError> {
    EmailTemplates::new(vec![("mine".into(), "mine.md".to_owned(), text.to_owned())])
}

fn filled(world: &World, account: &str, body: &str) -> FilledEmail {
    let text = format!("+++\ntitle = 'Mine'\nsubject = 'About {{name}}'\n+++\n{body}\n");
    let templates = own(&text).expect("it is a template");
    let template = templates.named("mine").expect("it is there");
    let roster = Roster::default();
    let values = EmailValues {
        account: world.account(account),
        board: world.board(),
        roster: &roster,
        me: "dana@example.com",
        now: world.now,
        occasion: template.occasion,
    };
    fill(template, &values)
}

#[test]
fn placeholders_stand_for_what_is_known() {
    let mut world = world();
    for (point, observation) in [("billing-limits", Some("none set")), ("sdk-age", None)] {
        let change = PointChange::Tick { observation: observation.map(Into::into) };
        let point = PointId::from(point);
        world.does(&Command::CheckPoint { account: id("acme"), point, change });
    }
    record(&mut world, "acme", 1, payment_failed("in_1", 1));
    let held = SignalData::CallHeld { call: None };
    record(&mut world, "acme", 48, held);
    for (placeholder, stands) in [
        ("{name}", "Acme Ltd"),
        ("{first_name}", "Ana"),
        ("{me}", "Dana"),
        ("{email} {external_id}", "ana@acme.example acme"),
        ("{plan} {mrr}", "startup [mrr?]"),
        ("{forecasted_mrr} {extra.Region}", "$836 Iberia"),
        ("{renewal}, {renewal_in}", "Sun 22 Dec, in 7 days"),
        ("{next_renewal}", "Sun 22 Dec"),
        ("{amount} {due} {retry}", "$340 [due date?] [date of the next attempt?]"),
        ("{last_call} {next_call}", "Fri 13 Dec [time of the call?]"),
        ("{{name}}", "{name}"),
        ("{observations}", "- Limits for your bill: none set"),
    ] {
        assert_eq!(filled(&world, "acme", placeholder).email.body, stands, "{placeholder}");
    }
    let FilledEmail { email, missing } =
        filled(&world, "bolt", "Hi {first_name}, {observations} {first_name}");
    assert_eq!(email.subject, "About Bolt");
    assert_eq!(email.body, "Hi [first name?], [observations?] [first name?]");
    assert_eq!(
        (missing, email.to),
        (vec!["first name".to_owned(), "observations".to_owned()], String::new())
    );
}

#[test]
fn a_customer_reads_the_name_for_customers_and_the_title_where_there_is_none() {
    let mut world = world();
    let points = ["misconfiguration", "unused-events", "usage", "handoff-notes"];
    for point in points {
        let change = PointChange::Tick { observation: Some("see below".into()) };
        world.does(&Command::CheckPoint { account: id("bolt"), point: point.into(), change });
    }
    let said = [
        "- A setting that costs you money: see below",
        "- Events that you do not use: see below",
        "- Your usage: see below",
        "- Notes for sales: see below",
    ];
    assert_eq!(filled(&world, "bolt", "{observations}").email.body, said.join("\n"));
}

#[test]
fn the_shipped_templates_are_whole_and_say_what_they_record() {
    let templates = EmailTemplates::shipped();
    let records: Vec<_> = templates.all().iter().map(|it| (&*it.name, &*it.title, it.records)).collect();
    let (outreach, last) = (Some(RecordedAs::Outreach), Some(RecordedAs::FinalOutreach));
    assert_eq!(
        records,
        [
            ("first-outreach", "First outreach", outreach),
            ("reply", "Reply", outreach),
            ("call-follow-up", "Call follow-up", outreach),
            ("final-outreach", "Final outreach", last),
            ("failed-payment", "Failed payment", outreach),
            ("large-invoice", "Large invoice", outreach),
            ("survey", "Survey", None),
        ]
    );
    assert!(templates.all().iter().all(|it| it.occasion.is_some()));
}

#[test]
fn what_fits_the_account_best_comes_first() {
    let mut world = world();
    let rules = playbooks().attention_rules(attention::RenewalThresholds { soon: 14, urgent: 10 });
    let fitting = |world: &World, account: &str| {
        let (board, account) = (world.board(), world.account(account));
        let alerts = board.open_alerts_of(&account.id, &world.now);
        let reasons = attention::reasons(board, account, &alerts, &world.now, &rules);
        let templates = EmailTemplates::shipped().all();
        let ranked = ranked(templates, board, account, &reasons).into_iter();
        let fitting = ranked.filter(|(_, fit)| *fit != Fit::Other);
        fitting.map(|(at, fit)| format!("{} {fit:?}", templates[at].name)).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(fitting(&world, "acme"), "first-outreach Occasion");
    assert_eq!(fitting(&world, "bolt"), "call-follow-up Stage");
    record(&mut world, "acme", 1, payment_failed("in_1", 1));
    assert_eq!(fitting(&world, "acme"), "failed-payment Occasion, first-outreach Occasion");
    record(&mut world, "acme", 3, SignalData::OutreachSent);
    record(&mut world, "acme", 2, SignalData::ReplyReceived { auto: false });
    assert_eq!(fitting(&world, "acme"), "failed-payment Occasion, reply Occasion");
}

#[test]
fn a_file_of_ones_own_takes_the_place_of_one_or_is_added() {
    let text = "+++\ntitle = 'Our reply'\nsubject = 'Hello'\n+++\nHello\n";
    let one = EmailTemplates::new(vec![("reply".into(), "reply.md".to_owned(), text.to_owned())]);
    let one = one.expect("it is a template");
    assert_eq!((one.all().len(), &*one.named("reply").expect("there").title), (7, "Our reply"));
    let more = own(text).expect("it is a template");
    assert_eq!((more.all().len(), &*more.named("our REPLY").expect("by its title").name), (8, "mine"));
    assert_eq!(more.named("survei"), Err("no template is called `survei`: did you mean survey?".to_owned()));
    let windows = own(&text.replace('\n', "\r\n")).expect("line ends do not matter");
    assert_eq!(windows.all().len(), 8);
}

#[test]
fn a_mistake_names_its_file_line_and_key() {
    for (text, says) in [
        (
            "Hello\n",
            "mine.md:1: a template begins with +++, then title = \"…\" and subject = \"…\", then +++",
        ),
        ("+++\ntitle = 'x'\n", "mine.md:1: a template begins with +++"),
        ("+++\ntitle = 'x'\n+++\n", "mine.md:1: `subject`: the key is missing: add it"),
        (
            "+++\ntitle = 'x'\nsubject = 'y'\nstage = ['1']\n+++\n",
            "mine.md:4: `stage`: unknown key: write one of title, subject, stages, occasion, records",
        ),
        ("+++\ntitle = ' '\nsubject = 'y'\n+++\n", "mine.md:2: `title`: the title is empty"),
        (
            "+++\ntitle = 'x'\nsubject = 'y {frist_name}'\n+++\n",
            "mine.md:3: `subject`: unknown placeholder {frist_name}: did you mean first_name or name?",
        ),
        (
            "+++\ntitle = 'x'\nsubject = 'y'\n+++\nHi\n\n{qqq}\n",
            "mine.md:7: unknown placeholder {qqq}: use {first_name}, {me}",
        ),
        (
            "+++\ntitle = 'x'\nsubject = 'y'\n+++\nHi }\n",
            "mine.md:5: `}` stands alone: write `}}` for a brace",
        ),
        (
            "+++\ntitle = 'x'\nsubject = 'y'\noccasion = 'birthday'\n+++\n",
            "mine.md:4: `occasion`: unknown value `birthday`: write one of first_outreach, reply",
        ),
        (
            "+++\ntitle = 'x'\nsubject = 'y'\nrecords = 'handoff'\n+++\n",
            "mine.md:4: `records`: unknown value `handoff`: write one of outreach.sent, final_outreach.sent",
        ),
        ("+++\ntitle = 'Reply'\nsubject = 'y'\n+++\n", "mine.md: its title is also that of reply.md"),
    ] {
        let error = own(text).expect_err(text).to_string();
        assert!(error.starts_with(says), "{error}\n{says}");
    }
}

#[test]
fn a_page_is_read_back_as_it_was_written() {
    let email = Email { to: "a@b.c".into(), subject: "Hello".into(), body: "Hi\n\nSubject: no head".into() };
    assert_eq!(Email::of_page(&email.page(), &Email::default()), email);
    let page = "Subject: Other\n\nShort";
    let read = Email::of_page(page, &email);
    assert_eq!((&*read.to, &*read.subject, &*read.body), ("a@b.c", "Other", "Short"));
    let gaps = Email {
        subject: "[amount?]".into(),
        body: "[x] [a [first name?] [first name?] [b\n?]".into(),
        ..email
    };
    assert_eq!(gaps.gaps(), ["[amount?]", "[first name?]"]);
}

#[test]
fn an_address_says_everything_or_there_is_none() {
    let email = |to: &str, body: &str| Email { to: to.into(), subject: "a&b=c?".into(), body: body.into() };
    for (email, address) in [
        (email("ana@b.c", "Hi\nBo"), "mailto:ana@b.c?subject=a%26b%3Dc%3F&body=Hi%0D%0ABo"),
        (email("a+x@b.c, d@e.f", "é #1"), "mailto:a%2Bx@b.c,d@e.f?subject=a%26b%3Dc%3F&body=%C3%A9%20%231"),
        (email("", ""), "mailto:?subject=a%26b%3Dc%3F&body="),
        (email("x?cc=e@v.il", ""), "mailto:x%3Fcc%3De@v.il?subject=a%26b%3Dc%3F&body="),
    ] {
        assert_eq!(mailto::address(&email).as_deref(), Some(address));
    }
    let room = mailto::LONGEST - "mailto:?subject=a%26b%3Dc%3F&body=".len();
    assert!(mailto::address(&email("", &"x".repeat(room))).is_some());
    assert_eq!(mailto::address(&email("", &"x".repeat(room + 1))), None);
}

#[test]
fn a_mail_program_gets_the_parts_as_words() {
    use gangplank::config::mail::MailParts;
    let world = world();
    let mail = |text: &str| settings::parse(text, "config.toml");
    let program =
        mail("mail = ['post', '--to={to}', '{subject}', '{body}', '{name}']").expect("it is right").mail;
    let program = program.expect("one is named");
    let parts = MailParts { to: "a@b.c", subject: "Hello; rm -rf", body: "Hi\n'\"" };
    let words = program.words(world.account("acme"), parts);
    assert_eq!(
        words,
        Ok(["post", "--to=a@b.c", "Hello; rm -rf", "Hi\n'\"", "Acme Ltd"].map(String::from).to_vec())
    );
    let refused = program.words(world.account("acme"), MailParts { subject: "-x", ..parts });
    assert!(
        refused.is_err_and(|why| why.starts_with("“-x” begins with -, and post may take it for an option"))
    );
    for (text, says) in [
        ("mail = []", "config.toml:1: `mail`: the program comes first: write mail = ["),
        ("mail = ['{to}']", "config.toml:1: `mail`: the program comes first"),
        ("\nmail = ['post', '{text}']", "config.toml:2: `mail`: unknown placeholder {text}: "),
    ] {
        let error = mail(text).expect_err(text).to_string();
        assert!(error.starts_with(says), "{error}");
    }
}
