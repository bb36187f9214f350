//! Where a person can be. What these draw they have from the session, the storage and the address.

pub mod call;
pub mod floor;
pub mod full_screen;
pub mod home;
pub mod keys;
pub mod layer;
pub mod left;
pub mod lobby;
pub mod picture_in_picture;
pub mod preferences;
pub mod room;
pub mod status;
pub mod tab;
