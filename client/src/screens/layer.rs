//! What lies above the stage of a call, and where the browser's Back leads from there.

use std::rc::Rc;

use mesh::Phase;
use yew::prelude::*;

use crate::{
    browser::{self, location::BackGuard},
    components::{controls::Panel, hooks::use_boxed_effect},
};

/// What a person in a call has before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The stage alone.
    Stage,
    /// A panel beside it.
    Panel(Panel),
    /// The controls that a narrow screen has no room for.
    More,
    /// What can be set.
    Settings,
    /// What keys do.
    Shortcuts,
    /// The QR code of the link.
    QrCode,
    /// The question whether to leave.
    Question,
    /// What comes after the call.
    Left,
}

impl Layer {
    /// Where Back leads: what is open closes first, the question too. **Nothing ends a call
    /// unasked**; one that has not begun ends.
    pub fn back(self, phase: Phase) -> Self {
        match (self, phase) {
            (
                Self::Panel(_)
                | Self::More
                | Self::Settings
                | Self::Shortcuts
                | Self::QrCode
                | Self::Question,
                _,
            ) => Self::Stage,
            (Self::Stage, Phase::InCall) => Self::Question,
            (Self::Stage | Self::Left, _) => Self::Left,
        }
    }

    /// The panel, if it is one.
    pub fn panel(self) -> Option<Panel> {
        match self {
            Self::Panel(panel) => Some(panel),
            _ => None,
        }
    }

    /// Whether it is a dialog, which nothing below it can be used beside.
    pub fn is_modal(self) -> bool {
        matches!(
            self,
            Self::Settings | Self::Shortcuts | Self::QrCode | Self::Question
        )
    }
}

impl From<Option<Panel>> for Layer {
    fn from(panel: Option<Panel>) -> Self {
        panel.map_or(Self::Stage, Self::Panel)
    }
}

/// How a person goes from one to another.
pub struct Open {
    /// Nothing lies above the stage any more.
    pub stage: Callback<()>,
    /// This panel does, or none.
    pub panel: Callback<Option<Panel>>,
    /// What there was no room for does, or not.
    pub more: Callback<bool>,
    /// What can be set does.
    pub settings: Callback<()>,
    /// What keys do does.
    pub shortcuts: Callback<()>,
    /// The QR code of the link does.
    pub qr_code: Callback<()>,
}

impl Open {
    fn above(layer: &UseStateSetter<Layer>) -> Self {
        let to = |target| {
            let layer = layer.clone();
            Callback::from(move |()| layer.set(target))
        };
        Self {
            stage: to(Layer::Stage),
            settings: to(Layer::Settings),
            shortcuts: to(Layer::Shortcuts),
            qr_code: to(Layer::QrCode),
            panel: {
                let layer = layer.clone();
                Callback::from(move |panel: Option<Panel>| layer.set(panel.into()))
            },
            more: {
                let layer = layer.clone();
                Callback::from(move |more| layer.set(if more { Layer::More } else { Layer::Stage }))
            },
        }
    }
}

/// What lies above the stage, and how to change it. Back changes it too, and stays at this address.
#[hook]
pub fn use_layer(
    address: &AttrValue,
    phase: Phase,
    onleave: &Callback<()>,
) -> (UseStateHandle<Layer>, Rc<Open>) {
    let layer = use_state_eq(|| Layer::Stage);
    let back = {
        let (layer, onleave) = (layer.clone(), onleave.clone());
        Callback::from(move |()| match layer.back(phase) {
            Layer::Question | Layer::Left if browser::leave_full_screen() => {}
            Layer::Left => onleave.emit(()),
            next => layer.set(next),
        })
    };
    use_back(address, back);
    let open = use_memo(layer.setter(), Open::above);
    (layer, open)
}

/// What can be set does no more; it may have opened what keys do.
#[hook]
pub fn use_no_settings(layer: &UseStateHandle<Layer>) -> Callback<()> {
    use_callback(layer.clone(), |(), layer| {
        if **layer == Layer::Settings {
            layer.set(Layer::Stage);
        }
    })
}

/// Back calls this, as it was when last drawn.
#[hook]
fn use_back(address: &AttrValue, back: Callback<()>) {
    let latest = use_mut_ref(|| back.clone());
    *latest.borrow_mut() = back;
    use_boxed_effect(address.clone(), move |address| {
        let guard = BackGuard::new(address.to_string(), move || {
            let back = latest.borrow().clone();
            back.emit(());
        });
        move || drop(guard)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_closes_what_is_open_before_it_asks() {
        for open in [
            Layer::Panel(Panel::Chat),
            Layer::Panel(Panel::People),
            Layer::More,
            Layer::Settings,
            Layer::Shortcuts,
            Layer::QrCode,
            Layer::Question,
        ] {
            assert_eq!(open.back(Phase::InCall), Layer::Stage);
        }
        assert_eq!(Layer::Stage.back(Phase::InCall), Layer::Question);
    }

    #[test]
    fn back_asks_nobody_who_is_not_in_yet() {
        assert_eq!(Layer::Stage.back(Phase::Joining), Layer::Left);
    }
}
