//! Whether something is used.

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use crate::{
    browser,
    components::hooks::{use_boxed_effect, use_flag},
};

/// How long nobody does anything before something counts as idle, in milliseconds.
const PATIENCE: u32 = 4_000;

/// Whether nobody has done anything for a while, neither at the page nor at the element that the
/// reference is put on. Where that is not watched, it is never so.
#[hook]
pub fn use_idle(watched: bool) -> (NodeRef, bool) {
    let node = use_node_ref();
    let idle = use_flag(false);
    {
        let (node, idle) = (node.clone(), idle.setter());
        use_boxed_effect(watched, move |watched| {
            idle.set(false);
            let watch = watched.then(|| Watch::begin(node, idle));
            move || drop(watch)
        });
    }
    (node, watched && *idle)
}

struct Watch {
    countdown: Countdown,
    _listeners: Vec<browser::Listener>,
}

impl Watch {
    fn begin(node: NodeRef, idle: UseStateSetter<bool>) -> Self {
        let countdown = Countdown {
            node,
            idle,
            timer: Rc::default(),
        };
        countdown.begin();
        let listeners = {
            let countdown = countdown.clone();
            browser::watch_activity(move || countdown.begin())
        };
        Self {
            countdown,
            _listeners: listeners,
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It holds what it would end.
        self.countdown.timer.take();
    }
}

#[derive(Clone)]
struct Countdown {
    node: NodeRef,
    idle: UseStateSetter<bool>,
    /// Nothing while it is idle.
    timer: Rc<RefCell<Option<Timeout>>>,
}

impl Countdown {
    /// Begins anew; returns whether it was idle.
    fn begin(&self) -> bool {
        let next = self.clone();
        let before = self
            .timer
            .replace(Some(Timeout::new(PATIENCE, move || next.end())));
        self.idle.set(false);
        before.is_none()
    }

    fn end(&self) {
        if self
            .node
            .get()
            .is_some_and(|node| browser::is_in_use(&node))
        {
            self.begin();
        } else {
            self.timer.take();
            self.idle.set(true);
        }
    }
}
