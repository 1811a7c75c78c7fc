//! `views.toml`: the views, each a tab of the board.

use std::str::FromStr;

use serde::Deserialize;
use toml::Spanned;
use toml_edit::{ArrayOfTables, Item, Table, value};

use super::error::{ConfigError, document};
use crate::query::Sort;
use crate::state::FactKey;

/// The views the program comes with.
pub const DEFAULT: &str = include_str!("../../assets/views.toml");

/// The name of the file in the config directory.
pub const FILE: &str = "views.toml";

/// How many views there may be: more tabs than anybody finds their way through.
const MOST: usize = 100;

/// What is shown under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    pub name: String,
    /// Which accounts; empty for everybody.
    pub query: String,
    pub layout: ViewLayout,
    /// Nothing where the order stays as it is.
    pub order: Option<Sort>,
    /// Of a list; as many as fit where none is named.
    pub columns: Vec<ListColumn>,
    pub hide_when_empty: bool,
    pub hidden: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ViewLayout {
    Today,
    Board,
    /// Accounts on the board.
    #[default]
    List,
    /// Accounts off the board, too.
    All,
}

/// A column of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListColumn {
    Name,
    Stage,
    Forecast,
    /// The date of the renewal.
    Renewal,
    /// The days until then.
    Renews,
    Week,
    Owner,
    Risk,
    Id,
    Segments,
    Fact(FactKey),
}

impl ListColumn {
    /// Those that are no facts.
    pub const OWN: [Self; 10] = [
        Self::Name,
        Self::Stage,
        Self::Forecast,
        Self::Renewal,
        Self::Renews,
        Self::Week,
        Self::Owner,
        Self::Risk,
        Self::Id,
        Self::Segments,
    ];

    /// Its name in `views.toml`.
    pub fn name(&self) -> String {
        match self {
            Self::Name => "name".to_owned(),
            Self::Stage => "stage".to_owned(),
            Self::Forecast => "forecast".to_owned(),
            Self::Renewal => "renewal".to_owned(),
            Self::Renews => "renews".to_owned(),
            Self::Week => "week".to_owned(),
            Self::Owner => "owner".to_owned(),
            Self::Risk => "risk".to_owned(),
            Self::Id => "id".to_owned(),
            Self::Segments => "segments".to_owned(),
            Self::Fact(key) => key.to_string(),
        }
    }
}

