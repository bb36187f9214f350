//! The words that stand on the page as long as the program does not draw; see `start.js` and
//! `index.html`.

use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = madang)]
    fn tell(section: &str) -> Result<(), JsValue>;
}

/// Takes the words away; where the program draws from now on.
pub fn begin() -> Option<Element> {
    // Without the words there is nothing to take away.
    let _ = tell("");
    web_sys::window()?.document()?.get_element_by_id("page")
}
