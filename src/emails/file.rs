//! Templates as files: `templates/*.md`, those the program comes with and a team's own.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use toml::Spanned;

use super::occasion::EmailOccasion;
use super::placeholder::EmailPlaceholder;
use crate::config::error::ConfigError;
use crate::config::template::Template;
use crate::state::SignalData;
use crate::suggest::did_you_mean;
use crate::text;

/// The folder in the config directory.
pub const DIRECTORY: &str = "templates";

const SHIPPED: &[(&str, &str)] = &[
    ("first-outreach", include_str!("../../assets/templates/first-outreach.md")),
    ("reply", include_str!("../../assets/templates/reply.md")),
    ("call-follow-up", include_str!("../../assets/templates/call-follow-up.md")),
    ("final-outreach", include_str!("../../assets/templates/final-outreach.md")),
    ("failed-payment", include_str!("../../assets/templates/failed-payment.md")),
    ("large-invoice", include_str!("../../assets/templates/large-invoice.md")),
    ("survey", include_str!("../../assets/templates/survey.md")),
];

/// The line before and after the front matter.
const FENCE: &str = "+++";

/// A template of an email.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailTemplate {
    /// Its file without the extension.
    pub name: Arc<str>,
    /// What people call it, clean.
    pub title: Arc<str>,
    pub subject: Template<EmailPlaceholder>,
    pub body: Template<EmailPlaceholder>,
    /// The stages or buckets it is for, by their ids.
    pub stages: Vec<String>,
    pub occasion: Option<EmailOccasion>,
    /// What is recorded once it was sent; nothing where that is not known beforehand.
    pub records: Option<RecordedAs>,
}

/// What an email that was sent is recorded as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum RecordedAs {
    #[serde(rename = "outreach.sent")]
    Outreach,
    #[serde(rename = "final_outreach.sent")]
    FinalOutreach,
}

impl RecordedAs {
    pub fn signal(self) -> SignalData {
        match self {
            Self::Outreach => SignalData::OutreachSent,
            Self::FinalOutreach => SignalData::FinalOutreachSent,
        }
    }
}

/// The templates there are, those the program comes with first.
#[derive(Clone, Debug)]
pub struct EmailTemplates(Vec<EmailTemplate>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    title: Spanned<String>,
    subject: Spanned<String>,
    #[serde(default)]
    stages: Vec<String>,
    occasion: Option<EmailOccasion>,
    records: Option<RecordedAs>,
}

static OF_THE_PROGRAM: LazyLock<EmailTemplates> =
    LazyLock::new(|| EmailTemplates::new(Vec::new()).expect("a test reads the templates that are built in"));

impl EmailTemplates {
    /// Those the program comes with.
    pub fn shipped() -> &'static Self {
        &OF_THE_PROGRAM
    }

    /// Those the program comes with, and `own`: names, files and texts. One of the same name takes the other's place.
    ///
    /// # Errors
    /// The first mistake in a file.
    pub fn new(own: Vec<(Arc<str>, String, String)>) -> Result<Self, ConfigError> {
        let mut all: Vec<EmailTemplate> = Vec::new();
        for (name, text) in SHIPPED {
            all.push(parse((*name).into(), &format!("{name}.md"), text)?);
        }
        for (name, file, text) in own {
            let template = parse(name, &file, &text)?;
            match all.iter_mut().find(|known| known.name == template.name) {
                Some(known) => *known = template,
                None => all.push(template),
            }
        }
        let mut titles: BTreeMap<&str, &str> = BTreeMap::new();
        for template in &all {
            if let Some(other) = titles.insert(&template.title, &template.name) {
                let what = format!("its title is also that of {other}.md: give one of the two another title");
                return Err(ConfigError::in_file(&format!("{}.md", template.name), what));
            }
        }
        Ok(Self(all))
    }

    pub fn all(&self) -> &[EmailTemplate] {
        &self.0
    }

    /// The template by its name or its title.
    ///
    /// # Errors
    /// A sentence that says which there are.
    pub fn named(&self, name: &str) -> Result<&EmailTemplate, String> {
        let is_it = |it: &&EmailTemplate| *it.name == *name || it.title.to_lowercase() == name.to_lowercase();
        self.0.iter().find(is_it).ok_or_else(|| {
            let names: Vec<&str> = self.0.iter().map(|template| &*template.name).collect();
            let rest = did_you_mean(name, &names).unwrap_or_else(|| format!("use {}", names.join(", ")));
            format!("no template is called `{name}`: {rest}")
        })
    }
}

/// Reads a template.
fn parse(name: Arc<str>, file: &str, text: &str) -> Result<EmailTemplate, ConfigError> {
    let (front, body) = front_matter(file, text)?;
    // Spaces where the fence and the byte before it stood, so that places count from the beginning of the file.
    let padded = format!("{}{}", " ".repeat(front.start), &text[front]);
    let front: FrontMatter =
        toml::from_str(&padded).map_err(|error| ConfigError::of_toml(file, text, &error))?;
    let title = text::clean(front.title.get_ref().trim()).into_owned();
    if title.is_empty() {
        let what = "the title is empty: say what the email is";
        return Err(ConfigError::at(file, text, front.title.span(), what));
    }
    let subject = Template::parse(front.subject.get_ref())
        .map_err(|what| ConfigError::at(file, text, front.subject.span(), what))?;
    let template = template(file, text, body)?;
    Ok(EmailTemplate {
        name,
        title: title.into(),
        subject,
        body: template,
        stages: front.stages,
        occasion: front.occasion,
        records: front.records,
    })
}

/// Where the front matter stands, and where the body begins.
fn front_matter(file: &str, text: &str) -> Result<(Range<usize>, usize), ConfigError> {
    let what = || {
        let example = "+++, then title = \"…\" and subject = \"…\", then +++";
        ConfigError {
            line: Some(1),
            ..ConfigError::in_file(file, format!("a template begins with {example}"))
        }
    };
    let mut at = 0;
    let mut lines = text.split_inclusive('\n').map(|line| {
        let start = at;
        at += line.len();
        (start, line)
    });
    let (_, first) = lines.next().filter(|(_, line)| line.trim_end() == FENCE).ok_or_else(what)?;
    let (end, fence) = lines.find(|(_, line)| line.trim_end() == FENCE).ok_or_else(what)?;
    Ok((first.len()..end, end + fence.len()))
}

/// The body, which begins at `start`. A mistake in it has the line it stands in.
fn template(file: &str, text: &str, start: usize) -> Result<Template<EmailPlaceholder>, ConfigError> {
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if let Err(what) = Template::<EmailPlaceholder>::parse(line.trim_end()) {
            let error = ConfigError::at(file, text, at..at + line.len(), what);
            return Err(ConfigError { key: String::new(), ..error });
        }
        at += line.len();
    }
    Template::parse(text[start..].trim()).map_err(|what| ConfigError::in_file(file, what))
}
