//! What the browser's tab tells of a page that nobody looks at.

use std::cell::{Cell, RefCell};

use web_sys::Element;

use super::document::document;

thread_local! {
    static TITLE: RefCell<String> = const { RefCell::new(String::new()) };
    static UNREAD: Cell<usize> = const { Cell::new(0) };
}

/// What the tab is called, after the number of messages that nobody has seen.
pub fn set_title(title: &str) {
    TITLE.set(title.to_owned());
    show_title();
}

/// How many messages nobody has seen.
pub fn set_unread(unread: usize) {
    UNREAD.set(unread);
    show_title();
}

fn show_title() {
    let (title, unread) = (TITLE.with_borrow(Clone::clone), UNREAD.get());
    let title = match unread {
        0 => title,
        unread => format!("({unread}) {title}"),
    };
    if let Some(document) = document() {
        document.set_title(&title);
    }
}

/// Madang's mark with a red light.
const ON_AIR: &str = "data:image/svg+xml,\
    <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>\
    <rect width='32' height='32' rx='8' fill='%2314795c'/>\
    <path d='M9 10.5h14L16 22.5Z' fill='none' stroke='white' stroke-width='2'/>\
    <circle cx='24' cy='24' r='8' fill='%23ff3b30' stroke='white' stroke-width='2'/></svg>";

/// As long as it lives the tab's icon tells that the microphone is on.
pub struct OnAir(Option<(Element, String)>);

impl OnAir {
    /// From now on it tells.
    pub fn new() -> Self {
        let icon = || {
            let link = document()?.query_selector("link[rel=icon]").ok()??;
            let before = link.get_attribute("href")?;
            link.set_attribute("href", ON_AIR).ok()?;
            Some((link, before))
        };
        Self(icon())
    }
}

impl Default for OnAir {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for OnAir {
    fn drop(&mut self) {
        if let Some((link, before)) = &self.0 {
            // It was taken before.
            let _ = link.set_attribute("href", before);
        }
    }
}
