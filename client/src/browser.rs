//! The browser, as the rest of the page sees it.
//!
//! What can throw is called through imports that `catch`: an exception that passes through Rust
//! would skip its destructors. For the same reason **no `RefCell` is borrowed while JavaScript
//! runs**.

pub mod capture;
pub mod connection;
pub mod display;
pub mod draft;
pub mod location;
pub mod reload;
pub mod socket;
pub mod storage;

mod activity;
mod channel;
mod chime;
mod clipboard;
mod clock;
mod crash;
mod document;
mod dom;
mod full_screen;
mod gathering;
mod key;
mod level;
mod lifecycle;
mod listener;
mod media_devices;
mod media_session;
mod picture_in_picture;
mod preference;
mod random;
mod receiver;
mod select;
mod sender;
mod shim;
mod size;
mod sound;
mod start;
mod stream;
mod support;
mod tab;
mod track;
pub(crate) mod transcript;
mod wake_lock;

pub use activity::{is_in_use, watch_activity};
pub use chime::{Chime, chime};
pub use clipboard::{can_share, copy_text, share};
pub use clock::{clock_time, monotonic, wall_clock};
pub use connection::Connection;
pub(crate) use crash::warn;
pub use crash::{Answer, LivenessProbe, held, watch_crashes};
pub use document::{focus_heading, is_visible, languages, on_visibility_change, set_language};
pub use dom::{
    focus, inner_size, is_at_end, on_composition_end, place, scroll_to_end, scroll_to_start,
    set_modal, set_text, text_of, value,
};
pub use full_screen::{
    has_full_screen, is_full_screen, leave_full_screen, on_full_screen_change, set_full_screen,
};
pub use gathering::{Gathering, tells_errors};
pub use key::{Key, KeyEvent, watch_keys};
pub use level::Level;
pub use lifecycle::{LeaveGuard, LifecycleEvent, PageLifecycle};
pub use listener::Listener;
pub use media_devices::{list_devices, watch_devices};
pub use media_session::{MediaSession, MediaSessionAction};
pub use picture_in_picture::{PictureInPicture, has_picture_in_picture};
pub use preference::{Preference, apply as apply_preferences};
pub use random::random_bytes;
pub use select::{select, selected};
pub use size::{Size, SizeWatch, watch_size};
pub use socket::Socket;
pub use start::begin;
pub use stream::{Stream, attach};
pub use support::{Support, support, way_out};
pub use tab::{OnAir, set_title, set_unread};
pub use track::{Track, TrackEvent};
pub use wake_lock::WakeLock;
