//! Programs of others to test against: found on this machine or skipped, started on loopback, and ended with the test.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where programs lie that are no commands of everybody.
const BESIDE_PATH: [&str; 3] = ["/usr/sbin", "/usr/lib/dovecot", "/usr/libexec/dovecot"];

/// Says why a test against a real program does not run here.
pub(crate) fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}

/// The programs by these names. Where one is missing, a line says so, and `hint` how to get it.
pub(crate) fn programs<const N: usize>(names: [&str; N], hint: &str) -> Option<[PathBuf; N]> {
    let found = names.map(|name| (name, program(name)));
    if let Some((name, _)) = found.iter().find(|(_, path)| path.is_none()) {
        skipped(&format!("`{name}` is not installed: {hint}"));
        return None;
    }
    Some(found.map(|(_, path)| path.unwrap_or_default()))
}

fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let listed = std::env::split_paths(&path).chain(BESIDE_PATH.map(PathBuf::from));
    listed.map(|dir| dir.join(name)).find(|path| path.is_file())
}

/// How many ports are tried: whoever else runs here may take one first.
const PORTS: usize = 5;

/// A port of this machine where nobody listens.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// A program that ends with the test.
pub(crate) struct Counterpart {
    child: Child,
    /// What it said once it was ready.
    ready: String,
}

impl Counterpart {
    /// Starts `command`, and waits until its output contains `ready`.
    pub(crate) fn start(command: &mut Command, ready: &str) -> Self {
        Self::try_start(command, ready)
            .unwrap_or_else(|said| panic!("it ended before it said `{ready}`: {said}"))
    }

    /// The same for a program that has to be told on which port it listens.
    pub(crate) fn start_on_port(mut command: impl FnMut(u16) -> Command, ready: &str) -> (Self, u16) {
        let mut said = String::new();
        for _ in 0..PORTS {
            let port = free_port();
            match Self::try_start(&mut command(port), ready) {
                Ok(started) => return (started, port),
                Err(why) => said = why,
            }
        }
        panic!("it ended before it said `{ready}`: {said}")
    }

    /// What it said before it ended, where it did.
    fn try_start(command: &mut Command, ready: &str) -> Result<Self, String> {
        let mut both = BufReader::new(piped(command));
        let child = command.stdin(Stdio::null()).spawn().expect("it starts");
        // Its copy of the pipe would keep it open for ever.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut started = Self { child, ready: String::new() };
        let mut said = String::new();
        while !said.lines().last().is_some_and(|line| line.contains(ready)) {
            if both.read_line(&mut said).expect("it speaks UTF-8") == 0 {
                return Err(said);
            }
        }
        said.lines().last().unwrap_or_default().clone_into(&mut started.ready);
        // A full pipe would stop it.
        std::thread::spawn(move || std::io::copy(&mut both, &mut std::io::sink()));
        Ok(started)
    }

    /// Where it listens, as it said: `127.0.0.1:43121`.
    pub(crate) fn address(&self) -> String {
        let host = "127.0.0.1:";
        let (_, port) =
            self.ready.split_once(host).unwrap_or_else(|| panic!("no address in `{}`", self.ready));
        let port: String = port.chars().take_while(char::is_ascii_digit).collect();
        format!("{host}{port}")
    }
}

/// Has `command` write both outputs into one pipe.
fn piped(command: &mut Command) -> impl Read + Send + 'static {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    command.stdout(writer.try_clone().expect("a pipe")).stderr(writer);
    reader
}

impl Drop for Counterpart {
    fn drop(&mut self) {
        // Asked kindly: what it has started itself ends with it.
        let process = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(process, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

/// What `command` prints when all goes well.
#[cfg(any(feature = "mail", feature = "receiver"))]
pub(crate) fn done(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("it starts");
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The file in `directory` whose name begins with `name`.
pub(crate) fn file_of(directory: &Path, name: &str, endings: &[&str]) -> Option<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(directory).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    files.into_iter().find(|path| {
        let begins =
            path.file_name().and_then(|it| it.to_str()).is_some_and(|it| it.to_lowercase().starts_with(name));
        begins && path.extension().and_then(|it| it.to_str()).is_some_and(|it| endings.contains(&it))
    })
}
