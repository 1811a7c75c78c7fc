//! Gangplank, tested through what it promises. One binary, so that it links once.

mod all_pictures;
mod config;
mod demo;
mod docs;
mod emails;
mod fuzz;
mod insights;
mod queries;
mod support;
mod text;
mod tidy;

mod state {
    mod checklists;
    mod decide;
    mod invariants;
    mod merge;
    mod refunds;
    mod source_reads;
    mod timeline;
    mod undo_order;
    mod when;
    mod when_phrases;
}

mod playbook {
    mod entering;
    mod explain;
    mod requirements;
    mod rules;
    mod signal_order;
    mod subscriptions;
    mod sweep;
    mod team_playbooks;
    mod year;
}

mod intake {
    mod accounts;
    #[cfg(feature = "mail")]
    mod bounces;
    #[cfg(feature = "mail")]
    mod calendar;
    #[cfg(feature = "mail")]
    mod corpora;
    #[cfg(feature = "mail")]
    mod mail;
    mod meaning;
    mod providers;
    mod signals;
    mod systems;
}

#[cfg(feature = "receiver")]
mod receiver {
    mod hostile;
    #[cfg(unix)]
    mod kills;
    pub(crate) mod serve;
    mod signatures;
    #[cfg(unix)]
    mod stopping;
}

mod sources {
    mod answers;
    mod hostile;
    #[cfg(all(unix, feature = "mail"))]
    mod kills;
    #[cfg(feature = "imap")]
    mod mail_hostile;
    mod peers;
    #[cfg(unix)]
    mod push_kills;
}

/// Against real programs of others. Each test is skipped, with a line that says so, where one is not installed.
#[cfg(unix)]
mod counterparts {
    #[cfg(feature = "receiver")]
    mod hubspot_signer;
    #[cfg(feature = "receiver")]
    mod localstripe;
    #[cfg(feature = "mail")]
    mod mailboxes;
    mod prism;
    #[cfg(feature = "mail")]
    mod radicale;
}

mod store {
    mod archive;
    mod asleep;
    mod bookmark;
    mod contract;
    mod crash;
    mod damage;
    mod golden;
    mod guards;
    #[cfg(unix)]
    mod kills;
    #[cfg(unix)]
    mod lock;
    mod log;
    mod long_lines;
    mod looked;
    mod names;
    #[cfg(all(unix, feature = "team"))]
    pub(crate) mod team;
    #[cfg(all(unix, feature = "team"))]
    mod team_copy;
    #[cfg(all(unix, feature = "team"))]
    mod team_kills;
    #[cfg(all(unix, feature = "team"))]
    mod team_levels;
    #[cfg(all(unix, feature = "team"))]
    mod team_network;
    #[cfg(all(unix, feature = "team"))]
    mod team_pooled;
    mod unconfirmed;
    mod waiting;
}

mod screen {
    mod account;
    mod activity;
    mod ahead;
    mod asleep;
    mod badges_and_reasons;
    mod batches;
    mod boxes;
    mod brief;
    mod checklists;
    mod confirm;
    #[cfg(unix)]
    mod damaged;
    mod done_today;
    #[cfg(unix)]
    mod editor;
    mod emails;
    mod explain;
    mod filter;
    mod footers;
    mod gone_by_file;
    mod hearing;
    #[cfg(unix)]
    mod held;
    mod imports;
    mod insights;
    mod keys;
    mod links;
    mod looks;
    mod marks;
    mod merge;
    mod modes;
    mod mouse;
    mod narrow;
    mod navigation;
    mod notices;
    mod out_of_sight;
    mod own_commands;
    mod palette;
    mod past;
    mod pickers;
    mod pictures;
    mod plain;
    #[cfg(unix)]
    mod plain_terminal;
    mod playbooks_and_forecast;
    mod prompt_answers;
    mod prompt_preview;
    mod query_completion;
    mod recent;
    mod refunds;
    mod retired;
    mod said_one_way;
    mod sentences;
    #[cfg(all(unix, feature = "team"))]
    mod silent_server;
    mod snapshots;
    mod sources;
    mod team;
    #[cfg(all(unix, feature = "team"))]
    mod team_reader;
    #[cfg(unix)]
    mod terminal;
    #[cfg(unix)]
    mod terminal_quirks;
    mod themes;
    mod today;
    mod today_filter;
    mod today_groups;
    mod tour;
    mod unmatched;
    mod views;
    mod ways;
    mod which_key;
    mod widths;
}

mod cli {
    mod at;
    mod back_again;
    mod backups;
    mod brief;
    mod brought;
    mod bulk;
    mod checklists;
    mod clear_blank;
    mod commands;
    mod completions;
    mod damaged_store;
    mod doctor;
    mod everybody;
    mod export;
    mod facts_and_segments;
    mod follow_ups;
    mod forecast;
    mod gone_by_file;
    mod hooks;
    mod import;
    mod interruption;
    mod logging;
    mod manuals;
    pub(crate) mod output;
    mod push;
    mod push_tasks;
    mod refunds;
    #[cfg(unix)]
    mod shared_files;
    #[cfg(unix)]
    mod sources_add;
    mod sync;
    mod sync_accounts;
    #[cfg(feature = "mail")]
    mod sync_calendars;
    #[cfg(feature = "mail")]
    mod sync_counts;
    #[cfg(feature = "imap")]
    mod sync_idle;
    mod sync_imap;
    #[cfg(feature = "mail")]
    mod sync_mail;
    #[cfg(feature = "mail")]
    mod sync_watch;
    mod team;
    #[cfg(all(unix, feature = "team"))]
    mod team_board;
    #[cfg(all(unix, feature = "team"))]
    mod team_grown;
    mod views;
}
