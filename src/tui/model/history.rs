//! What was on the screen before something was opened over it.

use crate::tui::model::filter::Filter;
use crate::tui::model::focus::{Focus, Overlay, View};
use crate::tui::model::screens::ScreenState;

/// What was on the screen before.
#[derive(Clone, Debug)]
pub struct HistoryStep {
    pub overlay: Option<Overlay>,
    pub page: Option<ScreenState>,
    /// Where the person stood under a screen, if it was left for accounts.
    pub stand: Option<UnderScreen>,
}

#[derive(Clone, Debug)]
pub struct UnderScreen {
    pub view: View,
    pub focus: Focus,
    pub filter: Option<Filter>,
}
