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

/// The box in the lower right corner of the body, while somebody takes the tour.
pub fn placed(app: &App) -> Option<TourBox> {
    let tour = app.tour.as_ref()?;
    let body = areas(app).whole_body();
    let width = WIDTH.min(body.width);
    let words = words(app, &tour.step().says);
    let lines = textwrap::wrap(&words, usize::from(width.saturating_sub(4)).max(8));
    let lines: Vec<String> = lines.into_iter().map(std::borrow::Cow::into_owned).collect();
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(body.height);
    let area = Rect { x: body.right() - width, y: body.bottom() - height, width, height };
    Some(TourBox { area, lines })
}

/// The fewest lines that are worth drawing over the box of the tour.
const LEAST_OVER: u16 = 6;

/// The body over that box: where the tour has somebody read something, that is not to lie under it. All of the body where
/// there is no room over it.
pub fn body_over(app: &App) -> Rect {
    let body = areas(app).body;
    let height = placed(app).map_or(body.height, |tour| body.height.saturating_sub(tour.area.height));
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
