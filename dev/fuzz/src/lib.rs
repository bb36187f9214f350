//! What the fuzzer tries to break; the crates' own tests hold to the same.

#[path = "../../../core/protocol/tests/property/mod.rs"]
pub mod property;

#[path = "../../../core/rooms/tests/rooms/model.rs"]
pub mod model;
