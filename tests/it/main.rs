//! Gangplank, tested through what it promises. One binary, so that it links once.

#[cfg(unix)]
mod board;
mod cli;
mod config;
mod contract;
mod decide;
mod demo;
mod entries;
mod import;
mod intake;
mod picture;
mod playbooks;
mod readme;
mod support;
mod text;
mod tidy;
