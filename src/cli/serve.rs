//! `gangplank serve`.

use std::net::SocketAddr;

use clap::{Args, ValueHint};

use super::{CliError, Context};
use crate::sources::origin::objection;

#[cfg(feature = "receiver")]
mod receivers;
#[cfg(not(feature = "receiver"))]
#[path = "serve/without_receivers.rs"]
mod receivers;

/// Listen for webhooks, as receivers.toml describes them
///
/// What a provider or a script delivers is checked, recorded as `gangplank ingest` would, and only then confirmed. Boards
/// that are open follow. It runs until it is stopped, with ctrl-c or by the system, and finishes what it has begun.
/// `GET /health` says how each receiver fares.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank serve\n\
    \x20 gangplank serve --listen 127.0.0.1:9000\n\
    \x20 gangplank serve --behind-proxy https://hooks.example.com")]
pub struct ServeArgs {
    /// The address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787", value_parser = address)]
    listen: SocketAddr,
    /// The public address, whose proxy passes deliveries on
    #[arg(long, value_name = "URL", value_parser = public, value_hint = ValueHint::Url)]
    behind_proxy: Option<String>,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "write an address and a port, such as 127.0.0.1:8787")
}

fn public(text: &str) -> Result<String, &'static str> {
    let has_query = text.contains('?');
    match objection(text) {
        None if has_query => Err("write the address without ? and what follows"),
        None => Ok(text.trim_end_matches('/').to_owned()),
        Some(_) => Err("write the address that providers deliver to, such as https://hooks.example.com"),
    }
}

pub(super) fn run(args: &ServeArgs, context: &mut Context) -> Result<(), CliError> {
    if !args.listen.ip().is_loopback() && args.behind_proxy.is_none() {
        return Err(CliError::usage(format!(
            "{} is open to the network, where what arrives could be read: listen on 127.0.0.1, or say with \
             --behind-proxy which address with TLS leads here",
            args.listen
        )));
    }
    receivers::serve(args.listen, args.behind_proxy.as_deref(), context)
}
