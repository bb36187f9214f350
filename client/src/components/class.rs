//! What things look like.

use yew::Classes;

/// A class, and perhaps one more: `classes!`, compiled once.
pub fn class(name: &'static str, mark: Option<&'static str>) -> Classes {
    let mut classes = Classes::from(name);
    if let Some(mark) = mark {
        classes.push(mark);
    }
    classes
}
