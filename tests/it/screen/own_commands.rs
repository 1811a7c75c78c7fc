//! Programs of a team's own, each on a key.

use gangplank::state::command::AccountFacts;
use gangplank::state::{AccountId, FactKey};
use gangplank::tui::input::keymap::{InputMode, Keymap};
use gangplank::tui::input::own_commands::{OwnCommand, parse};
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::msg::{Effect, Msg};
use gangplank::tui::model::programs::{OutputTo, ProgramRun, RunOutcome};
use gangplank::tui::theme::Depth;

use crate::support::World;
use crate::support::desk::{Desk, setup};

fn commands(text: &str) -> Vec<OwnCommand> {
    parse(text, "commands.toml", &Keymap::default()).expect("correct")
}

const COMMANDS: &str = r#"
[[command]]
key = "ctrl-o"
title = "Ask the billing"
run = ["billing", "--id={external_id}", "{name}"]
output = "pane"

[[command]]
key = "ctrl-x"
title = "Look up"
shell = "lookup {email} \"for {name}\" | head -3"
output = "note"

[[command]]
key = "ctrl-y"
title = "Ring"
run = ["ring", "{extra.phone}"]
"#;

fn desk(name: &str) -> Desk {
    let contact = FactKey::Contacts;
    let account = AccountFacts::new("acme").text(FactKey::Name, name).text(contact, "ana@acme.example");
    let world = World::of(&[account.in_stage("1. New Account")]);
    let own_commands = commands(COMMANDS);
    let mut desk = Desk::with(world, (80, 24), Setup { own_commands, ..setup(Depth::Mono) });
    desk.focus("acme");
    desk
}

fn run(desk: &mut Desk, key: &str) -> ProgramRun {
    desk.effects.clear();
    desk.keys(key);
    match desk.effects.pop() {
        Some(Effect::Run(run)) => run,
        effect => panic!("{effect:?}: {}", desk.said()),
    }
}

fn ended(code: i32, output: &str) -> RunOutcome {
    RunOutcome::Ended { code: Some(code), output: output.into() }
}

