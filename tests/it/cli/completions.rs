//! What a shell is told when somebody presses tab.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use gangplank::state::FactKey;
use gangplank::state::command::AccountFacts;

use crate::support::home::Home;

/// The candidates for the last of `words`, each with what is said about it, as fish gets them; without flags.
fn offered(home: &Home, words: &[&str]) -> Vec<(String, String)> {
    let args = [&["--", "gangplank"], words].concat();
    let output = home.gangplank(&args).env("COMPLETE", "fish").output().expect("it runs");
    assert!(output.status.success() && output.stderr.is_empty(), "{words:?}: {output:?}");
    let lines = String::from_utf8(output.stdout).expect("it speaks UTF-8");
    let pair = |line: &str| {
        let (value, about) = line.split_once('\t').unwrap_or((line, ""));
        (value.to_owned(), about.to_owned())
    };
    lines.lines().map(pair).filter(|(value, _)| !value.starts_with("--")).collect()
}

/// Their values alone, in one line.
fn values(home: &Home, words: &[&str]) -> String {
    offered(home, words).into_iter().map(|(value, _)| value).collect::<Vec<_>>().join("|")
}

/// What bash puts on the line that begins with `line`; `word` is what it would replace.
fn in_bash(home: &Home, line: &str, word: &str) -> String {
    let mut command = home.gangplank(&["--", "gangplank"]);
    command.env("COMPLETE", "bash").env("_GANGPLANK_LINE", line).env("_GANGPLANK_WORD", word);
    let output = command.output().expect("it runs");
    assert!(output.status.success() && output.stderr.is_empty(), "{line}: {output:?}");
    String::from_utf8(output.stdout).expect("it speaks UTF-8")
}

fn home() -> Home {
    let home = Home::new();
    home.says(&["task", "A-1", "send the guide", "--due", "fri"]);
    home.says(&["task", "A-1", "call them"]);
    home.says(&["task", "done", "A-1", "call them"]);
    home.says(&["segment", "A-2", "Onboarding Lead"]);
    home.says(&["owner", "A-2", "dan@example.com"]);
    home
}

#[test]
fn what_a_word_may_be_is_offered() {
    let home = home();
    let stages = offered(&home, &["list", "--stage", ""]);
    assert!(stages.contains(&("3a".to_owned(), "3a. Engaged — Email".to_owned())), "{stages:?}");
    assert!(stages.contains(&("unmapped".to_owned(), "Under a label of no stage".to_owned())), "{stages:?}");
    for (words, found) in [
        (&["show", "A"][..], "A-1|A-2|A-3|A-4"),
        (&["show", "acm"], "Acme"),
        (&["move", "A-1", "3"], "3a|3b"),
        (&["move", "A-1", ""], "1|2|3a|3b|4a|4b|5|6a|6b|6c|6d|7"),
        (&["move", "A-1", "A-"], "A-1|A-2|A-3|A-4"),
        (&["move", "--where", "stage:1", "3"], "3a|3b"),
        (&["owner", "A-1", "da"], "dan@example.com|dana"),
        (&["risk", "A-1", ""], "none|low|medium|high"),
        (&["record", "A-1", "outreach"], "outreach.sent"),
        (&["snooze", "A-1", "--until", "in 2"], "in 2 weeks"),
        (&["segment", "A-1", "on"], "Onboarding Lead"),
        (&["segment", "A-2", "--leave", ""], "100-500 Onboarding|Onboarding Lead"),
        (&["segment", "A-2", "--leave", "on"], "Onboarding Lead"),
        (&["task", "done", "A-1", ""], "send the guide"),
        (&["task", "done", "acme", "se"], "send the guide"),
        (&["task", "reopen", "A-1", ""], "call them"),
        (&["task", "done", "A-2", ""], ""),
        (&["playbooks", "off", "final-outreach-d"], "final-outreach-due"),
        (&["explain", "A-1", "final-outreach-d"], "final-outreach-due"),
        (&["list", "--where", "stage:3"], "stage:3a|stage:3b"),
        (&["list", "--where", "-snoozed own"], "-snoozed owner:"),
        (&["owner", "--where", "owner:dan"], "owner:dan@example.com|owner:dana"),
        (&["list", "--view", "no"], "No owner"),
        (&["docs", "imp"], "importing"),
        (&["completions", "f"], "fish"),
        (&["--as", "dan@"], "dan@example.com"),
    ] {
        assert_eq!(values(&home, words), found, "{words:?}");
    }
    assert_eq!(offered(&home, &["show", "A-1"])[0], ("A-1".to_owned(), "Acme".to_owned()));
}

