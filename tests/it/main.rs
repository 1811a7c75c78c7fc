//! Gangplank, tested through what it promises. One binary, so that it links once.

#[cfg(unix)]
mod board;
mod cli;
mod config;
mod contract;
mod crash;
mod decide;
mod demo;
mod disk;
#[cfg(unix)]
mod editor;
mod entries;
mod explain;
mod explained;
mod export;
mod filter;
mod forecast;
mod glance;
mod import;
mod intake;
mod log;
mod model;
mod narrow;
mod order;
mod overlay;
mod panes;
mod picture;
mod playbooks;
mod prompts;
mod questions;
mod readme;
mod rules;
mod screen;
mod signals;
mod support;
mod sweep;
mod text;
mod tidy;
mod today;
mod trail;
mod trust;
mod unmatched;
mod update;
mod verbs;
