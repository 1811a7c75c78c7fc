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
mod entries;
mod filter;
mod import;
mod intake;
mod model;
mod picture;
mod playbooks;
mod readme;
mod screen;
mod support;
mod text;
mod tidy;
mod update;
