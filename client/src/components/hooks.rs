//! Hooks that are compiled once, however often they are used.

use std::{any::Any, rc::Rc};

use yew::{functional::TearDown, prelude::*};

/// Does what yew's `use_effect_with` does. **That is compiled for each effect anew, of a kilobyte
/// each; this once for all of them**, by what it keeps being boxed.
#[hook]
pub fn use_boxed_effect<T, D>(deps: T, effect: impl FnOnce(&T) -> D + 'static)
where
    T: PartialEq + 'static,
    D: TearDown,
{
    let deps = Rc::new(deps);
    let effect = {
        let deps = deps.clone();
        move || {
            let end = effect(&deps);
            let end: Box<dyn FnOnce()> = Box::new(move || end.tear_down());
            end
        }
    };
    use_boxed(Deps(deps), Box::new(effect));
}

/// Does what yew's `use_effect` does: something after each drawing.
#[hook]
pub fn use_boxed_effect_always<D: TearDown>(effect: impl FnOnce() -> D + 'static) {
    use_boxed_effect(Anew, |_| effect());
}

/// Is never what it was.
struct Anew;

impl PartialEq for Anew {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// What is so or not, at first as it says here.
#[hook]
pub fn use_flag(first: bool) -> UseStateHandle<bool> {
    use_state_eq(|| first)
}

#[hook]
fn use_boxed(deps: Deps, effect: Box<dyn FnOnce() -> Box<dyn FnOnce()>>) {
    use_effect_with(deps, |_| effect());
}

/// What an effect depends on, of whatever type.
struct Deps(Rc<dyn Comparable>);

impl PartialEq for Deps {
    fn eq(&self, other: &Self) -> bool {
        self.0.is(&*other.0)
    }
}

trait Comparable: Any {
    fn is(&self, other: &dyn Comparable) -> bool;
}

impl<T: PartialEq + 'static> Comparable for T {
    fn is(&self, other: &dyn Comparable) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref() == Some(self)
    }
}
