//! Emails from templates: which one, the editor, on to a mail program, and what is recorded of it.

use super::{leaving, quick_actions};
use crate::config::mail::MailParts;
use crate::emails::file::RecordedAs;
use crate::emails::fit::{Fit, ranked};
use crate::emails::placeholder::EmailValues;
use crate::emails::{Email, fill, mailto};
use crate::prose::lists::either;
use crate::state::query::attention;
use crate::state::{AccountId, Command};
use crate::text;
use crate::tui::input::action::Action;
use crate::tui::model::answers;
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Picked, digit};
use crate::tui::model::emails::{EmailInWork, EmailStep};
use crate::tui::model::msg::Effect;
use crate::tui::model::picker::{Picker, PickerPurpose};
use crate::tui::model::programs::{OutputTo, ProgramRun};
use crate::tui::model::prompt::Prompt;
use crate::tui::model::status::{Status, Tone};

/// Asks from which template to write to the focused account.
pub(super) fn ask(app: &mut App) {
    let Some(id) = quick_actions::only_focused(app, "Emails are written to") else { return };
    let Some(account) = app.board.get(&id) else { return };
    let reasons = attention::reasons_of(&app.board, account, &app.now, &app.setup.attention_rules());
    let templates = app.setup.emails.all();
    let written = app.email.as_ref().filter(|it| it.account == id).map(|it| {
        let label = format!("Go on with “{}”", it.template);
        Choice { note: "written".to_owned(), ..Choice::new(text::clean(&label), Picked::EmailInWork) }
    });
    let fitting = ranked(templates, &app.board, account, &reasons).into_iter().map(|(at, fit)| {
        let note = match fit {
            Fit::Occasion => "fits now",
            Fit::Stage => "for this stage",
            Fit::Other => "",
        };
        Choice { note: note.to_owned(), ..Choice::new(&*templates[at].title, Picked::Template(at)) }
    });
    let all = written.into_iter().chain(fitting).enumerate();
    let all: Vec<Choice> = all.map(|(at, choice)| Choice { key: digit(at), ..choice }).collect();
    let title = format!("Write to {}", app.short_name(&id));
    open(app, Picker::new(PickerPurpose::Template(id), &title, all, Some(0)));
}

fn open(app: &mut App, picker: Picker) {
    app.status = Status::default();
    app.prompt = Some(Prompt::Pick(Box::new(picker)));
}

/// Opens the template at `at` in the editor, filled for `account`.
pub(super) fn begin(app: &App, account: &AccountId, at: usize) -> Option<Effect> {
    let (template, account) = (app.setup.emails.all().get(at)?, app.board.get(account)?);
    let values = EmailValues {
        account,
        board: &app.board,
        roster: app.roster(),
        me: app.me().map_or("", |me| me),
        now: app.now,
        occasion: template.occasion,
    };
    Some(Effect::EditEmail(Box::new(EmailInWork {
        account: account.id.clone(),
        template: template.title.clone(),
        records: template.records,
        email: fill(template, &values).email,
    })))
}

/// Takes in what the editor left of `email`: its page, nothing where it was emptied, or why there is none.
pub(super) fn edited(app: &mut App, mut email: EmailInWork, page: Result<Option<String>, String>) {
    match page {
        Ok(Some(page)) => {
            email.email = Email::of_page(&page, &email.email);
            app.email = Some(email);
            ask_way(app);
        }
        Ok(None) => app.say(Tone::Plain, "The email is empty, so nothing was written"),
        Err(why) => app.say(Tone::Refused, &why),
    }
}

/// Copies the email that was written.
const COPY_KEY: char = 'c';

/// Asks how the email that was written goes on.
pub(super) fn ask_way(app: &mut App) {
    let Some(written) = &app.email else { return };
    let way = |key: char, label: &str, note: &str, step: EmailStep| Choice {
        key: key.into(),
        note: text::clean(note).into_owned(),
        ..Choice::new(label, Picked::Email(step))
    };
    let to = if written.email.to.is_empty() { "no address yet" } else { &written.email.to };
    let choices = vec![
        way('m', "Open it in the mail program", to, EmailStep::OpenMail),
        way(COPY_KEY, "Copy it", "subject and text", EmailStep::Copy),
        way('e', "Edit it again", "", EmailStep::EditAgain),
    ];
    let gaps: Vec<String> = written.email.gaps().iter().map(ToString::to_string).collect();
    let title = format!("Email to {}: {}", app.short_name(&written.account), written.email.subject);
    open(app, Picker::new(PickerPurpose::SendEmail, &title, choices, Some(0)));
    if !gaps.is_empty() {
        app.say(Tone::Refused, &format!("It still has gaps: {}", either(&gaps, "and")));
    }
}

