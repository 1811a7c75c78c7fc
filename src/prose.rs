//! English: the only room that makes sentences. What the rooms below it find out is data; here it becomes words.
//!
//! Everything here is pure. Sentences end without a full stop, so that they can be joined. Names, labels and notes in
//! them come from outside: whoever shows a sentence cleans it with [`text::clean`](crate::text::clean).
//!
//! | file | what it words |
//! |---|---|
//! | [`aloud`] | rows in whole words, for who hears them |
//! | [`brief`] | an account in fifteen lines, for the minute before a call |
//! | [`entries`] | what an entry of the history did |
//! | [`reasons`] | why an account needs a person, what comes next |
//! | [`unchanged`] | why a command changed nothing |
//! | [`refusals`] | why a command was refused |
//! | [`runs`] | which playbooks ran, why, and what they did |
//! | [`playbooks`] | what sets a playbook off, and what it does |
//! | [`checklists`] | the points of checklists, and a stage that is left with open ones |
//! | [`conditions`] | how a condition stands for an account |
//! | [`explanations`] | what a playbook makes of an account |
//! | [`no_effect`] | why a signal changed nothing |
//! | [`follow_ups`] | alerts, tasks, notes, payment risk |
//! | [`signals`] | what a signal tells |
//! | [`summary`] | an account in Markdown, to paste elsewhere |
//! | [`unmatched`] | what assigning an unmatched signal would do |
//! | [`merges`] | what merging two accounts would do |
//! | [`way_back`] | what undoing an entry means |
//! | [`dates`] | days and moments |
//! | [`lists`] | counts and enumerations |

pub mod aloud;
pub mod brief;
pub mod checklists;
pub mod conditions;
pub mod dates;
pub mod entries;
pub mod explanations;
pub mod follow_ups;
pub mod lists;
pub mod merges;
pub mod no_effect;
pub mod playbooks;
pub mod reasons;
pub mod refusals;
pub mod requirements;
pub mod runs;
pub mod signals;
pub mod sources;
pub mod summary;
pub mod timeline;
pub mod unchanged;
pub mod unmatched;
pub mod way_back;
pub mod workload;
