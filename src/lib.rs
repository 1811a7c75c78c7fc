//! Gangplank: a terminal board for customer onboarding.
//!
//! A specialist opens it in the morning, sees which accounts need a person today, and works through them with the
//! keyboard. This page is the map of the code: what lives where, how a key press reaches the disk, what always holds,
//! what is left out on purpose, and which files to touch to add something. `docs/glossary.md` defines its words.
//!
//! # Five sentences everything follows from
//!
//! 1. **The board on screen is a fold of what is durable.** A change is decided, written, synced, and only then shown.
//!    There is no unsaved state, so there is no rollback code.
//! 2. **One door.** A key, a command line, a playbook, a file and the clock all ask with a [`Command`](state::Command),
//!    and every command passes through [`Session::submit`](session::Session::submit).
//! 3. **Playbooks can do nothing a person could not.** The engine reads a board and answers with commands. It never
//!    touches the board.
//! 4. **`update` does no I/O, `draw` changes nothing.** What must happen outside is returned as a value, an
//!    [`Effect`](tui::model::msg::Effect).
//! 5. **Modules look only down.** One crate cannot enforce that, so a test does (`tests/it/tidy.rs`).
//!
//! # Start reading here
//!
//! | to understand | read |
//! |---|---|
//! | what an account, a signal or an alert is | [`state::values`] |
//! | the rules: a command in, events or a refusal out | [`decide`](state::decide()), one match |
//! | what an entry makes of the board | [`Board::apply`](state::Board::apply) |
//! | the one door: decide, append, apply, publish | [`Session::submit`](session::Session::submit) |
//! | a playbook, from trigger to entry | [`playbook::transact`]; what one may say is in [`playbook::rule`] |
//! | what a store promises, and the file format | [`Store`](store::Store), [`store::journal`] |
//! | a key press on its way to a frame | `tui/shell/run.rs`, `tui/input/keymap.rs`, `tui/update.rs`, `tui/view.rs` |
//! | the same on its way to a sentence, for who hears the board | `tui/shell/surface.rs`, `tui/plain.rs`, `prose/aloud.rs` |
//!
//! # Where things are
//!
//! Each module uses only those in its last column.
//!
//! | module | what it knows | uses |
//! |---|---|---|
//! | [`cli`] | the commands of the program, one file each | everything |
//! | [`tui`] | the screen: a pure model, its updates and its pictures, in a small loop | `insights`, `sources`, `sync`, `emails`, `session`, `query`, `playbook`, `prose`, `intake`, `config`, `state`, `editor`, `text`, `suggest`, `parallel` |
//! | [`emails`] | emails from templates: placeholders, which one fits, `mailto:`. Pure | `config`, `prose`, `state`, `text`, `suggest`, `casefold` |
//! | [`demo`] | a made-up board, built with real commands | `session`, `playbook`, `store`, `state` |
//! | [`session`] | the one door, and the thread behind a screen | `hooks`, `playbook`, `store`, `state` |
//! | `receiver` | webhooks: checks deliveries, has them kept, and answers | `sources`, `sync`, `outgoing`, `session`, `intake`, `state` |
//! | [`sync`] | reads live sources, and tells them where one asks for it: secrets, requests, and threads beside a board | `folders`, `secret_program`, `sources`, `outgoing`, `session`, `intake`, `state` |
//! | [`outgoing`] | the one place where requests leave this machine | `sources` |
//! | [`sources`] | live sources: what is asked of a provider, what its answers say, and what a CRM is told. Pure | `intake`, `state`, `text` |
//! | [`hooks`] | a team's own programs, told of what is durable | `state` |
//! | [`intake`] | files with accounts, signals, providers' events or mail: CSV, JSON, JSON lines, mailboxes, calendars. Pure | `state`, `suggest`, `casefold`, `parallel` |
//! | [`folders`] | which files of a folder hold messages or events | |
//! | [`config`] | settings, checked where they are read | `sources`, `hooks`, `query`, `playbook`, `store`, `state`, `text`, `suggest` |
//! | [`store`] | where entries are kept: a journal on disk, the database of a team, or memory | `secret_program`, `state` |
//! | [`insights`] | what became of the accounts in some weeks, counted. Pure | `state`, `parallel` |
//! | [`query`] | which accounts a typed query means. Pure | `prose`, `state`, `suggest`, `casefold`, `parallel` |
//! | [`prose`] | English: the sentences about what the modules below it hold as data. Pure | `playbook`, `state` |
//! | [`playbook`] | automations as data, how they react, and why. Pure | `state`, `parallel` |
//! | [`state`] | the board: accounts, signals, stages, alerts, the rules, undo, attention. Pure | `casefold` |
//! | [`editor`] | a note or an email written in the person's own editor | `text` |
//! | [`text`] | text from outside, made safe to show | `casefold` |
//! | [`suggest`] | the names a mistyped one may have meant. Pure | `casefold` |
//! | [`casefold`] | text as it is matched and sorted. Pure | |
//! | [`secret_program`] | the secret that a program of the person's prints | |
//! | [`parallel`] | pure work on all cores, item by item | |
//!
//! The only code that touches a disk, a terminal, a clock or a thread: the kinds of store, `store::postgres` and what is below it, `store::bookmark`, `store::disk`, `store::lock`, `store::backup`, `store::health` and `store::permissions`, the thread in
//! `session`, `secret_program`, `hooks`, `outgoing`, `sync`, `receiver::server`, `editor`, `folders`, `tui::shell`, `config::load` and `config::paths`, `cli`, and `main.rs`. [`parallel`], and the journal, lines
//! and snapshots of `store` start threads too, but their results do not depend on how many.
//!
//! # From a key to the disk to a frame
//!
//! ```text
//! key ─ Chord ─ Keymap(mode) ─► Action, or the begin of a sequence, which waits for its next key
//! Action ─ update(&mut App) ─► moves the focus, or returns Effect::Submit(Command)
//! Command ─ bounded channel ─► the session's thread
//!   decide ─► events, or a Refusal ─► status line
//!   playbooks react until they are quiet (bounded) ─► one Entry, atomic with its cause, never run again on replay
//!   store.append(entry): lock, write, sync.   Behind? read what others wrote, and decide again
//!   board.apply(entry); publish the new Board on a watch channel
//! Msg::Board ─ update ─► the focus stays on the same account, by id ─► draw, or say what is new
//! ```
//!
//! Reader and writer share nothing but immutable boards, and cloning a board copies a few pointers
//! ([`Board`](state::Board) is built on persistent maps). While a command is on its way to the disk, further keys wait:
//! what a key does depends on what the last one did.
//!
//! # What always holds
//!
//! - An entry's [`seq`](state::Entry::seq) has no gaps, and replaying all entries gives the live board.
//! - Every [`Change`](state::Change) holds the old value and the new one. So undo is exact, and notices a later change.
//! - A first-entered stamp is never overwritten. Only undoing the entry that set it removes it, and a card that had
//!   finished and starts again: its new stay has stamps of its own.
//! - The same signal twice changes nothing. An alert has a key, and raising it twice is one alert. A timed playbook
//!   serves an occasion once, on however many machines.
//! - A signal that arrives late has the effect it would have had in time, unless a person has placed the card since
//!   ([`playbook::late_signals`]).
//! - Attention is computed from the board and the moment. It is never stored, and never moves a card.
//! - A missing fact is unknown, and an unknown satisfies no condition, not even under `not`.
//! - Amounts are whole minor units with their currency. Different currencies are never added up.
//! - Text from outside reaches a terminal only through [`text::clean`].
//!
//! # What is left out on purpose
//!
//! - No rollback, no dirty flag, no save key: see the first sentence.
//! - No stage ids in code: stages, aliases and playbooks are data, in `assets/` and in a team's own copies.
//! - No change is kept for a server that is away. A team's board is decided on what the server has; its copy on this machine only reads
//!   (`store::postgres::copied`), and a thread beside an open board hears of what others do (`store::postgres::reader`).
//! - No second list of what is settled. An account about which nothing is pending sleeps in the snapshot ([`state::board::archive`])
//!   and wakes with its next change; whoever asks for it cannot tell. The screen counts those who sleep, and reads them beside
//!   itself when they are to be seen ([`tui::model::beside`]).
//! - No truncated or rotated journal. It is the whole truth and grows by a few hundred bytes a change. The snapshot
//!   beside it is a cache that may be deleted at any time.
//! - No network but what `sources.toml` names, and the database of a team: [`outgoing`] is the only other place that sends
//!   anything, and it sends to the configured addresses alone. `gangplank serve` only listens, and answers. Programs of the team's own do as they like: hooks, own commands, and the browser.
//!
//! # Adding to it
//!
//! | to add | touch |
//! |---|---|
//! | a stage, a checklist, a playbook, an alias, a threshold, a colour, a hint at the foot of the screen | TOML only |
//! | a kind of trigger | `playbook/rule/trigger.rs`, its reading in `config/playbooks/trigger.rs`, its words in `prose/playbooks.rs`, a line in the comments of `assets/playbooks.toml` |
//! | a kind of occasion, for which a playbook runs once | `state/values/occasion.rs`, its words in `prose/playbooks.rs` |
//! | a kind of condition | `playbook/rule/condition.rs`, its reading in `config/playbooks/condition.rs`, its words in `prose/conditions.rs`, a line in the comments of `assets/playbooks.toml` |
//! | a kind of action | `playbook/rule/reaction.rs`, its reading in `config/playbooks/reaction.rs`, its words in `prose/playbooks.rs`, a line in the comments of `assets/playbooks.toml` |
//! | a fact | a row in `known_facts!` (`state/values/fact.rs`), its columns in `assets/columns.toml`, a line in `assets/signals.schema.json` and in `docs/importing.md` |
//! | a reason in Today | `state/query/reason.rs`, with its rank and its group, when it holds in `state/query/attention.rs`, its words in `prose/reasons.rs`, its key in `tui/model/hints.rs`; `docs/json.md` follows by itself. A group of its own has its title in `prose/reasons.rs`, too. One that a file raises and a person may dismiss is a [`Finding`](state::Finding) of the account |
//! | a name for a column, a plan, a billing interval, a system | `assets/columns.toml` |
//! | something a key can do | a row in `tui/input/action.rs`, an arm of `dispatch` in `tui/update.rs`, a line in `assets/keymap.toml`; the help and `docs/keys.md` follow by themselves |
//! | a question with answers to pick from | where the answer may also be typed, its choices in `tui/model/answers/picks.rs`; else a variant of `PickerPurpose` in `tui/model/picker.rs`, its choices beside what asks it in `tui/update/`, and what picking one does in `tui/update/picker.rs` |
//! | something in the timeline of an account | `state/query/timeline.rs`, its words in `prose/timeline.rs`, its mark in `tui/screens/detail/timeline.rs` |
//! | a kind of signal | `state/values/signal.rs`, its reading in `intake/signals.rs`, its words in `prose/signals.rs` and `prose/playbooks.rs`, a line each in `assets/signals.schema.json` and `docs/signals.md`; the compiler asks for what it does in `state/decide/`, for what `tui/screens/unmatched.rs` shows of it and for an example in two tests |
//! | a provider's format | `intake/providers/<provider>.rs`, a variant of `Provider` in `intake/providers.rs`, examples in `tests/it/data/providers/`, a section in `docs/signals.md`; where a team names things itself, a file of `ProviderMappings`, read in `cli/ingest/mappings.rs` |
//! | a rule about mail | who wrote it in `intake/mail/automatic.rs`, what it means in `intake/mail.rs`, a line in `docs/signals.md` |
//! | a rule about calendars | what an event is in `intake/calendar/event.rs`, what it changes in `intake/calendar/timeline.rs`, a line in `docs/signals.md` |
//! | a live source | `sources/pull/<kind>.rs`, a variant of `SourceKind` in `sources/live.rs`, its keys in `config/sources.rs`, a section in `docs/sources.md` |
//! | something a CRM is told | `sources/push.rs`, its key in `config/sources.rs`; of tasks, how each CRM takes it in `sources/push/tasks/` |
//! | a receiver | how it signs in `receiver/signature.rs`, a variant of `ReceiverKind` in `sources/receiver.rs`, its word in `config/receivers.rs`, a section in `docs/receivers.md` |
//! | a section of the week in numbers | `insights/<section>.rs`, its table in `insights/report.rs`, its chart in `tui/model/insights/charts.rs`; `docs/insights.md` says what it counts |
//! | a screen of its own | a variant of `ScreenRows` in `tui/model/screens.rs`, `tui/screens/<screen>.rs` for what it shows, what its keys do and how it looks, its arms in `tui/screens.rs`, its row in words in `tui/plain/row.rs`, its keys and the one that opens it in `assets/keymap.toml` |
//! | what may be done with a point of a checklist | `state/command.rs` (`PointChange`), `state/decide/checklists.rs`, its words in `prose/follow_ups.rs` |
//! | a hook | a variant in `hooks.rs`, its key in `config/settings.rs`, a line in `assets/config.toml` and in `docs/commands.md` |
//! | a placeholder of links and own commands | `config/template.rs`, a row in `docs/commands.md` |
//! | a placeholder of emails | `emails/placeholder.rs`, a row in `docs/templates.md` |
//! | a template of an email | a file in `assets/templates/`, and its line in `emails/file.rs` |
//! | a mark or a colour that says something | its word in `prose/aloud.rs`, for who does not see it |
//! | a theme | a file in `assets/themes/`, and its line in `tui/theme/file.rs` |
//! | a verb | `cli/<verb>.rs`, a variant in `cli.rs`, what its arguments name in `cli/complete/arguments.rs`, a row in `docs/command-line.md` |
//! | a page of documentation | `docs/<page>.md`, a variant in `cli/docs.rs`, a row in both indexes |
//! | a store | `store/<kind>.rs`, a variant of `StoreAddress` in `store.rs`, when it is chosen in `config/load.rs`, a line in `tests/it/store/contract.rs` |

pub mod casefold;
pub mod cli;
pub mod config;
pub mod demo;
pub mod editor;
pub mod emails;
#[cfg(feature = "mail")]
pub mod folders;
pub mod hooks;
pub mod insights;
pub mod intake;
pub mod outgoing;
pub mod parallel;
pub mod playbook;
pub mod prose;
pub mod query;
#[cfg(feature = "receiver")]
pub mod receiver;
pub mod secret_program;
pub mod session;
pub mod sources;
pub mod state;
pub mod store;
pub mod suggest;
pub mod sync;
pub mod text;
pub mod tui;
