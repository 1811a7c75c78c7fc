//! `gangplank team`.

use std::sync::Arc;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use strum::VariantNames;

use super::{CliError, Context};
use crate::config::settings::person;
use crate::store::team::TeamRole;
use crate::store::{StoreAddress, TeamAddress};

#[cfg(feature = "team")]
mod database;
#[cfg(not(feature = "team"))]
#[path = "team/without_database.rs"]
mod database;

/// Share the board with a team, in a PostgreSQL database
///
/// Which database is said with --store, GANGPLANK_STORE, or `store` in config.toml. Every other command, and the board itself,
/// work on it as on a board of this machine.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank team init --store postgres://ana@db.example.com/gangplank\n\
    \x20 gangplank team member add dan --role writer\n\
    \x20 gangplank team status")]
#[expect(clippy::doc_markdown, reason = "clap shows it as it is written")]
pub struct TeamArgs {
    #[command(subcommand)]
    what: TeamCommand,
}

#[derive(Subcommand, Debug)]
enum TeamCommand {
    /// Make the board, and the tables before the first one; you become its owner
    Init {
        /// Without functions that run as their owner, for databases that have none: members are trusted with more
        #[arg(long)]
        simple: bool,
        /// Print the SQL, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Bring the tables of an older version up to date, as their owner
    Upgrade {
        /// Print the SQL, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Show how the board fares, and who you are on it
    Status {
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Show or change who takes part
    Member {
        #[command(subcommand)]
        what: MemberCommand,
    },
    /// Write the board as a journal into the data directory, byte for byte
    ///
    /// There must be no board in it yet. Afterwards, `--store local` shows it.
    Pull {
        /// Only say what it would do
        #[arg(long)]
        dry_run: bool,
    },
    /// Fill an empty board of the team with the one in the data directory, byte for byte
    Push {
        /// Only say what it would do
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Subcommand, Debug)]
enum MemberCommand {
    /// List the members
    List {
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Let a login of the database take part, or change how it does
    Add {
        /// The login, which the server knows
        login: String,
        /// Whether it may read, change the board, or also say who else may
        #[arg(long, value_parser = PossibleValuesParser::new(TeamRole::VARIANTS).try_map(|word| TeamRole::try_from(&*word)))]
        role: TeamRole,
        /// The name its changes are signed with; without one, the login
        #[arg(long, value_name = "NAME", value_parser = person)]
        signs_as: Option<Arc<str>>,
        /// Print the SQL, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Let a login take part no longer; what it did stays
    Remove {
        /// The login
        login: String,
        /// Print the SQL, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
}

pub(super) fn run(args: &TeamArgs, context: &mut Context) -> Result<(), CliError> {
    let StoreAddress::Team(address) = &context.config.store else {
        return Err(CliError::usage(
            "no database of a team is named: say which with --store postgres://HOST/DATABASE, or with `store` in \
             config.toml",
        ));
    };
    let address = TeamAddress::clone(address);
    database::run(&args.what, &address, context)
}
