//! SQLite doing the same, as a floor that everybody knows.

use std::path::Path;

use gangplank::state::{Account, Board};
use rusqlite::Connection;

/// Entries in a table.
pub(crate) struct Journal(Connection);

impl Journal {
    /// An empty one, as durable as SQLite gets in WAL mode.
    pub(crate) fn new(path: &Path) -> Self {
        let lite = Connection::open(path).expect("a database");
        lite.pragma_update(None, "journal_mode", "WAL").expect("WAL");
        lite.pragma_update(None, "synchronous", "FULL").expect("FULL");
        lite.execute("CREATE TABLE entry (seq INTEGER PRIMARY KEY, json BLOB)", ()).expect("a table");
        Self(lite)
    }

    /// Keeps one, durably.
    pub(crate) fn append(&self, seq: u64, line: &[u8]) {
        let mut insert = self.0.prepare_cached("INSERT INTO entry VALUES (?1, ?2)").expect("a statement");
        insert.execute((seq.cast_signed(), line)).expect("kept");
    }
}

/// Accounts in a table, each as JSON.
pub(crate) struct Accounts(Connection);

impl Accounts {
    /// Those of `board`.
    pub(crate) fn new(path: &Path, board: &Board) -> Self {
        let _ = std::fs::remove_file(path);
        let mut lite = Connection::open(path).expect("a database");
        lite.execute("CREATE TABLE account (id TEXT PRIMARY KEY, json BLOB)", ()).expect("a table");
        let all = lite.transaction().expect("a transaction");
        for account in board.accounts() {
            let json = serde_json::to_vec(account).expect("JSON");
            all.execute("INSERT INTO account VALUES (?1, ?2)", (account.id.as_str(), json)).expect("kept");
        }
        all.commit().expect("kept");
        Self(lite)
    }

    /// Reads and parses every one.
    pub(crate) fn load(&self) -> Vec<Account> {
        let mut select = self.0.prepare_cached("SELECT json FROM account").expect("a statement");
        let parse = |row: &rusqlite::Row<'_>| {
            let json = row.get_ref(0)?.as_blob()?;
            Ok(serde_json::from_slice::<Account>(json).expect("as written"))
        };
        let rows = select.query_map((), parse).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }
}
