//! Who has the floor.

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;
use protocol::PeerId;
use yew::prelude::*;

use crate::{browser, components::hooks::use_boxed_effect, speech::Floor};

/// Who of the others has the floor, if any of them has spoken.
#[hook]
pub fn use_floor(speaking: &[PeerId], own: Option<PeerId>) -> Option<PeerId> {
    let floor = use_mut_ref(Floor::default);
    let holder = use_state_eq(|| None);
    let others = speaking.iter().copied().filter(|id| Some(*id) != own);
    {
        let holder = holder.setter();
        use_boxed_effect(others.collect(), move |others: &Vec<PeerId>| {
            let now = browser::monotonic();
            let due = hear(&floor, &holder, others, now);
            let again = due.map(|due| {
                let others = others.clone();
                Timeout::new((due - now).ceil() as u32, move || {
                    hear(&floor, &holder, &others, due);
                })
            });
            move || drop(again)
        });
    }
    *holder
}

fn hear(
    floor: &Rc<RefCell<Floor>>,
    holder: &UseStateSetter<Option<PeerId>>,
    speaking: &[PeerId],
    now: f64,
) -> Option<f64> {
    let mut floor = floor.borrow_mut();
    let due = floor.hear(speaking, now);
    holder.set(floor.holder());
    due
}