#[test]
fn alerts_are_offered_while_they_can_be_changed() {
    let home = home();
    home.says(&["record", "A-1", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"]);
    let alerts = offered(&home, &["alerts", "ack", ""]);
    let [(key, name)] = &alerts[..] else { panic!("{alerts:?}") };
    assert!(key.contains("in_1") && name == "Acme", "{alerts:?}");
    assert_eq!(values(&home, &["alerts", "reopen", ""]), "");
    home.says(&["alerts", "close", "in_1", "--outcome", "paid"]);
    assert_eq!(values(&home, &["alerts", "ack", ""]), "");
    assert_eq!(values(&home, &["alerts", "reopen", ""]), *key);
}

#[test]
fn directories_named_on_the_line_are_read() {
    let (here, there) = (home(), Home::empty());
    let data = here.data().display().to_string();
    assert_eq!(values(&there, &["show", "A-1"]), "");
    assert_eq!(values(&there, &["--data-dir", &data, "show", "A-1"]), "A-1");
    assert_eq!(values(&there, &[&format!("--data-dir={data}"), "show", "A-1"]), "A-1");
}

#[test]
fn bash_gets_words_it_can_put_on_the_line() {
    let home = home();
    home.import(&[AccountFacts::new("A-9").text(FactKey::Name, "O'Neil & Sons $(id)")]);
    for (line, word, inserted) in [
        ("gangplank show o", "o", "O\\'Neil\\ \\&\\ Sons\\ \\$\\(id\\)\n"),
        ("gangplank show \"o", "o", "O'Neil & Sons \\$(id)\"\n"),
        ("gangplank list --where owner:n", "n", "none\n"),
        ("gangplank list --where 'stage:1 own", "stage:1 own", "stage:1 owner:\n"),
        ("gangplank task done A-1 ", "", "send\\ the\\ guide\n"),
        ("gangplank task done \"acme\" s", "s", "send\\ the\\ guide\n"),
    ] {
        let offered = in_bash(&home, line, word);
        let offered =
            offered.split_inclusive('\n').filter(|line| !line.starts_with("--")).collect::<String>();
        assert_eq!(offered, inserted, "{line}");
    }
}

/// What lies in `dir`: each file with its bytes and when it was changed.
fn picture(dir: &Path) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let files = fs::read_dir(dir).expect("it is there").map(|file| file.expect("it is listed").path());
    let seen = files.filter(|path| path.is_file()).map(|path| {
        let changed = path.metadata().and_then(|it| it.modified()).expect("it has a time");
        (path.display().to_string(), (fs::read(&path).expect("it can be read"), changed))
    });
    seen.collect()
}

#[test]
fn nothing_is_written_for_a_completion() {
    let home = home();
    let data = home.data();
    fs::remove_file(data.join("lock")).expect("every change locks");
    let mut journal = fs::read(data.join("journal.jsonl")).expect("it is there");
    journal.extend(b"0badc0de 99 {\"seq\":99,");
    fs::write(data.join("journal.jsonl"), journal).expect("it can be written");
    let before = picture(&data);
    assert_eq!(values(&home, &["show", "A-1"]), "A-1");
    assert_eq!(values(&home, &["list", "--where", "owner:dan@"]), "owner:dan@example.com");
    assert_eq!(picture(&data), before, "no lock, no snapshot, and the unfinished line stays");

    let nowhere = Home::empty();
    assert_eq!(values(&nowhere, &["show", ""]), "");
    assert!(!nowhere.data().exists());
}

#[cfg(unix)]
#[test]
fn what_may_only_be_read_is_enough() {
    use std::os::unix::fs::PermissionsExt;
    let home = home();
    let allow =
        |mode| fs::set_permissions(home.data(), fs::Permissions::from_mode(mode)).expect("it is ours");
    allow(0o500);
    assert_eq!(values(&home, &["show", "A-1"]), "A-1");
    allow(0o700);
}

#[test]
fn what_is_broken_offers_less_and_says_nothing() {
    let home = home();
    let journal = home.data().join("journal.jsonl");
    let mut bytes = fs::read(&journal).expect("it is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&journal, bytes).expect("it can be written");
    assert_eq!(values(&home, &["show", "A"]), "");
    assert_eq!(values(&home, &["list", "--stage", "3a"]), "3a");
    home.config("pipeline.toml", "nonsense");
    assert_eq!(values(&home, &["list", "--stage", "3a"]), "");
    assert_eq!(values(&home, &["lis"]), "list");
    let error = home.gangplank(&["list"]).env("COMPLETE", "tcsh").output().expect("it runs");
    let said = String::from_utf8_lossy(&error.stderr).into_owned();
    assert!(said.contains("COMPLETE") && said.contains("bash, elvish, fish, powershell, zsh"), "{said}");
}

#[test]
fn names_cannot_steer_the_terminal() {
    let home = home();
    home.import(&[
        AccountFacts::new("A-8").text(FactKey::Name, "Evil\u{1b}]0;x\u{7}\nCo"),
        AccountFacts::new("A-7\u{1b}[31m").text(FactKey::Name, "Red"),
    ]);
    assert_eq!(values(&home, &["show", "ev"]), "", "such a name would be another one when it is shown");
    assert_eq!(offered(&home, &["show", "A-8"])[0].1, "Evil␛]0;x␇␊Co");
    assert_eq!(values(&home, &["show", "A-7"]), "");
    assert_eq!(values(&home, &["show", "red"]), "Red", "its name does");
}

#[test]
fn every_shell_is_told_to_ask() {
    let home = Home::empty();
    home.config("config.toml", "nonsense");
    for (shell, word) in [
        ("bash", "complete -o bashdefault -F _complete_gangplank gangplank"),
        ("zsh", "compdef _clap_dynamic_completer_gangplank gangplank"),
        ("fish", "complete --keep-order --exclusive --command gangplank"),
        ("elvish", "set edit:completion:arg-completer[gangplank]"),
        ("powershell", "Register-ArgumentCompleter -Native -CommandName gangplank"),
    ] {
        let script = home.says(&["completions", shell]);
        assert!(script.contains(word) && script.contains("COMPLETE"), "{shell}: {script}");
    }
}

#[cfg(unix)]
#[test]
fn a_real_bash_completes() {
    let home = home();
    let script = home.says(&["completions", "bash"]);
    let bin = Path::new(env!("CARGO_BIN_EXE_gangplank")).parent().expect("a directory");
    let test = format!(
        "{script}\nCOMP_LINE='gangplank task done A-1 s'; COMP_POINT=${{#COMP_LINE}}\n\
         _complete_gangplank gangplank s A-1; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let mut bash = assert_cmd::Command::new("bash");
    bash.args(["--norc", "-c", &test]).env_clear().env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
    bash.env("HOME", home.0.path()).env("GANGPLANK_DATA_DIR", home.data());
    bash.env("GANGPLANK_CONFIG_DIR", home.0.path().join("config"));
    let Ok(output) = bash.output() else { return };
    assert_eq!(String::from_utf8_lossy(&output.stdout), "send\\ the\\ guide\n", "{output:?}");
}
