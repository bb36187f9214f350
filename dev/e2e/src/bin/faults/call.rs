//! A call with all that may break in it.

use e2e::{Harness, Machine, Network};

/// Of three people, the server among what may break.
pub struct Call<'a> {
    /// The server and everybody who came.
    pub harness: &'a mut Harness,
    /// What connects them.
    pub network: &'a Network,
    /// Where each of them is.
    pub machines: &'a [Machine; 3],
}
