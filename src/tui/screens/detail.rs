//! Everything about one account: where it stands, what is known and from where, and how it came here.

use crate::prose::dates;
use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Borders, Widget};

use super::checklist;
use crate::config::template::percent_encoded;
use crate::prose::follow_ups::{alert_text, refund, task_with_due};
use crate::prose::{entries, lists::plural, reasons, signals};
use crate::state::{Account, FactKey, FactValue, PointId, Position, RiskLevel, StageId};
use crate::text;
use crate::tui::canvas::{TextLink, put_lines, put_right, wipe};
use crate::tui::input::keymap::InputMode;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::badges::{stage_differs, week};
use crate::tui::model::focus::Overlay;
use crate::tui::model::hints::hint;
use crate::tui::theme::Role;

/// How many of what happened are listed: the rest is in `show`.
const SIGNALS: usize = 30;

/// The lines of the focused account.
pub(super) fn lines(app: &App) -> Vec<Line<'static>> {
    page(app).lines
}

/// The lines of the focused account, and the links in them.
fn page(app: &App) -> DetailLines<'_> {
    let areas = layout::areas(app);
    let area = if areas.dock.is_empty() { areas.body } else { areas.dock };
    let width = usize::from(area.width.saturating_sub(4)).max(8);
    let mut page = DetailLines { app, width, lines: Vec::new(), links: Vec::new(), ticks: Vec::new() };
    match app.focused() {
        Some(account) => page.account(account),
        None => page.say(Role::Dim, "No account chosen"),
    }
    page
}

/// Those of `links` that are in view in `inner`, where their lines are drawn from line `top` on.
fn in_view(links: Vec<LineLink>, top: usize, inner: Rect) -> Vec<TextLink> {
    let in_view = links.into_iter().filter_map(|link| {
        let line = u16::try_from(link.line.checked_sub(top)?).ok().filter(|line| *line < inner.height)?;
        let x = inner.x.checked_add(u16::try_from(link.x).ok()?)?;
        Some(TextLink { x, y: inner.y + line, text: link.text, address: link.address })
    });
    in_view.collect()
}

/// The point of the checklist that a press on the cell at `x`, `y` ticks.
pub fn point_at(app: &App, x: u16, y: u16) -> Option<PointId> {
    let Some(Overlay::Detail(top)) = app.overlay else { return None };
    let areas = layout::areas(app);
    let inner = inner(if areas.dock.is_empty() { areas.body } else { areas.dock });
    let line = top + usize::from(y.checked_sub(inner.y)?);
    let is_inside = inner.contains(ratatui::layout::Position { x, y });
    page(app).ticks.into_iter().find(|(at, _)| is_inside && *at == line).map(|(_, point)| point)
}

/// Where the lines stand in `area`: beside a border at the left, and under one.
fn inner(area: Rect) -> Rect {
    let (width, height) = (area.width.saturating_sub(3), area.height.saturating_sub(1));
    Rect { x: area.x + 2, y: area.y + 1, width, height }
}

/// Draws the focused account from line `top` on, and answers the links in view.
pub fn draw(app: &App, top: usize, area: Rect, buf: &mut Buffer) -> Vec<TextLink> {
    if area.width < 4 || area.height < 2 {
        return Vec::new();
    }
    let theme = &app.theme;
    wipe(buf, area);
    let DetailLines { lines, links, .. } = page(app);
    let name = app.focused().map_or("no account", |account| account.name());
    let title = format!(" {} ", text::cut(&text::clean(name), usize::from(area.width - 4)));
    // Thick lines, so that one sees without colour too where the keys go.
    let has_keys = app.mode() == InputMode::Detail;
    let block = Block::new()
        .borders(Borders::LEFT | Borders::TOP)
        .border_type(if has_keys { BorderType::Thick } else { BorderType::Plain })
        .border_style(theme.style(if has_keys { Role::Accent } else { Role::Border }))
        .title(Span::styled(title, theme.style(Role::Accent)));
    block.render(area, buf);
    let inner = inner(area);
    put_lines(buf, inner, &lines, top);
    let below = lines.len().saturating_sub(top + usize::from(inner.height));
    if below > 0 {
        put_right(buf, area, &format!(" {below} more ↓ "), theme.style(Role::Dim));
    }
    in_view(links, top, inner)
}

struct DetailLines<'a> {
    app: &'a App,
    width: usize,
    lines: Vec<Line<'static>>,
    links: Vec<LineLink>,
    /// The lines that tick a point of the checklist.
    ticks: Vec<(usize, PointId)>,
}

