//! Reactions in a real browser: offered, chosen, and shown.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod drawn;

use std::{cell::RefCell, rc::Rc};

use client::components::{
    pins::Pins,
    reactions::{Reactions, ReactionsProps},
    tiles::{Tiles, TilesProps},
};
use drawn::Drawn;
use mesh::PerSource;
use protocol::{Name, PeerId, Reaction};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::Callback;

wasm_bindgen_test_configure!(run_in_browser);

const BUTTON: &str = "[aria-label=React]";

#[wasm_bindgen_test]
async fn five_are_offered_and_go_when_one_is_chosen() {
    let (reactions, chosen) = reactions().await;
    assert!(reactions.find(".offered").is_none());
    reactions.click(BUTTON).await;
    let names =
        "return [...node.querySelectorAll('.offered button')].map(it => it.ariaLabel).join()";
    assert_eq!(
        reactions.run(names, "").as_string().unwrap(),
        "Thumbs up,Heart,Laughing,Applause,Surprised"
    );
    assert_eq!(focused(&reactions), "Thumbs up");
    reactions.click("[aria-label=Applause]").await;
    assert_eq!(*chosen.borrow(), [Reaction::Applause]);
    assert!(reactions.find(".offered").is_none());
    assert_eq!(focused(&reactions), "React");
}

#[wasm_bindgen_test]
async fn the_button_itself_and_escape_close_what_it_opened_and_nothing_else() {
    let (reactions, chosen) = reactions().await;
    reactions.click(BUTTON).await;
    reactions.click(BUTTON).await;
    assert!(reactions.find(".offered").is_none());
    reactions.click(BUTTON).await;
    assert!(!escapes(&reactions).await);
    assert!(reactions.find(".offered").is_none());
    assert_eq!(focused(&reactions), "React");
    assert!(escapes(&reactions).await, "nothing is open any more");
    assert_eq!(*chosen.borrow(), []);
}

#[wasm_bindgen_test]
async fn a_reaction_is_on_the_tile_of_who_reacts() {
    let (ada, me) = (PeerId([0; 16]), PeerId([9; 16]));
    let mut tiles = Drawn::<Tiles>::new(tiles(Vec::new())).await;
    assert!(tiles.find(".reaction").is_none());
    tiles
        .update(self::tiles(vec![
            (ada, Reaction::Heart),
            (me, Reaction::Laugh),
        ]))
        .await;
    let on = |name: &str| tiles.words(&format!("[aria-label='{name}'] .reaction .unseen"));
    assert_eq!(on("Ada").unwrap(), "Heart");
    assert_eq!(on("Ben"), None);
    assert_eq!(on("Me (you)").unwrap(), "Laughing");
    tiles
        .update(self::tiles(vec![(ada, Reaction::Surprise)]))
        .await;
    assert_eq!(tiles.words(".reaction .unseen").unwrap(), "Surprised");
    tiles.update(self::tiles(Vec::new())).await;
    assert!(tiles.find(".reaction").is_none());
}

async fn reactions() -> (Drawn<Reactions>, Rc<RefCell<Vec<Reaction>>>) {
    let chosen = Rc::<RefCell<Vec<_>>>::default();
    let onreact = {
        let chosen = chosen.clone();
        Callback::from(move |reaction| chosen.borrow_mut().push(reaction))
    };
    (Drawn::new(ReactionsProps { onreact }).await, chosen)
}

/// Presses Escape where the focus is; whether the page hears of it.
async fn escapes(reactions: &Drawn<Reactions>) -> bool {
    let press = "let heard = false;
        const listener = () => heard = true;
        addEventListener('keydown', listener);
        document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
        removeEventListener('keydown', listener);
        return heard";
    let heard = reactions.run(press, "").is_truthy();
    drawn::settle().await;
    heard
}

fn focused(reactions: &Drawn<Reactions>) -> String {
    let name = reactions.run("return document.activeElement.ariaLabel", "");
    name.as_string().unwrap_or_default()
}

/// Ada, Ben and oneself.
fn tiles(reactions: Vec<(PeerId, Reaction)>) -> TilesProps {
    TilesProps {
        name: Name::new("Me"),
        devices: PerSource::default(),
        own: [None, None],
        peers: drawn::peers(&["Ada", "Ben"]),
        id: Some(PeerId([9; 16])),
        hands: Vec::new(),
        reactions,
        speaking: Vec::new(),
        cameras: Default::default(),
        screens: Default::default(),
        numbers: Rc::default(),
        pins: Pins::default(),
        speaker: None,
        hides_own: false,
        onpin: Callback::noop(),
    }
}
