//! The files of a store on a real disk: whom they are shared with, and what stands where one belongs and is none.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use crate::support::home::{Home, run_in};

/// Far beyond what any of these takes: only what waits for ever takes so long.
const DEADLINE: Duration = Duration::from_secs(20);

const GROUP: u32 = 53_000;
const ANN: u32 = 52_001;
const BEN: u32 = 52_002;

#[test]
fn what_is_no_file_is_refused_at_once() {
    let home = Home::new();
    let data = home.data();
    home.says(&["list"]);
    let config = home.0.path().join("config");
    let put = |path: &Path| {
        let kept = path.with_extension("kept");
        let was_there = fs::rename(path, &kept).is_ok();
        assert!(Command::new("mkfifo").arg(path).status().expect("there is one").success());
        (path.to_owned(), was_there.then_some(kept))
    };
    let away = |(path, kept): (PathBuf, Option<PathBuf>)| {
        fs::remove_file(&path).expect("it was put there");
        if let Some(kept) = kept {
            fs::rename(kept, path).expect("it was there before");
        }
    };
    let note = ["note", "A-1", "hello"];
    for (path, args, code) in [
        (data.join("journal.jsonl"), &["list"][..], 1),
        (data.join("lock"), &note, 1),
        (config.join("config.toml"), &["list"], 1),
        (config.join("playbooks.toml"), &["list"], 1),
        (config.join("sources.toml"), &["list"], 1),
        (home.0.path().join("accounts.csv"), &["import", "accounts.csv"], 1),
        (home.0.path().join("mapping.toml"), &["import", "-", "--mapping", "mapping.toml"], 2),
    ] {
        let fifo = put(&path);
        let output = home
            .gangplank(args)
            .current_dir(home.0.path())
            .write_stdin("id,name\nA-1,Acme\n")
            .timeout(DEADLINE)
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
        let name = path.file_name().expect("it has one").display().to_string();
        assert!(said.contains(&name) && said.contains("a pipe or a device"), "{args:?}: {said}");
        away(fifo);
    }
    // A cache is only a cache.
    for name in ["snapshot.jsonl", "snapshot.prev.jsonl"] {
        let fifo = put(&data.join(name));
        home.gangplank(&["list"]).timeout(DEADLINE).assert().success();
        away(fifo);
    }
    home.says(&note);
    // What a shell makes of a program's output is read as a file is.
    let script = format!("{} import <(printf 'id,name\\nB-1,Baker\\n')", env!("CARGO_BIN_EXE_gangplank"));
    let shell = Command::new("bash").args(["-c", &script]).env("GANGPLANK_DATA_DIR", &data).output();
    match shell {
        Ok(shell) => assert!(shell.status.success(), "{shell:?}"),
        Err(_) => eprintln!("skipped: there is no bash"),
    }
}

/// Runs `gangplank ARGS` as `user` of the group, who lets nobody else write what they make.
fn run_as(user: u32, home: &Path, data: &Path, args: &[&str]) -> Output {
    let script = "umask 022; exec \"$0\" \"$@\"";
    Command::new("/bin/sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_gangplank")])
        .args(args)
        .env_clear()
        .env("HOME", home)
        .env("GANGPLANK_DATA_DIR", data)
        .env("GANGPLANK_AS", format!("user {user}"))
        .current_dir(home)
        .uid(user)
        .gid(GROUP)
        .output()
        .expect("there is a shell")
}

#[test]
fn files_follow_the_group_of_their_directory_and_else_say_whom_to_ask() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let home = home.path();
    fs::set_permissions(home, fs::Permissions::from_mode(0o777)).expect("it is ours");
    if !rustix::process::geteuid().is_root() || !run_as(ANN, home, home, &["--version"]).status.success() {
        eprintln!("skipped: only root can be other people, and they have to reach this program");
        return;
    }
    let file = home.join("accounts.csv");
    fs::write(&file, "id,name\nA-1,Acme\n").expect("it can be written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("it is ours");
    let says = |user, data: &Path, args: &[&str]| {
        let output = run_as(user, home, data, args);
        assert!(output.status.success(), "{args:?}: {output:?}");
    };
    let dir = |name: &str, mode| {
        let dir = home.join(name);
        fs::create_dir(&dir).expect("it can be made");
        chown(&dir, Some(ANN), Some(GROUP)).expect("we may");
        fs::set_permissions(&dir, fs::Permissions::from_mode(mode)).expect("it is ours");
        dir
    };
    let shared = dir("shared", 0o2770);
    let import = ["import", "accounts.csv", "--whole"];
    says(ANN, &shared, &import);
    says(BEN, &shared, &["note", "A-1", "from ben"]);
    says(BEN, &shared, &import);
    says(ANN, &shared, &["note", "A-1", "from ann"]);
    for (name, mode) in [("journal.jsonl", 0o660), ("lock", 0o660), ("mappings", 0o2770)] {
        let found = fs::metadata(shared.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((found.mode() & 0o7777, found.gid()), (mode, GROUP), "{name}");
    }
    for saved in fs::read_dir(shared.join("mappings")).expect("there are some") {
        let found = saved.expect("it is there").metadata().expect("it is there");
        assert_eq!((found.mode() & 0o777, found.gid()), (0o660, GROUP));
    }
    // Who may read may read, and is told why that is all.
    let readable = dir("readable", 0o750);
    says(ANN, &readable, &import);
    says(BEN, &readable, &["list"]);
    let refused = |data: &Path, args: &[&str]| {
        let output = run_as(BEN, home, data, args);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(&format!("belongs to user {ANN}, who shares it")), "{said}");
        assert!(said.contains(&format!("`chmod 2770 {}`", data.display())), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    };
    refused(&readable, &["note", "A-1", "from ben"]);
    let private = dir("private", 0o700);
    says(ANN, &private, &import);
    assert_eq!(fs::metadata(private.join("journal.jsonl")).expect("it is there").mode() & 0o777, 0o600);
    refused(&private, &["list"]);
    // Shared afterwards: what was private before is said.
    fs::set_permissions(&private, fs::Permissions::from_mode(0o2770)).expect("it is ours");
    refused(&private, &["list"]);
    for name in ["journal.jsonl", "lock"] {
        fs::set_permissions(private.join(name), fs::Permissions::from_mode(0o660)).expect("it is ours");
    }
    says(BEN, &private, &["note", "A-1", "from ben"]);
}

/// A limit on the size of files is an error like a full disk, and the store is as it was.
#[test]
fn a_limit_on_the_size_of_files_is_said() {
    let home = Home::new();
    let long = "x".repeat(8_000);
    let script = "ulimit -f 1; exec \"$0\" note A-1 \"$1\"";
    let limited = || {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_gangplank"), &long]);
        command.env_clear().env("HOME", home.0.path()).env("GANGPLANK_DATA_DIR", home.data());
        command.output().expect("there is a shell")
    };
    let before = fs::read(home.data().join("journal.jsonl")).expect("it is there");
    let output = limited();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(said.contains("no space is left") && said.contains("nothing else changed"), "{said}");
    assert_eq!(fs::read(home.data().join("journal.jsonl")).expect("it is there"), before);
    let (code, _, said) = run_in(home.0.path(), &["note", "A-1", &long], "");
    assert_eq!((code, said), (0, String::new()));
}
