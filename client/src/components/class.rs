//! What things look like.

use yew::Classes;

/// A class, and perhaps one more: `classes!`, compiled once.
pub fn class(name: &'static str, mark: Option<&'static str>) -> Classes {
    [Some(name), mark].into_iter().flatten().collect()
}
