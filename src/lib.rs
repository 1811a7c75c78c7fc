//! Gangplank: a terminal board for customer onboarding.
//!
//! A specialist opens it in the morning, sees which accounts need a person today, and works through them with the
//! keyboard. This page is the map of its code: what lives where, the rules everything keeps, and what is missing
//! on purpose.
//!
//! # Five sentences everything follows from
//!
//! 1. **The board on screen is a fold of what is durable.** A change is decided, written, synced, and only then
//!    shown. There is no unsaved state, so there is no code to roll one back.
//! 2. **One door.** A key, a verb, a playbook and a file all become a [`Command`](state::Command), and every command
//!    passes through [`Session::submit`](session::Session::submit).
//! 3. **Playbooks can do nothing a person could not.** The engine reads a board and answers with commands. It never
//!    touches the board.
//! 4. **`update` does no I/O, `draw` changes nothing.** What must happen outside is returned as a value,
//!    [`Effect`](tui::model::msg::Effect).
//! 5. **Modules look only down.** One crate cannot enforce that, so a test does (`tests/it/tidy.rs`).
//!
//! # Where things are
//!
//! | module | what it knows | looks down to |
//! |---|---|---|
//! | [`state`] | what an onboarding board is: accounts, signals, stages, alerts, who needs a person and why, undo. Pure | `casefold` |
//! | [`playbook`] | automations as data, what they make of a command, and why. Pure | `state`, `parallel` |
//! | [`prose`] | English: what the rooms below it find out, in sentences. Pure | `playbook`, `state` |
//! | [`intake`] | files that bring accounts or signals: CSV, JSON and JSON lines. Pure | `state`, `suggest` |
//! | [`store`] | where entries are kept: a journal on disk, or memory | `state` |
//! | [`session`] | the one door, and the thread behind a screen | `playbook`, `store`, `state` |
//! | [`config`] | what a person may set, checked at the border | `playbook`, `store`, `state` |
//! | [`demo`] | a made-up board, made the honest way | `session`, `playbook`, `store`, `state` |
//! | [`tui`] | the screen: pure state and pictures, in a small loop | `session`, `playbook`, `prose`, `config`, `state`, `editor`, `text`, `suggest`, `parallel` |
//! | [`cli`] | the verbs, one file each | everything |
//! | [`editor`] | a note written in the person's own editor | `text` |
//! | [`text`] | the one door for text from outside on its way to a terminal | `casefold` |
//! | [`suggest`] | what somebody who mistyped a name may have meant. Pure | `casefold` |
//! | [`casefold`] | text as it is matched and sorted. Pure | |
//! | [`parallel`] | pure work shared out to threads, item by item | |
//!
//! Everything that touches a disk, a terminal, a clock or a thread: `store::file` and `store::disk`, the thread in
//! `session`, `editor`, `tui::shell`, `config::load` and `config::paths`, `cli`, and `main.rs`;
//! [`parallel`] and `store::journal` start threads whose number does not change the answer.
//!
//! # From a key to the disk to a frame
//!
//! ```text
//! key ─ Chord ─ Keymap(mode) ─► Action
//! Action ─ update(&mut App) ─► moves the focus, or asks for Effect::Submit(Command)
//! Command ─ bounded channel ─► the session's thread
//!   decide ─► events, or a Refusal ─► status line
//!   playbooks react until they are quiet (bounded) ─► one Entry, atomic with its cause, never run again on replay
//!   store.append(entry): lock, write, sync.   Behind? read what others wrote, and decide again
//!   board.apply(entry); publish the new Board on a watch channel
//! Msg::Board ─ update ─► the focus stays on the same account, by id ─► draw
//! ```
//!
//! The reader and the writer share nothing but immutable boards, and a board is a few pointers to copy
//! ([`Board`](state::Board) is built on persistent maps). While a command is on its way to the disk, keys wait for
//! it: what a key does depends on what the last one did.
//!
//! # What always holds
//!
//! - An entry's [`seq`](state::Entry::seq) has no gaps, and replaying all entries gives the live board.
//! - Every [`Event`](state::Event) says what was and what is. That is what makes undo exact, and what lets it see
//!   that somebody else changed the same thing since.
//! - A first-entered stamp is never overwritten; only undoing the entry that set it removes it.
//! - The same signal twice changes nothing; an alert has a key, and raising it twice is one alert. A playbook that goes
//!   by time serves an occasion once, on however many machines.
//! - A signal told late leads where it would have led in time, unless a person has placed the card since
//!   ([`playbook::late_signals`]).
//! - Attention is computed from the board and the moment. It is never stored, and never moves a card.
//! - A fact that is missing is unknown, and an unknown satisfies no condition, not even under `not`.
//! - Amounts are whole minor units with their currency, and two currencies are never added up.
//! - No text from outside reaches a terminal but through [`text::clean`].
//!
//! # What is not here, on purpose
//!
//! - No rollback, no dirty flag, no save key: see the first sentence.
//! - No ids for stages in code: stages, aliases and playbooks are data, in `assets/` and in a team's own copies.
//! - No truncated or rotated journal. It is the whole truth, and grows by a few hundred bytes a change; the snapshot
//!   beside it is a cache that may be deleted at any time.
//! - No network. Nothing is sent anywhere.
//!
//! # Adding to it
//!
//! | to add | touch |
//! |---|---|
//! | a stage, a playbook, an alias, a threshold | TOML only |
//! | a kind of trigger, condition or action | `playbook/rule.rs` or `playbook/condition.rs`, its reading in `config/playbooks`, its words in `prose/playbooks.rs` or `prose/conditions.rs`; the compiler asks for what it does |
//! | a fact | a row in `known_facts!` (`state/values/fact.rs`), its columns in `assets/columns.toml`, a line in `assets/signals.schema.json` and in `docs/importing.md` |
//! | a name for a column, a plan, a billing interval, a system | `assets/columns.toml` |
//! | something a key can do | a row in `tui/input/action.rs`, an arm in `tui/update.rs`, a line in `assets/keymap.toml`; help, footer and `docs/keys.md` follow by themselves |
//! | a kind of signal | `state/signal.rs`, its reading in `intake/signals`, a line in `assets/signals.schema.json`; the compiler asks for what it means |
//! | a screen of its own | a row in `tui/model/screens.rs`, `tui/update/<screen>.rs` for what it shows and does, `tui/view/<screen>.rs` for how it looks |
//! | a verb | `cli/<verb>.rs`, a variant in `cli.rs`, a row in `docs/command-line.md` |
//! | a page of documentation | `docs/<page>.md`, a variant in `cli/docs.rs`, a row in both indexes |
//! | a store | `store/<kind>.rs`, a variant of `StoreAddress` in `store.rs`, its setting in `config/load.rs`, a line in `tests/it/store/contract.rs` |

pub mod casefold;
pub mod cli;
pub mod config;
pub mod demo;
pub mod editor;
pub mod intake;
pub mod parallel;
pub mod playbook;
pub mod prose;
pub mod session;
pub mod state;
pub mod store;
pub mod suggest;
pub mod text;
pub mod tui;
