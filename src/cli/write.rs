//! `gangplank write`.

use std::io::Write;

use clap::Args;

use super::json::{self, EmailJson, TemplateJson};
use super::{CliError, Context, account};
use crate::config::files::{self, LoadError};
use crate::emails::file::{DIRECTORY, EmailTemplates};
use crate::emails::fill;
use crate::emails::fit::{Fit, ranked};
use crate::emails::placeholder::EmailValues;
use crate::prose::lists::plural;
use crate::state::query::attention;
use crate::text;

/// Write an email to an account from a template, to the standard output
///
/// Without --template, it is the one that fits best now. What is not known is a gap, such as [first name?]. Nothing is
/// sent or recorded.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank write Acme\n\
    \x20 gangplank write Acme --template call-follow-up\n\
    \x20 gangplank write Acme --list")]
pub struct WriteArgs {
    /// The account's external id or full name
    account: String,
    /// The template, by its name or title
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// List the templates, those that fit the account best first
    #[arg(long, conflicts_with = "template")]
    list: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

impl Context {
    /// The templates of emails: those we come with, and the team's own.
    ///
    /// # Errors
    /// When a file cannot be read or has a mistake in it.
    pub(super) fn email_templates(&self) -> Result<EmailTemplates, CliError> {
        let own = files::texts(&self.config.paths.config(DIRECTORY), "md")?;
        Ok(EmailTemplates::new(own).map_err(LoadError::from)?)
    }
}

pub(super) fn run(args: &WriteArgs, context: &mut Context) -> Result<(), CliError> {
    let templates = context.email_templates()?;
    let session = context.open()?;
    let (board, now) = (session.board(), context.config.now());
    let account = account::find(board, &args.account)?;
    let reasons = attention::reasons_of(board, account, &now, &context.attention_rules());
    let ranked = ranked(templates.all(), board, account, &reasons);
    if args.list {
        let listed = ranked.iter().map(|(at, fit)| (&templates.all()[*at], *fit));
        if args.json {
            return json::write_all(&mut context.out, listed.map(|(it, fit)| TemplateJson::new(it, fit)));
        }
        for (template, fit) in listed {
            let fits = match fit {
                Fit::Occasion => "fits now",
                Fit::Stage => "for this stage",
                Fit::Other => "",
            };
            let (name, title) = (text::clean(&template.name), &*template.title);
            let line = format!("{name}\t{title}\t{fits}");
            let aligned = || format!("{} {} {fits}", text::fit(&name, 20), text::fit(title, 24));
            writeln!(
                context.out,
                "{}",
                if context.out.aligned { aligned().trim_end().to_owned() } else { line }
            )?;
        }
        return Ok(());
    }
    let template = if let Some(name) = &args.template {
        templates.named(name).map_err(CliError::usage)?
    } else {
        let best = ranked.first().filter(|(_, fit)| *fit != Fit::Other);
        let Some((at, _)) = best else {
            let what = format!("no template fits {} now: name one with --template", account.name());
            return Err(CliError::usage(what));
        };
        &templates.all()[*at]
    };
    let me = context.config.me.clone();
    let roster = &context.config.playbooks.team.roster;
    let values = EmailValues { account, board, roster, me: &me, now, occasion: template.occasion };
    let filled = fill(template, &values);
    if args.json {
        return json::write(&mut context.out, &EmailJson::new(template, &filled));
    }
    for line in filled.email.page().lines() {
        writeln!(context.out, "{}", text::clean(line))?;
    }
    if !filled.missing.is_empty() {
        let gaps = plural(filled.missing.len(), "value is", "values are");
        super::notify(&format!("{gaps} not known: {}", filled.missing.join(", ")));
    }
    Ok(())
}
