//! How often yew draws components, as its own tracing tells.

use std::sync::{
    Once,
    atomic::{AtomicUsize, Ordering},
};

use tracing::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record},
    subscriber,
};

static DRAWS: AtomicUsize = AtomicUsize::new(0);

/// How many components were drawn, each as often as it was, since the first call.
pub fn count() -> usize {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| subscriber::set_global_default(Draws).unwrap());
    DRAWS.load(Ordering::Relaxed)
}

struct Draws;

impl Subscriber for Draws {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name() == "render" && metadata.target().starts_with("yew::")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        DRAWS.fetch_add(1, Ordering::Relaxed);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
