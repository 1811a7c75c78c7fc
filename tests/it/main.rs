//! Gangplank, tested through what it promises. One binary, so that it links once.

mod config;
mod contract;
mod crash;
mod disk;
mod entries;
mod text;