/// Does what was picked for the email that was written.
pub(super) fn go_on(app: &mut App, step: EmailStep) -> Option<Effect> {
    match step {
        EmailStep::EditAgain => app.email.clone().map(|written| Effect::EditEmail(Box::new(written))),
        EmailStep::Copy => {
            let text = app.email.as_ref()?.email.text();
            ask_record(app, "");
            Some(Effect::Copy(text))
        }
        EmailStep::OpenMail => open_mail(app),
        EmailStep::Record(records) => record(app, records),
    }
}

/// Hands the email to a mail program. What is too long for an address is copied instead.
fn open_mail(app: &mut App) -> Option<Effect> {
    let written = app.email.as_ref()?;
    let account = app.board.get(&written.account)?;
    let Email { to, subject, body } = &written.email;
    let words = match &app.setup.mail {
        Some(program) => program.words(account, MailParts { to, subject, body }).map(Some),
        None => Ok(mailto::address(&written.email)
            .map(|address| app.setup.opener.iter().cloned().chain([address]).collect())),
    };
    match words {
        Ok(Some(words)) => {
            let title = "the mail program".to_owned();
            let (account, output) = (written.account.clone(), OutputTo::Background);
            ask_record(app, "");
            Some(Effect::Run(ProgramRun { account, title, words, variables: Vec::new(), output }))
        }
        Ok(None) => {
            let text = written.email.text();
            ask_record(app, "It is too long to hand over, so it was copied. ");
            Some(Effect::Copy(text))
        }
        Err(why) => {
            ask_way(app);
            app.say(Tone::Refused, &why);
            None
        }
    }
}

/// Asks what to record of the email, once it was sent.
fn ask_record(app: &mut App, before: &str) {
    let Some(written) = &app.email else { return };
    let key = |action: Action, or: char| {
        let key = app.board_key(action).filter(|key| key.chars().count() == 1);
        key.unwrap_or_else(|| or.to_string())
    };
    let choice = |key: String, label: &str, records: Option<RecordedAs>| Choice {
        key,
        ..Choice::new(label, Picked::Email(EmailStep::Record(records)))
    };
    let choices = vec![
        choice(key(Action::OutreachSent, 'o'), "Outreach sent", Some(RecordedAs::Outreach)),
        choice(key(Action::FinalOutreachSent, 'f'), "Final outreach sent", Some(RecordedAs::FinalOutreach)),
        choice("n".to_owned(), "Nothing", None),
    ];
    let start = choices.iter().position(|it| it.picked == Picked::Email(EmailStep::Record(written.records)));
    let title = format!("{before}When it is sent, record for {}", app.short_name(&written.account));
    open(app, Picker::new(PickerPurpose::RecordEmail, &title, choices, start));
}

/// Asks again what to do with the email that no program took, instead of what to record of it; says what else can be done.
pub(super) fn not_handed_over(app: &mut App) -> Option<String> {
    let is_asked = |prompt: &mut Prompt| matches!(prompt, Prompt::Pick(picker) if picker.purpose == PickerPurpose::RecordEmail);
    app.prompt.take_if(is_asked)?;
    ask_way(app);
    Some(format!("{COPY_KEY} copies it instead"))
}

/// Records that the email was sent; asks first where that may not be meant. It is done with then.
fn record(app: &mut App, records: Option<RecordedAs>) -> Option<Effect> {
    let EmailInWork { account, template, .. } = app.email.take()?;
    let what = records?.signal();
    let mut command = answers::signal(app, &account, what.clone());
    if let Command::RecordSignal { signal, .. } = &mut command {
        signal.template = Some(template);
    }
    let doubt = quick_actions::doubt(app, &account, &what, &command);
    leaving::submit_or_ask(app, command, doubt)
}

/// Says that what was written is not lost.
pub(super) fn left(app: &mut App) {
    let key = app.board_key(Action::Write).unwrap_or_default();
    app.say(Tone::Plain, &format!("The email is kept until you quit: {key} goes on with it"));
}
