//! Charts in cells: where the marks of a chart lie, and which letters draw them. Arithmetic alone: no colours, no screen.
//!
//! Nothing here divides by what may be nothing: a chart of zeros is empty, and one of a single value fills its room.

pub mod area;
pub mod axis;
pub mod bars;
pub mod dots;