#[test]
fn values_are_never_read_by_a_shell() {
    let mut desk = desk("Acme'; $(id) \"&");
    let program = run(&mut desk, "ctrl-o");
    assert_eq!(program.words, ["billing", "--id=acme", "Acme'; $(id) \"&"]);
    let program = run(&mut desk, "ctrl-x");
    let line = r#"lookup "${GANGPLANK_1}" "for ${GANGPLANK_2}" | head -3"#;
    assert_eq!(program.words, ["sh", "-c", line]);
    let variables = [("GANGPLANK_1", "ana@acme.example"), ("GANGPLANK_2", "Acme'; $(id) \"&")];
    assert_eq!(program.variables, variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!((program.account, program.output), (AccountId::new("acme"), OutputTo::Note));
}

#[test]
fn what_would_be_an_option_or_is_unknown_is_not_run() {
    let mut desk = desk("--delete");
    desk.keys("ctrl-o");
    assert!(desk.said().contains("--delete begins with -"), "{}", desk.said());
    desk.keys("ctrl-y");
    assert_eq!(desk.said(), "Ring: --delete has no fact `extra.phone`");
    assert_eq!(desk.effects, []);
}

#[test]
fn output_goes_where_it_is_wanted() {
    let mut desk = desk("Acme");
    let program = run(&mut desk, "ctrl-o");
    assert_eq!(desk.said(), "Ask the billing…");
    let long: Vec<String> = (1..60).map(|line| format!("line {line}\u{1b}[31m\n")).collect();
    let long = long.concat();
    desk.notify(Msg::Ran(program, ended(0, &long)));
    let shown = desk.lines().join("\n");
    assert!(shown.contains(" Ask the billing ") && shown.contains("line 1␛[31m"), "{shown}");
    assert_eq!(desk.app.mode(), InputMode::Help);
    desk.keys("G");
    assert!(desk.lines().join("\n").contains("line 59"));
    desk.keys("esc");
    assert_eq!(desk.app.mode(), InputMode::Board);

    let program = run(&mut desk, "ctrl-x");
    desk.notify(Msg::Ran(program.clone(), ended(0, "\nsays\u{7} hello\nand more\n")));
    assert_eq!(&*desk.world.account("acme").notes[0].text, "says␇ hello\nand more");
    desk.notify(Msg::Ran(program.clone(), ended(0, " \n")));
    assert_eq!(desk.said(), "Look up wrote nothing, so there is no note");
    desk.notify(Msg::Ran(program.clone(), ended(2, "usage\nno such account\n")));
    assert_eq!(desk.said(), "Look up failed with exit code 2: no such account");
    desk.notify(Msg::Ran(program, RunOutcome::TimedOut));
    assert_eq!(desk.said(), "Look up took too long, and was ended");
    assert_eq!(desk.world.account("acme").notes.len(), 1);
}

#[test]
fn own_commands_are_in_the_help() {
    let mut desk = desk("Acme");
    desk.keys("?");
    let mut seen = String::new();
    for _ in 0..12 {
        seen.push_str(&desk.lines().join("\n"));
        desk.keys("pgdn");
    }
    assert!(seen.contains("Own commands") && seen.contains("ctrl-y       Ring"), "{seen}");
}

#[test]
fn a_mistake_in_a_command_is_named() {
    let command = |text: &str| format!("[[command]]\n{text}\n");
    for (text, error) in [
        (
            command("key = 'u'\ntitle = 'Up'\nrun = ['up']"),
            ":2: `key`: u is bound to `undo` and to \"Up\": write another key, or put \"u\" = \"none\" under [board] in keymap.toml",
        ),
        (
            command("key = 'ctrl-o'\ntitle = 'One'\nrun = ['up']")
                + &command("key = 'ctrl-o'\ntitle = 'Two'\nrun = ['up']"),
            ":6: `key`: ctrl-o is bound to \"One\" and to \"Two\": write another key",
        ),
        (
            command("key = 'ctrl-o'\ntitle = 'One'\nrun = ['up', '{plam}']"),
            ":4: `run`: unknown placeholder {plam}: did you mean plan?",
        ),
        (
            command("key = 'ctrl-o'\ntitle = 'One'\nrun = ['{name}']"),
            ":4: `run`: the program comes first, and is the same for every account: write run = [\"program\", …]",
        ),
        (
            command("key = 'ctrl-o'\ntitle = 'One'\nrun = ['up']\nshell = 'up'"),
            ":5: `shell`: a command has `run` or `shell`: leave one",
        ),
        (
            command("key = 'ctrl-o'\ntitle = 'One'\nshell = \"echo 'it is {name}'\""),
            ":4: `shell`: a placeholder stands in single quotes, where a shell puts nothing in: use double quotes",
        ),
        (
            command("key = 'ctrl-o'\ntitle = 'One'"),
            ":1: `command`: nothing is run: write run = [\"program\", \"{external_id}\"]",
        ),
        (
            command("key = 'ctrl-o'\ntitle = ' '\nrun = ['up']"),
            ":3: `title`: the title is empty: say what it does",
        ),
        (
            command("key = 'ctrl-o'\nrun = ['up']"),
            ":1: `title`: the key is missing: add it to this [[command]]",
        ),
        (
            command("key = 'ctrl-o'\ntitle = 'One'\nrun = ['up']\noutput = 'page'"),
            ":5: `output`: unknown value `page`: write one of none, pane, note",
        ),
    ] {
        let found = parse(&text, "commands.toml", &Keymap::default()).expect_err(&text).to_string();
        assert_eq!(found, format!("commands.toml{error}"), "{text}");
    }
    let keymap = Keymap::default().overlaid("[board]\n'u' = 'none'", "keymap.toml").expect("correct");
    let taken = parse(&command("key = 'u'\ntitle = 'Up'\nrun = ['up']"), "commands.toml", &keymap);
    assert!(taken.is_err(), "the alerts have it, too");
}
