//! What the verbs say, word by word, by the real binary.

use clap::{CommandFactory, Parser};
use gangplank::cli::Cli;
use gangplank::text::width;

use crate::support::home::{Home, uncolored};
use crate::support::{row, rows_of};

/// Four accounts of two people; nobody looks after the last.
fn of_two() -> Home {
    let home = Home::empty();
    home.import(&rows_of(&[
        ["A-1", "Acme", "836 USD", "2024-12-22", "dana", "1", "EU"],
        ["A-2", "Bolt", "500 USD", "2024-12-20", "Eve", "1", "EU"],
        ["A-3", "Cato", "400 USD", "2025-03-20", "eve", "6b", "EU"],
    ]));
    home.import(&[row("A-4", "Dune")]);
    home
}

#[test]
fn today_and_the_alerts_are_narrowed_to_one_person() {
    let home = of_two();
    let today = |args: &[&str]| {
        let rows = home.json(&[&["today", "--json"], args].concat());
        let rows = rows.as_array().expect("a list").clone();
        rows.iter()
            .map(|row| (row["id"].clone(), row["reasons"].as_array().map(Vec::len)))
            .collect::<Vec<_>>()
    };
    let fails = ["record", "Bolt", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"];
    home.says(&fails);
    // What she owns, with all there is to it.
    assert_eq!(today(&["--mine"]), [("A-1".into(), Some(2))]);
    assert_eq!(today(&["--owner", "EVE"]), [("A-2".into(), Some(2))]);
    // An alert she was given is hers; the rest of that account is not.
    home.says(&["alerts", "assign", "in_1", "--to", "Dana"]);
    assert_eq!(today(&["--mine"]), [("A-2".into(), Some(1)), ("A-1".into(), Some(2))]);
    assert_eq!(home.json(&["alerts", "--mine", "--json"])[0]["account"], "A-2");
    assert_eq!(today(&["--owner", "eve"]), [("A-2".into(), Some(2))]);
    // Hers, until it is not.
    home.says(&["snooze", "Bolt", "--until", "tomorrow"]);
    home.says(&["snooze", "Acme", "--until", "tomorrow"]);
    assert_eq!(today(&["--mine"]), []);
    let done = "\n1 done: `gangplank today --done` lists what you did";
    assert_eq!(
        home.told(&["today", "--mine"]),
        format!("nothing waits for dana now, nor for anybody else{done}")
    );
    home.says(&["snooze", "Bolt", "--off"]);
    home.says(&["alerts", "assign", "in_1", "--none"]);
    assert_eq!(
        home.told(&["today", "--mine"]),
        format!("nothing waits for dana now; 1 account waits for others: `gangplank today` names it{done}")
    );
    assert_eq!(
        home.told(&["today", "--owner", "Kim"]),
        "Kim owns no account: set your name with `--as NAME`, or an owner with `gangplank owner ACCOUNT NAME`"
    );
}

#[test]
fn every_change_is_confirmed_in_a_sentence_that_says_what_is_so_now() {
    let home = of_two();
    for args in [
        ["record", "Acme", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"],
        ["record", "Bolt", "invoice.payment_failed", "--invoice", "in_2", "--amount", "12 EUR"],
    ] {
        home.says(&args);
    }
    let mut said = String::new();
    for args in [
        &["alerts", "ack", "in_1"][..],
        &["alerts", "snooze", "in_1", "--until", "mon"],
        &["alerts", "snooze", "in_1", "--until", "tue 15:00"],
        &["alerts", "reopen", "in_1"],
        &["alerts", "assign", "in_1", "--to", "eve"],
        &["alerts", "assign", "in_1", "--none"],
        &["alerts", "close", "in_1", "--outcome", "paid by bank transfer"],
        &["alerts", "reopen", "in_1"],
        &["alerts", "close", "in_1", "in_2", "--outcome", "paid"],
        &["alerts", "close", "in_1", "in_2", "--outcome", "paid"],
        &["task", "Acme", "send the guide", "--due", "fri"],
        &["task", "done", "Acme", "send the guide"],
        &["task", "reopen", "Acme", "send the guide"],
        &["undo"],
        &["redo"],
        &["snooze", "Acme", "--until", "in 2 weeks"],
        &["snooze", "Acme", "--off"],
        &["owner", "Acme", "eve"],
        &["owner", "Acme", "--none"],
        &["owner", "Dune", "eve"],
        &["owner", "Dune", "--none"],
        &["risk", "Acme", "high", "--reason", "two bills bounced"],
        &["risk", "Acme", "none"],
        &["note", "Acme", "they asked for the guide\nand for more"],
        &["playbooks", "off", "replied"],
        &["move", "Acme", "2"],
    ] {
        said += home.says(args).split("; undo with").next().unwrap_or_default().trim_end();
        said.push('\n');
    }
    insta::assert_snapshot!(said, @r"
    Failed payment of Acme ($340): Acknowledged by dana (#5)
    Failed payment of Acme ($340): Snoozed until Mon 16 Dec (#6)
    Failed payment of Acme ($340): Snoozed until Tue 17 Dec, 15:00 (#7)
    Failed payment of Acme ($340): Reopened (#8)
    Failed payment of Acme ($340): Assigned to eve (#9)
    Failed payment of Acme ($340): Unassigned (#10)
    Failed payment of Acme ($340): Closed (paid by bank transfer) (#11)
    Failed payment of Acme ($340): Reopened (#12)
    2 alerts: Closed (paid) (#13)
    nothing changed
    Acme: Task added: send the guide, due Fri 20 Dec (#14)
    Acme: Task done: send the guide (#15)
    Acme: Task reopened: send the guide (#16)
    Undid #16: Acme: Task done: send the guide (#17); redo with `gangplank redo 16`
    Redone: Acme: Task reopened: send the guide (#18)
    Acme: Snoozed until Sun 29 Dec (#19)
    Acme: Snooze ended (#20)
    Acme: Owner set to eve (#21)
    Acme: Owner set to dana, as imported (#22)
    Dune: Owner set to eve (#23)
    Dune: Owner removed (#24)
    Acme: Payment risk set to high: two bills bounced (#25)
    Acme: Payment risk set to none (#26)
    Acme: Note added: they asked for the guide… (#27)
    Playbook replied switched off (#28)
    Acme → 2. Onboarding Initiated; left 1 with 5 open points (billing limits, …) (#29)
    ");
}

#[test]
fn the_log_names_every_playbook_that_acted_and_what_made_it() {
    let home = of_two();
    home.says(&["record", "Acme", "outreach.sent", "--at", "8 days ago"]);
    home.says(&["record", "Acme", "reply.received", "--at", "yesterday 17:30"]);
    home.gangplank(&["ingest", "-"]).write_stdin(
        r#"{"id":"e1","signal":"call.booked","account":{"external_id":"A-1"},"at":"2024-12-14T10:00:00Z","source":"calendly","call_id":"c","starts_at":"2024-12-18T15:00:00Z","ends_at":"2024-12-18T15:30:00Z"}
{"id":"e2","signal":"call.held","account":{"external_id":"A-1"},"at":"2024-12-15T08:00:00Z","source":"zoom","call_id":"c"}
{"id":"e3","signal":"outreach.sent","account":{"external_id":"A-2"},"at":"2024-12-14T10:00:00Z","source":"gmail"}
"#,
    ).assert().success();
    home.says(&["sweep"]);
    home.says(&["note", "Acme", "they asked for the guide"]);
    let log = |args: &[&str]| uncolored(&home.says(&[&["log", "--color", "always"], args].concat()));
    insta::assert_snapshot!(log(&["-n", "3"]), @r"
    SEQ  TIME              BY     COMMAND                    WHAT HAPPENED
      5  2024-12-15 10:00  dana   ingest the standard input  2 accounts, 1 moved (playbooks call-booked moved 1: Call booked; intro-call-held moved 1: Call held)
      6  2024-12-15 10:00  clock  sweep                      Acme → 5. Awaiting Final Outreach (playbook final-outreach-due: Renewal on 2024-12-22)
      7  2024-12-15 10:00  dana   note A-1                   Acme: Note added: they asked for the guide
    ");
    insta::assert_snapshot!(log(&["Acme"]), @r"
    SEQ  TIME              BY     COMMAND                    WHAT HAPPENED
      1  2024-12-15 10:00  dana   import accounts.csv        Acme → 1. New Account
      3  2024-12-15 10:00  dana   record A-1 outreach.sent   Acme: Outreach sent → 2. Onboarding Initiated (playbook contacted: Outreach sent on 2024-12-07 12:00)
      4  2024-12-15 10:00  dana   record A-1 reply.received  Acme: Reply received → 3a. Engaged — Email (playbook replied: Reply received on 2024-12-14 17:30)
      5  2024-12-15 10:00  dana   ingest the standard input  Acme: Call booked for Wed 18 Dec, 16:00 → 3b. Engaged — Call Booked (playbook call-booked: Call booked on 2024-12-14 11:00)
      5  2024-12-15 10:00  dana   ingest the standard input  Acme: Call held → 4a. Intro Call Completed (playbook intro-call-held: Call held)
      6  2024-12-15 10:00  clock  sweep                      Acme → 5. Awaiting Final Outreach (playbook final-outreach-due: Renewal on 2024-12-22)
      7  2024-12-15 10:00  dana   note A-1                   Acme: Note added: they asked for the guide
    ");
    let json = home.json(&["log", "Acme", "--json"]);
    let all = json.as_array().expect("a list");
    assert_eq!(all.len(), 6, "not what is about others, nor a look at it");
    assert!(all.iter().all(|entry| !entry["events"].to_string().contains("A-2")));
    assert_eq!(home.json(&["log", "Acme", "-n", "1", "--json"])[0]["seq"], all[5]["seq"]);
    let history = home.says(&["show", "Acme"]);
    assert!(history.contains("· dana, playbook replied (Reply received on 2024-12-14 17:30)"), "{history}");
}

#[test]
fn the_log_is_narrowed_by_a_query() {
    let home = of_two();
    home.says(&["record", "Acme", "outreach.sent", "--at", "8 days ago"]);
    home.says(&["sweep"]);
    home.says(&["note", "Bolt", "they asked for the guide", "--as", "eve"]);
    home.says(&["note", "Acme", "they called"]);
    home.says(&["undo"]);
    let first = home.json(&["log", "--json"])[0]["seq"].as_u64().expect("a number");
    assert_eq!(first, 1);
    let found = |query: &str| -> Vec<u64> {
        let rows = home.json(&["log", "--json", "--where", query]);
        rows.as_array().expect("a list").iter().filter_map(|row| row["seq"].as_u64()).collect()
    };
    let last = home.json(&["log", "--json", "-n", "1"])[0]["seq"].as_u64().expect("a number");
    let [outreach, swept, eves, note, undo] = [last - 4, last - 3, last - 2, last - 1, last];
    for (query, expected) in [
        ("by:clock", vec![swept]),
        ("by:eve", vec![eves]),
        ("-by:me -by:clock", vec![eves]),
        ("guide", vec![1, eves]),
        ("undone", vec![note]),
        ("playbook:final", vec![swept]),
        ("outreach.sent", vec![outreach]),
        ("note bolt", vec![eves]),
        ("by:me stage:5 when:today -undone", vec![1, outreach, undo]),
        ("when<today", vec![]),
        ("by:clock or by:eve", vec![swept, eves]),
    ] {
        let found: Vec<u64> = found(query)
            .into_iter()
            .filter(|seq| [1, outreach, swept, eves, note, undo].contains(seq))
            .collect();
        assert_eq!(found, expected, "{query}");
    }
    assert_eq!(home.json(&["log", "Acme", "--json", "--where", "by:me", "-n", "1"])[0]["seq"], undo);
    assert!(home.says(&["log", "--where", "by:eve"]).contains("they asked for the guide"));
    let said = home.complains(&["log", "--where", "buy:me"], 2);
    assert!(said.contains("`buy` is not a field"), "{said}");
    assert!(home.complains(&["list", "--where", "by:me"], 2).contains("`by` is not a field"));
}

#[test]
fn the_help_of_every_verb_fits_its_lines_and_its_examples_are_understood() {
    let mut wrong = Vec::new();
    for verb in Cli::command().get_subcommands().filter(|verb| verb.get_name() != "help") {
        let mut verb = verb.clone().term_width(80);
        let help = verb.render_long_help().to_string();
        wrong.extend(help.lines().filter(|line| width(line) > 80).map(|line| format!("too long: {line}")));
        let examples: Vec<_> = help.lines().filter(|line| line.starts_with("  gangplank ")).collect();
        if examples.is_empty() {
            wrong.push(format!("{} has no example", verb.get_name()));
        }
        let refused = |line: &&str| Cli::try_parse_from(words(line)).is_err();
        wrong.extend(examples.into_iter().filter(refused).map(|line| format!("not understood: {line}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn help_and_refusals_call_a_command_a_command() {
    let home = of_two();
    for args in [&["--help"][..], &["help"], &["alerts", "--help"], &["alerts", "help"], &["help", "task"]] {
        let help = home.says(args);
        assert!(help.contains("Print this message or the help of the given command\n"), "{help}");
        assert!(!help.contains("subcommand"), "{help}");
    }
    for args in [&["lst"][..], &["alerts", "clse"], &["help", "lst"]] {
        let sentence = home.complains(args, 2);
        assert!(!sentence.contains("subcommand"), "{sentence}");
    }
}

/// The words of a command line as a shell takes it apart, as far as examples go.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut quote, mut goes_on) = (None, false);
    for c in line.chars() {
        match (c, quote) {
            ('"' | '\'', None) => {
                quote = Some(c);
                if !goes_on {
                    words.push(String::new());
                }
                goes_on = true;
            }
            (c, Some(open)) if c == open => quote = None,
            ('<' | '>', None) => break,
            (c, None) if c.is_whitespace() => goes_on = false,
            (c, _) => {
                if !goes_on {
                    words.push(String::new());
                }
                goes_on = true;
                words.last_mut().expect("one was begun").push(c);
            }
        }
    }
    words
}

#[test]
fn wrong_usage_is_answered_by_what_is_wrong_and_what_to_write() {
    let home = of_two();
    let mut said = String::new();
    for args in [
        &["frobnicate"][..],
        &["lst"],
        &["list", "--stag", "1"],
        &["list", "--stage"],
        &["list", "--now", "2024-12-15"],
        &["list", "--color", "blue"],
        &["log", "-n", "x"],
        &["log", "-n", "-1"],
        &["move", "Acme"],
        &["show", "Acme", "Ltd"],
        &["show", "Acme", "-x"],
        &["record", "Acme", "outreach.snt"],
        &["record", "Acme", "outreach.sent", "--attempt", "-1"],
        &["risk", "Acme", "hgh"],
        &["risk", "Acme", "severe"],
        &["today", "--mine", "--owner", "x"],
        &["today", "--mine", "--mine"],
        &["alerts", "frob"],
        &["alerts", "assign", "in_1"],
        &["alerts", "--closed", "ack", "in_1"],
        &["task"],
        &["task", "done", "Acme"],
        &["export", "--csv", "--json"],
        &["export"],
        &["forecast", "--currency", "EURO"],
        &["owner", "Acme"],
        &["snooze", "Acme", "--until", "soon"],
        &["--as", "clock", "undo"],
    ] {
        let sentence = home.complains(args, 2);
        // Where to find more is said of each in the same words.
        let end = sentence.find("\n\nUsage: ").or_else(|| sentence.find("\n\nFor more information"));
        said += &sentence[..end.unwrap_or(sentence.len())];
        said.push('\n');
    }
    insta::assert_snapshot!(said, @r"
    error: unknown command 'frobnicate'

      tip: a similar command exists: 'forecast'
    error: unknown command 'lst'

      tip: a similar command exists: 'list'
    error: unexpected argument '--stag' found

      tip: a similar argument exists: '--stage'
    error: a value is required for '--stage <STAGE>' but none was supplied
    error: invalid value '2024-12-15' for '--now <TIME>': write a time with its zone, like 2024-12-15T09:00:00Z
    error: invalid value 'blue' for '--color <WHEN>'
      [possible values: auto, always, never]
    error: invalid value 'x' for '--limit <COUNT>': write a whole number, such as 20
    error: invalid value '-1' for '--limit <COUNT>': write a whole number, such as 20
    error: something is missing: write `gangplank move ACCOUNT… STAGE`
    error: unexpected argument 'Ltd' found
    error: unexpected argument '-x' found

      tip: to pass '-x' as a value, use '-- -x'
    error: `outreach.snt` is not a signal: did you mean outreach.sent or final_outreach.sent?
    error: invalid value '-1' for '--attempt <COUNT>': write a whole number, such as 20
    error: `hgh` is not a level of risk: did you mean high?
    error: `severe` is not a level of risk: write none, low, medium or high
    error: the argument '--mine' cannot be used with '--owner <NAME>'
    error: the argument '--mine' cannot be used multiple times
    error: unknown command 'frob'
    error: the following required arguments were not provided:
      --to <NAME>
    error: the subcommand 'ack' cannot be used with '--closed'
    error: something is missing: write `gangplank task ACCOUNT… TITLE`
    error: the following required arguments were not provided:
      <TASK>
    error: the argument '--csv' cannot be used with '--json'
    error: the following required arguments were not provided:
      <--csv|--json>
    error: invalid value 'EURO' for '--currency <CODE>': `EURO` is not a currency: write its three letters, such as USD
    error: something is missing: write `gangplank owner ACCOUNT… NAME`
    error: `soon` is not a time: write tomorrow, fri, in 3 days, 15:00, 2024-12-20 or 2024-12-20 15:00
    error: invalid value 'clock' for '--as <NAME>': `clock` is reserved for changes that time makes: write another name
    ");
}

#[test]
fn who_mistyped_is_told_what_they_may_have_meant() {
    let home = of_two();
    for (args, code, says) in [
        (&["show", "acm"][..], 3, "no account `acm` is known: did you mean Acme (A-1)?"),
        (&["show", "Blot"], 3, "no account `Blot` is known: did you mean Bolt (A-2)?"),
        (&["show", "bol"], 3, "no account `bol` is known: did you mean Bolt (A-2)?"),
        (&["show", " "], 2, "error: no account given: write its external id or full name"),
        (&["explain", "Acme", "contact"], 3, "no playbook `contact` is known: did you mean `contacted`?"),
        (
            &["export", "--csv", "/nowhere/at/all.csv"],
            1,
            "error: there is no directory /nowhere/at: make it first",
        ),
        (&["export", "--csv", "/"], 1, "error: / is a directory: name a file in it"),
    ] {
        assert_eq!(home.complains(args, code), says, "{args:?}");
    }
}

#[test]
fn of_many_accounts_the_log_says_how_many_each_playbook_moved_and_why() {
    let home = Home::empty();
    let from = ["1", "2", "3a", "3b", "4a", "4b", "5", "6a", "6b", "7"].map(|stage| {
        format!(
            "[[playbook]]\nid = \"from-{stage}\"\ntitle = \"t\"\non = {{ signal = [\"handoff\"] }}\n\
             when = [{{ stage = [\"{stage}\"] }}]\nthen = [{{ move_because = {{ to = \"6c\", reason = \"large\" }} }}]\n"
        )
    });
    let mut toml = format!("built_in = false\nsegments = [\"Lead\"]\n{}", from.concat());
    toml += "[[playbook]]\nid = \"bad\"\ntitle = \"Back\"\non = { signal = [\"reply.received\"] }\n\
             then = [{ move = \"1\" }]\n";
    toml += "[[playbook]]\nid = \"near\"\ntitle = \"t\"\non = { days_before_renewal = 10 }\n\
             then = [{ join = \"Lead\" }]\n";
    home.config("playbooks.toml", &toml);
    home.import(&rows_of(&[
        ["A-1", "Acme", "836 USD", "2024-12-22", "dana", "1", "EU"],
        ["A-2", "Bolt", "500 USD", "2024-12-20", "eve", "1", "EU"],
        ["A-3", "Cato", "400 USD", "2024-12-24", "eve", "6b", "EU"],
    ]));
    let signals = ["A-1", "A-2", "A-3"].map(|id| {
        format!(
            r#"{{"id":"r-{id}","signal":"reply.received","account":{{"external_id":"{id}"}},"at":"2024-12-15T09:00:00Z","source":"gmail"}}
{{"id":"h-{id}","signal":"handoff","account":{{"external_id":"{id}"}},"at":"2024-12-15T09:00:00Z","by":"dana","source":"crm","reason":"large"}}
"#
        )
    });
    home.gangplank(&["ingest", "-"]).write_stdin(signals.concat()).assert().success();
    home.says(&["sweep"]);
    let log = home.says(&["log", "-n", "2"]);
    let told: Vec<&str> = log.lines().skip(1).filter_map(|line| line.rsplit('\t').next()).collect();
    // Who was refused did nothing, and is not named.
    assert_eq!(
        told,
        [
            "3 accounts → 6c. Sales Handoff, reply received, handed off to sales (playbooks from-1 moved 2: Handed off to sales; from-6b moved 1: Handed off to sales)",
            "3 accounts: Added to Lead (playbook near: Renewal on 2024-12-20 to 2024-12-24 ×3)",
        ]
    );
    let hint = "what playbooks did for each account: gangplank log ACCOUNT, or gangplank log --json";
    assert_eq!(home.told(&["log"]), hint);
    assert_eq!(home.told(&["log", "Acme"]), "");
    let of_one = home.says(&["log", "Cato"]);
    assert!(!of_one.contains("bad") && of_one.contains("(playbook from-6b: Handed off to sales"), "{of_one}");
}

#[test]
fn what_only_keeps_a_record_is_explained_when_it_is_asked_for() {
    let home = of_two();
    home.says(&["playbooks", "off", "stamp-2"]);
    let all = home.says(&["explain", "Acme"]);
    assert!(all.ends_with("\nThese only record when it enters a stage: stamp-3, stamp-4, stamp-6a, stamp-6b, stamp-6c, stamp-6d\n"), "{all}");
    assert!(all.contains("\nstamp-2 ") && !all.contains("\nstamp-3 "), "{all}");
    assert!(home.says(&["explain", "Acme", "stamp-3"]).contains("\nstamp-3 "));
}

#[cfg(unix)]
#[test]
fn a_dumb_terminal_gets_no_escape_sequences_and_no_board() {
    use crate::support::pty::{self, Pty};
    let home = pty::Home::new();
    let run = |args: &[&str], term: &str| {
        let mut terminal = Pty::gangplank(&home, (80, 24), args, &[("TERM", term)]);
        let code = terminal.wait_exit();
        // The terminal's own mark that the program has ended.
        let written = String::from_utf8_lossy(terminal.written());
        (code, written.split("\u{1b}]7;ended").next().unwrap_or_default().to_owned())
    };
    for term in ["dumb", "unknown", ""] {
        for args in [&["list"][..], &["stages"], &["--help"], &["docs", "keys"], &["today"]] {
            let (code, written) = run(args, term);
            assert!(code == 0 && !written.contains('\u{1b}'), "{term} {args:?}: {written:?}");
        }
        let (_, wanted) = run(&["stages", "--color", "always"], term);
        assert!(wanted.contains("\u{1b}["), "it was asked for: {wanted:?}");
        for args in [&["--demo"][..], &[]] {
            let (code, written) = run(args, term);
            let sentence = "error: this terminal cannot show the board";
            assert!(code == 2 && written.starts_with(sentence), "{term} {args:?}: {written:?}");
            assert!(!written.contains('\u{1b}'), "{written:?}");
        }
    }
    let (_, colored) = run(&["stages"], "xterm");
    assert!(colored.contains("\u{1b}["), "{colored:?}");
}

#[test]
fn a_tilde_is_the_home_directory_wherever_a_path_is_named() {
    let home = Home::empty();
    let at = |name: &str| home.0.path().join(name);
    std::fs::write(at("a.csv"), "Key,Name\nA-1,Acme\n,Bolt\n").expect("it can be written");
    std::fs::write(at("m.toml"), "[columns]\n\"Key\" = \"external_id\"\n").expect("it can be written");
    let run = |args: &[&str], env: &[(&str, &str)]| {
        let mut command = home.gangplank(args);
        command.envs(env.iter().copied()).current_dir(home.0.path());
        let output = command.output().expect("it runs");
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let import =
        ["import", "~/a.csv", "--mapping=~/m.toml", "--save-rejected=~/left.csv", "--data-dir=~/boards"];
    let (code, said) = run(&import, &[]);
    assert_eq!(code, 0, "{said}");
    assert!(at("boards/journal.jsonl").exists() && at("left.csv").exists());
    let (code, said) =
        run(&["export", "--csv", "~/out.csv", "--config-dir=~"], &[("GANGPLANK_DATA_DIR", "~/boards")]);
    assert!(code == 0 && at("out.csv").exists(), "{said}");
    let (code, said) = run(&["list"], &[("GANGPLANK_DATA_DIR", "~/new"), ("GANGPLANK_CONFIG_DIR", "~/cfg")]);
    assert_eq!(code, 0, "{said}");
    let words = "`~dan/boards` names the home directory of a user: write the whole path";
    for (args, env) in [
        (&["--data-dir=~dan/boards", "list"][..], &[][..]),
        (&["list"], &[("GANGPLANK_DATA_DIR", "~dan/boards")]),
        (&["list"], &[("GANGPLANK_CONFIG_DIR", "~dan/boards")]),
    ] {
        let (code, said) = run(args, env);
        assert!(code == 2 && said.contains(words), "{args:?} {env:?}: {said}");
    }
    // Whoever wants a directory of that name says where it is.
    let (code, said) = run(&["list", "--data-dir=./~"], &[]);
    assert_eq!(code, 0, "{said}");
    assert!(!at("~").join("boards").exists() && !at("~dan").exists());
}

#[test]
fn a_sweep_reports_all_that_it_did() {
    let home = of_two();
    let at = |now: &'static str, args: &[&'static str]| [&["--now", now, "sweep"], args].concat();
    home.says(&["record", "Acme", "outreach.sent", "--at", "2024-12-01 10:00"]);
    for (subscription, period_end) in [("sub_1", "2024-12-16"), ("sub_2", "2025-02-01")] {
        let bill = ["record", "Bolt", "invoice.upcoming", "--subscription", subscription];
        home.says(&[&bill[..], &["--period-end", period_end, "--amount", "12000 USD"]].concat());
    }
    let (monday, march) = ("2024-12-18T09:00:00Z", "2025-03-01T09:00:00Z");
    let rows = home.json(&at(monday, &["--dry-run", "--json"]));
    let told: Vec<_> = rows
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| (row["account"].as_str(), row["playbook"].as_str(), row["did"].to_string()))
        .collect();
    let closed = "\"Bolt: Upcoming large invoice: closed (its day has passed)\"";
    assert_eq!(told[0], (Some("A-2"), None, closed.to_owned()), "{rows}");
    assert_eq!((told[1].0, told[1].1, told.len()), (Some("A-1"), Some("final-outreach-due"), 2), "{rows}");
    let output = home.gangplank(&at(monday, &[])).output().expect("it runs");
    let (text, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("\nA-2\tBolt: ") && text.contains("\nA-1\tAcme → 5."), "{text}");
    assert_eq!(said, "playbooks ran 1 time, 1 other change; undo with `gangplank undo 6`\n");
    assert_eq!(home.json(&at(monday, &["--json"])), serde_json::json!([]), "it is done");
    assert_eq!(home.told(&at(monday, &[])), "nothing is due");
    // An alert alone.
    let said = home.told(&at(march, &["--dry-run"]));
    assert_eq!(said, "this was a dry run: nothing was written");
    let said = home.told(&at(march, &[]));
    assert_eq!(said, "1 change; undo with `gangplank undo 7`");
}