/// Text in a line that leads to an address.
struct LineLink {
    line: usize,
    /// How many cells stand before it.
    x: usize,
    text: String,
    address: String,
}

impl DetailLines<'_> {
    fn account(&mut self, account: &Account) {
        self.summary(account);
        self.reasons(account);
        self.open(account);
        self.pages(account);
        self.checklist(account);
        self.refunds(account);
        self.notes(account);
        self.history(account);
        self.signals(account);
        self.facts(account);
        self.stamps(account);
    }

    fn summary(&mut self, account: &Account) {
        let app = self.app;
        self.field("Id", account.id.as_str(), "");
        let since = account.placement.as_ref().map(|place| self.since(place.since)).unwrap_or_default();
        match app.board.position_of(account) {
            Position::OffBoard => self.field("Stage", "off the board", ""),
            Position::InStage(_, stage) => self.field("Stage", &stage.label, &since),
            Position::Unmapped(label) => {
                self.field("Stage", &format!("unmapped: {label}"), &since);
            }
        }
        if stage_differs(app, account) {
            let says = account.text(&FactKey::StageLabel).unwrap_or_default();
            self.field("≠ import", &format!("says {says}"), "import --take-stages accepts it");
        }
        match account.next_renewal(app.now.today()) {
            Some(date) => {
                self.field("Renewal", &dates::day(&app.now, date), &dates::distance(&app.now, date));
            }
            None => self.field("Renewal", "unknown", ""),
        }
        if let Some(snooze) = account.snooze.as_ref().filter(|_| account.is_snoozed(app.now.at)) {
            self.field("Snoozed", &format!("until {}", dates::end(&self.app.now, snooze.until)), "");
        }
        for key in [FactKey::Contacts, FactKey::AdminEmails, FactKey::RememberedContacts] {
            if let Some(fact) = account.fact(&key) {
                let first = self.lines.len();
                self.field(&key.title(), &fact.to_string(), "");
                for email in account.emails() {
                    self.link(first, email, mailto(email));
                }
            }
        }
        let owner = account.owner().unwrap_or("no owner");
        let short = self.app.roster().short(owner);
        self.field("Owner", short, if short == owner { "" } else { owner });
        if let Some(cover) = &account.cover {
            let covered = account.covered_owner().map_or("nobody", |owner| self.app.roster().short(owner));
            let until = dates::end(&self.app.now, cover.until);
            self.field("", &format!("held for {covered} until {until}"), "");
        }
        if let Some((week, _)) = week(app, account) {
            self.field("Week", &week, &format!("target {} weeks", app.board.pipeline().target_weeks));
        }
        if let Some(engaged) = account.engaged {
            self.field("Engaged", &self.day(engaged), "");
        }
        if account.risk.level != RiskLevel::None {
            let why = account.risk.reason.as_deref().unwrap_or_default().to_owned();
            self.field("Payment risk", &account.risk.level.to_string(), &why);
        }
        if !account.segments.is_empty() {
            let segments: Vec<&str> = account.segments.iter().map(|segment| &**segment).collect();
            self.field("Segments", &segments.join(", "), "");
        }
    }

    /// The pages about it in other systems.
    fn pages(&mut self, account: &Account) {
        let links = &self.app.setup.links;
        let known = links.iter().filter_map(|link| Some((&link.name, link.address(account).ok()?)));
        let known: Vec<(&String, String)> = known.collect();
        if known.is_empty() {
            return;
        }
        self.heading("Links");
        for (name, address) in known {
            let first = self.lines.len();
            let room = self.width.saturating_sub(self.label() + 1).max(4);
            let shown = text::cut(&text::clean(&address), room).into_owned();
            self.field(name, &shown, "");
            self.link(first, &shown, address);
        }
    }

    /// Has `shown` lead to `address`, where it stands in one piece in one of the lines from line `first` on.
    fn link(&mut self, first: usize, shown: &str, address: String) {
        let is_part = |c: char| c.is_alphanumeric() || "@._-+".contains(c);
        for (line, spans) in self.lines.iter().enumerate().skip(first) {
            let text = spans.to_string();
            let place = text
                .match_indices(shown)
                .map(|(at, _)| at)
                .find(|at| !text[..*at].ends_with(is_part) && !text[at + shown.len()..].starts_with(is_part));
            if let Some(at) = place {
                let (x, text) = (text::width(&text[..at]), shown.to_owned());
                return self.links.push(LineLink { line, x, text, address });
            }
        }
    }

    /// The cells of the name of a field.
    fn label(&self) -> usize {
        (self.width / 3).clamp(8, 18)
    }

    /// The facts, those from one source together: the latest source first.
    fn facts(&mut self, account: &Account) {
        self.heading(&plural(account.facts.len(), "fact", "facts"));
        let mut sources: Vec<(DateTime<Utc>, &str)> =
            account.facts.values().map(|fact| (fact.at, &*fact.source)).collect();
        sources.sort_unstable();
        sources.dedup();
        for (at, source) in sources.into_iter().rev() {
            self.say(Role::Dim, &format!("from {source}, {}", self.moment(at)));
            for (key, fact) in
                account.facts.iter().filter(|(_, fact)| fact.at == at && &*fact.source == source)
            {
                let value = match &fact.value {
                    FactValue::Date(date) => dates::day(&self.app.now, *date),
                    value => value.to_string(),
                };
                self.field(&key.title(), &value, "");
            }
        }
    }

    /// Everything it needs a person for, and what to press for each.
    fn reasons(&mut self, account: &Account) {
        let reasons = self.app.queue.reasons(&account.id);
        if reasons.is_empty() {
            return;
        }
        self.heading("Needs you");
        for reason in reasons {
            self.field(&hint(self.app, reason), &reasons::text(reason, &self.app.now), "");
        }
    }

    /// What is open: alerts, tasks and calls.
    fn open(&mut self, account: &Account) {
        let now = self.app.now;
        let alerts: Vec<String> = self
            .app
            .board
            .alerts_of(&account.id)
            .filter(|alert| !alert.is_closed())
            .map(|alert| alert_text(alert, &now))
            .collect();
        let tasks =
            account.tasks.values().filter(|task| task.done.is_none()).map(|task| task_with_due(task, &now));
        let calls = account.calls.values().filter(|call| call.outcome.is_none());
        let calls = calls.map(|call| format!("call on {}", self.moment(call.starts_at)));
        let open: Vec<String> = tasks.chain(calls).collect();
        if alerts.is_empty() && open.is_empty() {
            return;
        }
        self.heading("Open");
        for alert in &alerts {
            self.say(Role::Danger, alert);
        }
        for words in &open {
            self.say(Role::Text, words);
        }
    }

    fn checklist(&mut self, account: &Account) {
        for (line, point) in checklist::lines(self.app, account, self.width) {
            self.ticks.extend(point.map(|point| (self.lines.len(), point)));
            self.lines.push(line);
        }
    }

    fn refunds(&mut self, account: &Account) {
        if account.refunds.is_empty() {
            return;
        }
        self.heading("Refunds and adjustments");
        let rows = account.refunds.iter().rev();
        self.dated(rows.map(|it| (it.at, format!("{} by {}", refund(it), it.by))).collect());
    }

    /// What happened, latest first.
    fn signals(&mut self, account: &Account) {
        if account.signals.is_empty() {
            return;
        }
        self.heading("What happened");
        let rows = account.signals.iter().rev().take(SIGNALS).map(|signal| {
            let by = signal.by.as_deref().map(|by| format!(" by {by}")).unwrap_or_default();
            (signal.at, format!("{}{by}", signals::title(&signal.data)))
        });
        self.dated(rows.collect());
        if account.signals.len() > SIGNALS {
            self.say(Role::Dim, &format!("and {} before", account.signals.len() - SIGNALS));
        }
    }

    fn history(&mut self, account: &Account) {
        self.heading("Stage history");
        if account.history.is_empty() {
            self.say(Role::Dim, "never on the board");
        }
        for (at, item) in account.history.iter().enumerate().rev() {
            let until = account.history.get(at + 1).map_or(self.app.now.at, |next| next.at);
            let days = (self.app.now.date(until) - self.app.now.date(item.at)).num_days();
            let name = |stage: &Option<StageId>| {
                stage.as_ref().map_or_else(|| "off the board".to_owned(), ToString::to_string)
            };
            let to = item.to.as_ref().map_or("off the board", |to| self.app.board.pipeline().label(to));
            let stayed = match (&item.to, days) {
                (None, _) => String::new(),
                (Some(_), 0) => " · same day".to_owned(),
                (Some(_), days) => format!(" · {days} days"),
            };
            let days = if days == 1 { " · 1 day".to_owned() } else { stayed };
            self.say(Role::Text, &format!("{} → {to}{days}", name(&item.from)));
            let cause = entries::cause(&item.cause);
            let cause = cause.map_or_else(String::new, |cause| format!(", {cause}"));
            self.say(Role::Dim, &format!("  {} by {}{cause}", self.moment(item.at), item.by));
            if let Some(reason) = &item.reason {
                self.say(Role::Text, &format!("  “{reason}”"));
            }
        }
    }

    fn stamps(&mut self, account: &Account) {
        if account.stamps.is_empty() {
            return;
        }
        self.heading("First entered");
        let pipeline = self.app.board.pipeline();
        let rows = account.stamps.iter().map(|(stamp, at)| {
            let name = match pipeline.stages().iter().find(|stage| stage.id.as_str() == &**stamp) {
                Some(stage) => stage.label.to_string(),
                None => format!("{stamp}. (any of bucket {stamp})"),
            };
            (*at, if account.is_imported(*at) { format!("{name}, as imported") } else { name })
        });
        self.dated(rows.collect());
    }

    /// What happened when, the words under each other.
    fn dated(&mut self, rows: Vec<(DateTime<Utc>, String)>) {
        let moments: Vec<String> = rows.iter().map(|(at, _)| self.moment(*at)).collect();
        let width = moments.iter().map(|moment| text::width(moment)).max().unwrap_or(0);
        for (moment, (_, words)) in moments.iter().zip(rows) {
            self.say(Role::Text, &format!("{}  {words}", text::fit(moment, width)));
        }
    }

    fn notes(&mut self, account: &Account) {
        if account.notes.is_empty() {
            return;
        }
        self.heading("Notes");
        for note in account.notes.iter().rev() {
            self.say(Role::Dim, &format!("{} by {}", self.moment(note.at), note.by));
            for line in note.text.lines() {
                self.say(Role::Text, line);
            }
        }
    }

    fn heading(&mut self, words: &str) {
        self.lines.push(Line::default());
        self.lines.push(Line::styled(words.to_owned(), self.app.theme.style(Role::Header)));
    }

    /// A name, its value, and a remark that is left out where it does not fit.
    fn field(&mut self, name: &str, value: &str, remark: &str) {
        let theme = &self.app.theme;
        let label = self.label();
        let (name, value, remark) = (text::clean(name), text::clean(value), text::clean(remark));
        let room = self.width.saturating_sub(label + 1);
        let mut wrapped = textwrap::wrap(&value, room.max(4)).into_iter().map(std::borrow::Cow::into_owned);
        let first = wrapped.next().unwrap_or_default();
        let left = room.saturating_sub(text::width(&first) + 2);
        let mut line = Line::from(vec![
            Span::styled(text::fit(&name, label), theme.style(Role::Dim)),
            Span::raw(" "),
            Span::styled(first, theme.style(Role::Text)),
        ]);
        if !remark.is_empty() && text::width(&remark) <= left {
            line.push_span(Span::styled(format!("  {remark}"), theme.style(Role::Dim)));
            self.lines.push(line);
            return;
        }
        self.lines.push(line);
        let remarks = textwrap::wrap(&remark, room.max(4)).into_iter().map(std::borrow::Cow::into_owned);
        let indent = " ".repeat(label + 1);
        for part in wrapped {
            self.lines.push(Line::styled(format!("{indent}{part}"), theme.style(Role::Text)));
        }
        for part in remarks.filter(|part| !part.is_empty()) {
            self.lines.push(Line::styled(format!("{indent}{part}"), theme.style(Role::Dim)));
        }
    }

    fn say(&mut self, role: Role, words: &str) {
        let style = self.app.theme.style(role);
        let indent = " ".repeat(words.len() - words.trim_start().len());
        let options = textwrap::Options::new(self.width).subsequent_indent(&indent);
        for part in textwrap::wrap(&text::clean(words), options) {
            self.lines.push(Line::styled(part.into_owned(), style));
        }
    }

    fn day(&self, at: DateTime<Utc>) -> String {
        dates::day(&self.app.now, self.app.now.date(at))
    }

    fn moment(&self, at: DateTime<Utc>) -> String {
        dates::moment(&self.app.now, at)
    }

    fn since(&self, at: DateTime<Utc>) -> String {
        match self.app.now.days_since(at) {
            0 => "since today".to_owned(),
            1 => "since yesterday".to_owned(),
            days => format!("since {}, {days} days", self.day(at)),
        }
    }
}

/// The address by which a program writes to `email`.
fn mailto(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((name, domain)) => format!("mailto:{}@{}", percent_encoded(name), percent_encoded(domain)),
        None => format!("mailto:{}", percent_encoded(email)),
    }
}
