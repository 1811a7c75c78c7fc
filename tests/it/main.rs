//! Gangplank, tested through what it promises. One binary, so that it links once.

mod cli;
mod config;
mod contract;
mod crash;
mod decide;
mod demo;
mod disk;
mod entries;
mod import;
mod intake;
mod picture;
mod model;
mod playbooks;
mod readme;
mod support;
mod text;
mod tidy;
mod update;
