//! Gangplank, tested through what it promises. One binary, so that it links once.

mod cli;
mod config;
mod contract;
mod demo;
mod decide;
mod entries;
mod import;
mod intake;
mod picture;
mod readme;
mod playbooks;
mod support;
mod text;
mod tidy;
