//! Gangplank, tested through what it promises. One binary, so that it links once.

mod config;
mod contract;
mod decide;
mod entries;
mod playbooks;
mod support;
mod text;
mod tidy;
