//! Gangplank, tested through what it promises. One binary, so that it links once.

mod cli;
mod config;
mod contract;
mod decide;
mod entries;
mod intake;
mod model;
mod playbooks;
mod support;
mod text;
mod tidy;
