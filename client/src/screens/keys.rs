//! Keys, wherever the focus is.

use std::{cell::Cell, rc::Rc};

use mesh::{Device, PerSource, Source, Wish};
use yew::prelude::*;

use crate::{
    browser::{self, KeyEvent, Preference, display},
    components::{controls::Panel, hooks::use_boxed_effect, pins::TileId},
    screens::layer::Layer,
    shortcut::Shortcut,
};

/// What keys act on.
#[derive(Clone)]
pub struct Keyboard {
    /// What lies above the stage.
    pub layer: UseStateHandle<Layer>,
    /// One's own devices.
    pub devices: PerSource<Device>,
    /// There is a microphone to talk with: nobody is asked for one because of a space bar.
    pub can_talk: bool,
    /// Whether one's hand is up.
    pub hand: bool,
    /// The tiles, from the first to the last.
    pub tiles: Vec<TileId>,
    /// The person wants devices on or off.
    pub onwant: Callback<Wish>,
    /// The person wants the hand up or down.
    pub onhand: Callback<bool>,
    /// The person pins a tile, or unpins it.
    pub onpin: Callback<TileId>,
}

/// Has keys do what buttons do, with what was last drawn. **A dialog has the keyboard to itself**,
/// but for the news that a key was released.
#[hook]
pub fn use_keyboard(keyboard: Keyboard) {
    let latest = use_mut_ref(|| keyboard.clone());
    *latest.borrow_mut() = keyboard;
    use_boxed_effect((), move |()| {
        let talks = Rc::new(Cell::new(false));
        let watch = browser::watch_keys(move |event| {
            let keyboard = latest.borrow().clone();
            let keyed = keyed(&event, keyboard.layer.is_modal());
            if let Some(keyed) = keyed {
                keyboard.act(keyed, &talks);
            }
            matches!(keyed, Some(Keyed::Shortcut(_)))
        });
        move || drop(watch)
    });
}

impl Keyboard {
    /// `talks` while the microphone is on for as long as the space bar is held.
    fn act(&self, keyed: Keyed, talks: &Cell<bool>) {
        match keyed {
            Keyed::Escape if !self.layer.is_modal() => self.layer.set(Layer::Stage),
            Keyed::Escape => {}
            // Whoever has muted meanwhile stays muted.
            Keyed::Released if talks.replace(false) => self.want(Source::Microphone, false),
            Keyed::Released => {}
            Keyed::Shortcut(Shortcut::Talk) => {
                if self.can_talk && self.devices[Source::Microphone] == Device::Off {
                    talks.set(true);
                    self.want(Source::Microphone, true);
                }
            }
            Keyed::Shortcut(Shortcut::Microphone) => {
                talks.set(false);
                self.toggle(Source::Microphone);
            }
            Keyed::Shortcut(Shortcut::Camera) => self.toggle(Source::Camera),
            Keyed::Shortcut(Shortcut::Screen) if display::can_share() => {
                self.toggle(Source::Screen);
            }
            Keyed::Shortcut(Shortcut::Screen) => {}
            Keyed::Shortcut(Shortcut::Hand) => self.onhand.emit(!self.hand),
            Keyed::Shortcut(Shortcut::Chat) => self.show(Layer::Panel(Panel::Chat)),
            Keyed::Shortcut(Shortcut::People) => self.show(Layer::Panel(Panel::People)),
            Keyed::Shortcut(Shortcut::Sheet) => self.show(Layer::Shortcuts),
            Keyed::Shortcut(Shortcut::Pin(place)) => {
                let tile = self.tiles.get(place);
                tile.iter().for_each(|tile| self.onpin.emit(**tile));
            }
        }
    }

    fn toggle(&self, source: Source) {
        self.want(source, !self.devices[source].is_wanted());
    }

    fn want(&self, source: Source, on: bool) {
        self.onwant.emit(PerSource::only(&[source], Some(on)));
    }

    /// Shows this, or hides it.
    fn show(&self, layer: Layer) {
        let is_shown = *self.layer == layer;
        self.layer.set(if is_shown { Layer::Stage } else { layer });
    }
}

/// What the keyboard has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keyed {
    /// A shortcut.
    Shortcut(Shortcut),
    /// The space bar was released, or the window lost the focus and with it the news of that.
    Released,
    /// What is open closes.
    Escape,
}

fn keyed(event: &KeyEvent, is_modal: bool) -> Option<Keyed> {
    match event {
        KeyEvent::Up(key) if key.code == "Space" => Some(Keyed::Released),
        KeyEvent::Blur => Some(Keyed::Released),
        KeyEvent::Down(_) if is_modal => None,
        KeyEvent::Down(key) if key.key == "Escape" && !key.composing => Some(Keyed::Escape),
        KeyEvent::Down(key) => {
            let shortcut = Shortcut::of(key).filter(|shortcut| is_on(*shortcut));
            shortcut.map(Keyed::Shortcut)
        }
        KeyEvent::Up(_) => None,
    }
}

fn is_on(shortcut: Shortcut) -> bool {
    match shortcut {
        Shortcut::Talk => Preference::PushToTalk.is_on(),
        _ => Preference::Shortcuts.is_on(),
    }
}
