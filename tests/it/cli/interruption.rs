//! Ctrl-C while a file is taken in.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::process::{Child, Stdio};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::home::Home;

/// How it ends: its exit code, and what it says.
fn interrupted(mut child: Child) -> (Option<i32>, String) {
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a process id")).expect("a process id");
    kill_process(pid, Signal::INT).expect("it runs");
    let mut said = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut said).expect("it speaks UTF-8");
    (child.wait().expect("it ends").code(), said)
}

fn start(home: &Home, args: &[&str]) -> Child {
    let mut command = home.process(args);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

/// Waits until `child` listens for Ctrl-C, as the system says.
fn wait_until_it_listens(child: &Child) {
    let listens = || {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it runs");
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("Linux tells");
        let caught = u64::from_str_radix(caught.trim(), 16).expect("a number");
        caught & (1 << (Signal::INT.as_raw() - 1)) != 0
    };
    while !listens() {
        thread::yield_now();
    }
}

#[test]
fn before_anything_is_written_nothing_is_kept() {
    let home = Home::new();
    let journal = home.data().join("journal.jsonl");
    let before = fs::read(&journal).expect("a journal");
    let half = [("import", "id,name\nA-9,Ni"), ("ingest", r#"{"id":"e1","signal":"reply.rec"#)];
    for (verb, text) in half {
        let mut child = start(&home, &[verb, "-"]);
        wait_until_it_listens(&child);
        let mut input = child.stdin.take().expect("it is piped");
        input.write_all(text.as_bytes()).expect("it reads");
        assert_eq!(interrupted(child), (Some(130), "stopped; nothing was kept\n".to_owned()), "{verb}");
        drop(input);
        assert_eq!(fs::read(&journal).expect("a journal"), before, "{verb}");
    }
}

/// Nor does it wait for others who write.
#[test]
fn who_waits_for_others_keeps_nothing() {
    let home = Home::new();
    let lock = File::open(home.data().join("lock")).expect("there is one");
    lock.lock().expect("nobody holds it");
    let file = home.0.path().join("a.csv");
    fs::write(&file, "id,name\nA-9,Nine\n").expect("it can be written");
    let mut child = start(&home, &["import", &file.display().to_string(), "--wait", "600"]);
    // Until it says that it waits.
    let mut stderr = child.stderr.take().expect("it is piped");
    let mut said = Vec::new();
    while !said.ends_with(b"\n") {
        let mut byte = [0];
        stderr.read_exact(&mut byte).expect("it says so");
        said.extend(byte);
    }
    child.stderr = Some(stderr);
    assert!(String::from_utf8_lossy(&said).contains("waiting for"), "{said:?}");
    let (code, said) = interrupted(child);
    assert_eq!((code, said.lines().last()), (Some(130), Some("stopped; nothing was kept")), "{said}");
    assert!(home.says(&["list"]).contains("A-1") && !home.says(&["list"]).contains("A-9"));
}

/// A hook that takes its time is no reason to stay, either.
#[test]
fn what_was_kept_is_said_with_its_number() {
    let home = Home::new();
    let (begun, gate) = (home.0.path().join("begun"), home.0.path().join("gate"));
    let made = std::process::Command::new("mkfifo").arg(&gate).status().expect("there is a mkfifo");
    assert!(made.success());
    let hook = format!("echo > {}; read -r line < {}", begun.display(), gate.display());
    home.config("config.toml", &format!("[hooks]\nmove = ['sh', '-c', '{hook}']\n"));
    let file = home.0.path().join("a.csv");
    fs::write(&file, "id,name,stage\nA-1,Acme,2\n").expect("it can be written");
    let child = start(&home, &["import", &file.display().to_string(), "--take-stages"]);
    while !begun.exists() {
        thread::yield_now();
    }
    let (code, said) = interrupted(child);
    let last = "stopped; what was kept is #2: `gangplank undo 2` undoes it";
    assert_eq!((code, said.lines().last()), (Some(130), Some(last)), "{said}");
    fs::write(&gate, "go\n").expect("the hook reads");
    assert_eq!(home.json(&["show", "A-1", "--json"])["stage"], "2");
}
