//! The way that signals take to a peer, and the one place where they are sealed and opened.

use protocol::{Envelope, Incarnation, Signal};

/// Between this load of the page and one of the peer's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    pub(crate) own: Incarnation,
    pub(crate) theirs: Incarnation,
}

impl Route {
    /// What the server passes on of a signal.
    pub(crate) fn seal(self, signal: Signal) -> String {
        protocol::encode(&Envelope {
            from: self.own,
            to: self.theirs,
            signal,
        })
    }

    /// The signal, if it is meant for this load of the page and comes from that of the peer.
    pub(crate) fn open(self, payload: &str) -> Option<Signal> {
        let envelope: Envelope = protocol::decode(payload)?;
        (envelope.to == self.own && envelope.from == self.theirs).then_some(envelope.signal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Generation;

    #[test]
    fn a_signal_is_opened_by_the_page_that_it_is_meant_for_and_by_no_other() {
        let (ours, theirs, earlier) = (Incarnation(1), Incarnation(2), Incarnation(3));
        let route = |own, theirs| Route { own, theirs };
        let signal = Signal::Ready {
            after: Generation(1),
        };
        let sealed = route(ours, theirs).seal(signal.clone());
        assert_eq!(route(theirs, ours).open(&sealed), Some(signal));
        assert_eq!(route(earlier, ours).open(&sealed), None);
        assert_eq!(route(theirs, earlier).open(&sealed), None);
        assert_eq!(route(theirs, ours).open("{}"), None);
    }
}
