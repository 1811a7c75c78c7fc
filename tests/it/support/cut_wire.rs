//! A wire to a database server that can be cut, before or after what it carries has arrived.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

/// What happens to a statement that appends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The server never hears of it.
    Before,
    /// The server does it, and its answer is lost.
    After,
    /// The server does it, and its answer is lost; from then on nobody gets through.
    ForGood,
    /// The server never hears of it, and nobody hears that.
    Silence,
}

/// Listens beside a server, and passes everything on.
pub(crate) struct CutWire {
    directory: TempDir,
    cut: Arc<Mutex<Option<Cut>>>,
}

impl CutWire {
    pub(crate) fn to(server: &Path) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let listener = UnixListener::bind(directory.path().join(".s.PGSQL.5599")).expect("a socket");
        let cut: Arc<Mutex<Option<Cut>>> = Arc::default();
        let (server, shared): (PathBuf, _) = (server.join(".s.PGSQL.5599"), cut.clone());
        // It ends with the process.
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let far = UnixStream::connect(&server);
                let is_over = *shared.lock().expect("nobody panics with it") == Some(Cut::ForGood);
                let Ok(far) = far else { continue };
                if is_over {
                    continue;
                }
                let shared = shared.clone();
                std::thread::spawn(move || pass(&near, &far, &shared));
            }
        });
        Self { directory, cut }
    }

    /// The address `url` by way of this wire.
    pub(crate) fn by(&self, url: &str, server: &Path) -> String {
        url.replace(&server.display().to_string(), &self.directory.path().display().to_string())
    }

    /// Cuts it at the next entry that is appended, or mends it.
    pub(crate) fn set(&self, cut: Option<Cut>) {
        *self.cut.lock().expect("nobody panics with it") = cut;
    }
}

fn pass(near: &UnixStream, far: &UnixStream, cut: &Arc<Mutex<Option<Cut>>>) {
    let answers = Arc::new(Mutex::new(true));
    let (mut from, mut to, passed_on) =
        (far.try_clone().expect("a socket"), near.try_clone().expect("a socket"), answers.clone());
    let back = std::thread::spawn(move || {
        let mut bytes = [0; 8192];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            if !*passed_on.lock().expect("nobody panics with it") || to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
    let (mut from, mut to, mut bytes) = (near, far, vec![0; 65536]);
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let is_append = bytes[..count].windows(16).any(|window| window == b"gangplank.append");
        let mut cut = cut.lock().expect("nobody panics with it");
        match *cut {
            Some(how) if is_append => {
                if how != Cut::ForGood {
                    *cut = None;
                }
                match how {
                    Cut::Silence => continue,
                    Cut::Before => break,
                    Cut::After | Cut::ForGood => *answers.lock().expect("nobody panics with it") = false,
                }
            }
            Some(_) | None => {}
        }
        drop(cut);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
        if !*answers.lock().expect("nobody panics with it") {
            // The server has all of it, and its answer is the last that is read.
            let _ = back.join();
            return;
        }
    }
    let (near, far) = (near.shutdown(Shutdown::Both), far.shutdown(Shutdown::Both));
    let _ = (near, far, back.join());
}