impl FromStr for ListColumn {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let own = Self::OWN.into_iter().find(|column| column.name() == name);
        let fact = || FactKey::known().find(|key| key.to_string() == name).or_else(|| FactKey::parse(name));
        let unknown = || {
            let own: Vec<String> = Self::OWN.iter().map(Self::name).collect();
            format!(
                "`{name}` is not a column: use one of {}, or a fact such as plan or extra.Industry",
                own.join(", ")
            )
        };
        own.or_else(|| fact().map(Self::Fact)).ok_or_else(unknown)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewsFile {
    #[serde(default)]
    view: Vec<ViewTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewTable {
    name: Spanned<String>,
    query: Option<Spanned<String>>,
    layout: Option<ViewLayout>,
    order: Option<Sort>,
    columns: Option<Vec<Spanned<String>>>,
    hide_when_empty: Option<bool>,
    hidden: Option<bool>,
}

/// The views the program comes with.
///
/// # Panics
/// When they have a mistake, which a test would have found.
pub fn shipped() -> Vec<SavedView> {
    overlay(Vec::new(), DEFAULT, FILE, |_| Ok(())).expect("the views we ship are correct: a test reads them")
}

/// The views we come with, with those of `text` added, and changed where they have the same name. `check` says what is
/// wrong with a query.
///
/// # Errors
/// The first mistake, with its line and what to write instead.
pub fn overlaid(
    text: &str,
    file: &str,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<Vec<SavedView>, ConfigError> {
    overlay(shipped(), text, file, check)
}

fn overlay(
    mut views: Vec<SavedView>,
    text: &str,
    file: &str,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<Vec<SavedView>, ConfigError> {
    let read: ViewsFile = toml::from_str(text).map_err(|error| ConfigError::of_toml(file, text, &error))?;
    let mut named: Vec<String> = Vec::new();
    for table in read.view {
        let wrong = |span, what: &str| ConfigError::at(file, text, span, what);
        let (span, name) = (table.name.span(), table.name.into_inner());
        if let Err(what) = check_name(&name) {
            return Err(wrong(span, &what));
        }
        if named.iter().any(|known| is_same(known, &name)) {
            return Err(wrong(
                span,
                &format!("there are two views called {name}: give one of them another name"),
            ));
        }
        let known = views.iter().position(|view| is_same(&view.name, &name));
        let mut view = known.map_or_else(|| SavedView::new(name.clone()), |at| views[at].clone());
        if let Some(query) = table.query {
            check(query.get_ref()).map_err(|what| wrong(query.span(), &what))?;
            view.query = query.into_inner();
        }
        view.layout = table.layout.unwrap_or(view.layout);
        view.order = table.order.or(view.order);
        view.hide_when_empty = table.hide_when_empty.unwrap_or(view.hide_when_empty);
        view.hidden = table.hidden.unwrap_or(view.hidden);
        if let Some(columns) = table.columns {
            let read = columns
                .iter()
                .map(|name| name.get_ref().parse().map_err(|what: String| wrong(name.span(), &what)));
            view.columns = read.collect::<Result<_, _>>()?;
        }
        match known {
            Some(at) => views[at] = view,
            None if views.len() == MOST => {
                return Err(wrong(span, &format!("there are more than {MOST} views: remove some")));
            }
            None => views.push(view),
        }
        named.push(name);
    }
    Ok(views)
}

/// Whether a view may be called `name`.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub fn check_name(name: &str) -> Result<(), String> {
    let width = name.chars().count();
    if name.trim().is_empty() {
        Err("a view needs a name: write what the tab is to say".to_owned())
    } else if width > 24 || name.contains(char::is_control) {
        Err("a tab has room for 24 characters: use a shorter name, in one line".to_owned())
    } else {
        Ok(())
    }
}

fn is_same(name: &str, other: &str) -> bool {
    name.trim().to_lowercase() == other.trim().to_lowercase()
}

impl SavedView {
    pub fn new(name: String) -> Self {
        Self {
            name,
            query: String::new(),
            layout: ViewLayout::default(),
            order: None,
            columns: Vec::new(),
            hide_when_empty: false,
            hidden: false,
        }
    }

    /// Whether `name` means it.
    pub fn is_called(&self, name: &str) -> bool {
        is_same(&self.name, name)
    }

    fn to_table(&self) -> Table {
        let mut table = Table::new();
        let layout: &str = self.layout.into();
        table["name"] = value(&self.name);
        table["query"] = value(&self.query);
        table["layout"] = value(layout);
        if let Some(order) = self.order {
            let word = toml::Value::try_from(order).ok().and_then(|word| word.as_str().map(str::to_owned));
            table["order"] = value(word.unwrap_or_default());
        }
        if !self.columns.is_empty() {
            table["columns"] = value(self.columns.iter().map(ListColumn::name).collect::<toml_edit::Array>());
        }
        table
    }
}

/// `text`, a `views.toml`, with `view` in it: in place of the one of its name, else as the last. Everything else stays as
/// people wrote it.
///
/// # Errors
/// When `text` is not TOML, or something else than views is called `view` in it.
pub fn with_view(text: &str, view: &SavedView, file: &str) -> Result<String, ConfigError> {
    // What cannot be read is not written to.
    overlaid(text, file, |_| Ok(()))?;
    let mut document = document(text, file)?;
    let views = document.entry("view").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let Some(views) = views.as_array_of_tables_mut() else {
        return Err(ConfigError::in_file(
            file,
            "the views are not written as [[view]]: write each in a table of its own",
        ));
    };
    let is_it =
        |table: &Table| table.get("name").and_then(Item::as_str).is_some_and(|name| view.is_called(name));
    let known = (0..views.len()).find(|at| views.get(*at).is_some_and(is_it));
    match known.and_then(|at| views.get_mut(at)) {
        Some(table) => {
            // What it says elsewhere, such as when it is hidden, stays.
            for key in ["order", "columns"] {
                table.remove(key);
            }
            for (key, item) in view.to_table() {
                table[&key] = item;
            }
        }
        None => views.push(view.to_table()),
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_views_are_read_and_a_team_changes_and_adds_some() {
        let names: Vec<String> = shipped().into_iter().map(|view| view.name).collect();
        assert_eq!(names[..3], ["Today", "Mine", "No owner"]);
        let text = "[[view]]\nname = \"no OWNER\"\nquery = \"owner:none\"\n[[view]]\nname = \"Big\"\ncolumns = [\"name\", \"plan\"]\n";
        let views = overlaid(text, "views.toml", |_| Ok(())).expect("it is correct");
        let no_owner = views.iter().find(|view| view.is_called("No owner")).expect("it is there");
        assert_eq!((&*no_owner.query, no_owner.layout), ("owner:none", ViewLayout::List));
        let last = views.last().expect("it was added");
        assert_eq!(last.columns, [ListColumn::Name, ListColumn::Fact(FactKey::Plan)]);
    }

    #[test]
    fn mistakes_are_said_with_their_line() {
        for (text, said) in [
            ("[[view]]\nname = \"\"", "views.toml:2: `name`: a view needs a name"),
            ("[[view]]\nname = \"A\"\n[[view]]\nname = \"a\"", "views.toml:4: `name`: there are two views"),
            (
                "[[view]]\nname = \"A\"\ncolumns = [\"colour\"]",
                "views.toml:3: `columns`: `colour` is not a column",
            ),
            ("[[view]]\nname = \"A\"\nlayout = \"wall\"", "views.toml:3: `layout`"),
            ("[[view]]\nname = \"A\"\nsort = \"name\"", "views.toml:3: `sort`"),
        ] {
            let error = overlaid(text, "views.toml", |_| Ok(())).expect_err(text).to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }

    #[test]
    fn a_view_is_put_in_its_place_and_the_rest_stays_as_it_was_written() {
        let text = "# ours\n[[view]]\nname = \"Big\" # the big ones\nquery = \"forecast>=500\"\nhide_when_empty = true\n\n[[view]]\nname = \"EU\"\n";
        let mut view = SavedView::new("big".to_owned());
        view.query = "forecast>=1000".to_owned();
        view.order = Some(Sort::Mrr);
        let written = with_view(text, &view, "views.toml").expect("it is correct");
        assert!(written.starts_with("# ours\n[[view]]\n") && written.contains("[[view]]\nname = \"EU\""));
        let views = overlaid(&written, "views.toml", |_| Ok(())).expect("it is correct");
        let big = views.iter().find(|view| view.is_called("Big")).expect("it is there");
        assert_eq!((&*big.query, big.order, big.hide_when_empty), ("forecast>=1000", Some(Sort::Mrr), true));
        let view = SavedView::new("New \"one\"".to_owned());
        let written = with_view(&written, &view, "views.toml").expect("it is correct");
        assert!(
            overlaid(&written, "views.toml", |_| Ok(()))
                .expect("it is correct")
                .last()
                .is_some_and(|it| it.is_called("new \"one\""))
        );
        assert!(with_view("[[view]\n", &view, "views.toml").is_err());
    }
}
