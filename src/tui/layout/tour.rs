//! Where the box of the tour lies, and what it says.

use ratatui::layout::Rect;

use super::areas;
use crate::tui::input::action::Action;
use crate::tui::model::app::App;

const WIDTH: u16 = 62;

/// What the tour says next, in its box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TourBox {
    /// Frame included.
    pub area: Rect,
    pub lines: Vec<String>,
}

/// The box, while somebody takes the tour: under the account beside the list, or else in the lower right corner of the body.
pub fn placed(app: &App) -> Option<TourBox> {
    let areas = areas(app);
    let body = areas.body;
    let under = areas.dock.bottom();
    if !areas.dock.is_empty() && under < body.bottom() {
        let area = Rect { y: under, height: body.bottom() - under, ..areas.dock };
        return Some(TourBox { area, lines: lines(app, area.width)? });
    }
    let body = areas.whole_body();
    let width = WIDTH.min(body.width);
    let lines = lines(app, width)?;
    let height = height(&lines).min(body.height);
    let area = Rect { x: body.right() - width, y: body.bottom() - height, width, height };
    Some(TourBox { area, lines })
}

/// The fewest lines that are left of the account over the box.
const LEAST_ACCOUNT: u16 = 12;

/// How many lines the box takes under an account of `width` cells, which has `room` lines without it; none where too few would be
/// left.
pub(super) fn height_under(app: &App, width: u16, room: u16) -> u16 {
    let height = lines(app, width).map_or(0, |lines| height(&lines));
    if height + LEAST_ACCOUNT <= room { height } else { 0 }
}

/// What it says, in a box of `width` cells.
fn lines(app: &App, width: u16) -> Option<Vec<String>> {
    let words = words(app, &app.tour.as_ref()?.step().says);
    let lines = textwrap::wrap(&words, usize::from(width.saturating_sub(4)).max(8));
    Some(lines.into_iter().map(std::borrow::Cow::into_owned).collect())
}

/// How high the box of these lines is, with its frame.
fn height(lines: &[String]) -> u16 {
    u16::try_from(lines.len() + 2).unwrap_or(u16::MAX)
}

/// The fewest lines that are worth drawing over the box of the tour.
const LEAST_OVER: u16 = 6;

/// The body over that box: where the tour has somebody read something, that is not to lie under it. All of the body where
/// there is no room over it.
pub fn body_over(app: &App) -> Rect {
    let body = areas(app).body;
    let over = |tour: TourBox| {
        if tour.area.intersects(body) { body.height.saturating_sub(tour.area.height) } else { body.height }
    };
    let height = placed(app).map_or(body.height, over);
    if height < LEAST_OVER { body } else { Rect { height, ..body } }
}

/// `says` with the keys of the actions in it.
pub(in crate::tui) fn words(app: &App, says: &str) -> String {
    let mut words = String::new();
    let mut rest = says;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let key = Action::named(name).and_then(|action| app.board_key(action));
        words.extend([before, key.as_deref().unwrap_or(name)]);
        rest = after;
    }
    words + rest
}

/// The keys that stand for actions in `says`.
pub(in crate::tui) fn keys_in(app: &App, says: &str) -> Vec<String> {
    let names = says.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    names.filter_map(|(name, _)| app.board_key(Action::named(name)?)).collect()
}
