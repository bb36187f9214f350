//! How two pages are connected, and what ends it.
//!
//! Each two pages of a room build one `RTCPeerConnection`. The one with the smaller [`PeerId`] is
//! the *initiator* and impolite, the other the *responder* and polite, whoever came first. They
//! talk through `signal`, whose `payload` is an [`Envelope`] in JSON. A signal from or for another
//! load of either page is dropped.
//!
//! 1. Both learn of each other by `joined` or `peer-joined`. The responder says [`ready`] with the
//!    newest generation that it has given up, 0 at first; again whenever one of the two has joined
//!    anew, and again after `READY`, ever more rarely, until an offer comes. It says so at once
//!    when it gives a connection up. **The initiator says nothing before it hears that.**
//! 2. The initiator opens a connection of the next [`Generation`], adds four transceivers
//!    (microphone, camera, screen sound, screen picture) and two negotiated data channels (`ctl`
//!    with id 0, `chat` with id 1, ordered and reliable, for texts), and sends an [`offer`]. All
//!    are `sendrecv`, in this order, whatever their `mid`, and bundled; a description with other
//!    sections, or of more than 65536 bytes, is not applied. Opus and VP8 have to be among the
//!    codecs (RFC 7874, RFC 7742); a page without media answers all four and sends nothing. DTLS
//!    and SCTP are RFC 8831's.
//! 3. The responder takes an offer that is the first step of a newer generation in place of
//!    whatever it had. It opens its connection with the same two channels and no transceiver,
//!    applies the offer, sets the four transceivers that came of it to `sendrecv`, and sends an
//!    [`answer`] with the offer's `negotiation`. A page that has 2 other handshakes under way as
//!    responder does so later, and as initiator it offers later. Handshakes older than `HOPE` do
//!    not count, whatever happens in them, nor do those where one side has no way out, or whose
//!    other page the server does not list any more. Next comes whoever has had none for the longest
//!    time.
//! 4. Both send their [`candidate`]s as they are found, after their description, each with its
//!    `sdpMid` or `sdpMLineIndex`: no browser takes one with neither. Browsers that were given no
//!    device hide their addresses behind names that end in `.local`: whoever cannot resolve these
//!    is found by the checks that arrive. The end of candidates is one whose `candidate` is empty,
//!    and it needs no section: a side whose search ended without any has no way out, and the other
//!    can say so to its person; it is not for the browser. Beyond 64 candidates and 100 offers of a
//!    generation the rest is dropped.
//! 5. Steps are numbered from 0 by their sender in each generation, and `ack` is how many of the
//!    other's were taken. **A step out of order is dropped, and repeated by its sender** under its
//!    number, with all that was not acknowledged, when either of the two has joined anew, and a
//!    second or two after the server refused one as [`congested`]. With 128 steps that were not
//!    acknowledged the connection is broken.
//! 6. From then on devices are switched by `replaceTrack`, and there is no further negotiation.
//!    Should a browser want one, perfect negotiation (W3C WebRTC, section 10.7) applies, in the
//!    same generation, with the next `negotiation` of who offers.
//! 7. A connection that is broken is given up by both. The responder says `ready` again, the
//!    initiator opens the next generation after a pause. A connection is broken when its state is
//!    `failed`; when a data channel closes, which is how a side sees that the other has closed the
//!    connection; when a description cannot be applied; and when time runs out as below. **An
//!    initiator has no message for giving up**: its next offer says it, and until then the
//!    responder goes by its own timers. Neither waits for the other for ever, since the responder
//!    repeats `ready`, and an initiator whose offer was heard, or that hears `ready` with its own
//!    generation or a newer one, gives up at that; one whose offer was not heard repeats it.
//!
//! | a pair's timer | seconds | |
//! |---|---|---|
//! | `PATIENCE` | 30 | A handshake without progress is broken: no description, candidate, state. |
//! | `HOPE` | 8 | A handshake that is older keeps no other waiting. |
//! | `ALIVE` | 2 | Each side says [`alive`] so often once `ctl` is open, with its `ack`. |
//! | `SILENCE` | 8 | Whoever has said nothing for so long is shown as reconnecting. |
//! | `DEAD` | 20 | After so long a silence the connection is broken. |
//! | `DOUBT` | 3.5 | The same, where the way through the server was lost and is back. |
//! | `READY` | 5 | The responder repeats `ready` after this, and each time this much later, |
//! | `MAX_PAUSE` | 20 | but never later than this. |
//! | `DEAF` | 3 | Whose sound is missing for so long is said not to be heard. |
//! | `ONE_WAY` | 10 | After so long nothing is sent to them either. |
//! | `CONGESTION` | 1 | What was refused as congested is said again then, up to twice as late. |
//!
//! Any message on either channel breaks a silence. An initiator's pause is random, at most a second
//! after the first failure, doubled by each further one in a row up to `MAX_PAUSE`, and a quarter
//! of that at least. Whoever asks for connections in close succession gets each later: the first
//! after 125 milliseconds, doubled up to 16 seconds, until 60 seconds passed without one.
//!
//! # Once connected
//!
//! On `ctl` each side says [`media`] and [`hand`] when it opens and at each change. `media` says
//! whether it sends its microphone, its camera, a shared screen and what that plays; before the
//! first nothing counts as sent, and the hand as down. Then `alive`, and at the end [`bye`]:
//! whoever hears it closes the connection, and the peer is gone as soon as the server does not list
//! it any more. Whoever falls silent after a `media` with `hidden` is shown as away in place of
//! reconnecting: browsers stop pages that nobody sees. **A page is sent no picture before its first
//! `media`, nor while the last says `voiceOnly`.** That a peer shares a screen, or no longer does,
//! is announced 5 seconds after the last such announcement of that peer at the earliest, if it
//! holds then.
//!
//! **Hands have one order for all that is told anew with each connection.** A hand that goes up
//! gets a `turn`, one more than the greatest among the hands that are up, and keeps it until it
//! goes down; the smaller turn comes first, and of equal ones the smaller id. A turn that is more
//! than 1024 ahead of all others counts as so far ahead. A hand that goes up again within 5 seconds
//! is shown, and not announced.
//!
//! **A [`reaction`] is an event and no state**: nobody is told of it later. It is shown for 5
//! seconds, or until the next one of its sender, and is announced unless another within 5 seconds
//! before it was. A page reads 5 reactions at once and 1 a second of each peer.
//!
//! Who writes to all and lets others see it says [`writing`] with `on`, again 3 seconds later at
//! the earliest if it was typed since, and without `on` when the message is sent or taken back, and
//! 5 seconds after the last key. It is shown for 6 seconds after the last word of it, until that
//! word is another, or until a message of that peer comes. A page reads 4 such words at once and 1 a
//! second of each peer.
//!
//! # Who hears whom
//!
//! Packets of a microphone that is sent never stop: in silence one comes every 0.4 seconds. **Who
//! says in `media` that it sends its microphone, and of whose packets none came for `DEAF`, is not
//! heard**; the first of a connection may take 5 seconds more. Nor is who has been silent on the
//! channels for `SILENCE`. Whoever does not hear the other says [`hearing`] without `on`, and with
//! `on` when that is over; before the first of these words it hears. Both sides tell their people.
//! Sound by way of a third, as below, counts as heard.
//!
//! **Nobody is heard for long who does not hear**: who has not heard the other for `ONE_WAY` sends
//! it nothing and says so in `media`, until it hears again. But who is told by the other that it is
//! not heard goes on sending, or two of them would never hear each other again.
//!
//! # By way of a third
//!
//! Each side says [`links`] when `ctl` opens, and when something in it has changed, once a second
//! at most: how each of its connections stands, so that all know who cannot hear whom; one over
//! which the other is not heard counts as silent. Of a pair
//! both ends are believed, each about itself and as long as it is heard itself; the worse word
//! counts.
//!
//! Whoever does not hear somebody, as above or for longer than `HOPE`, says [`want-sound`] to
//! one peer that it hears and that says that it is connected to that one. This peer answers with
//! [`pass-sound`], and sends the sound that it hears of them in place of what its own screen plays,
//! until the one who asked takes it back. It passes sound to 2 others at most, one to each, and
//! none while it shares a screen with sound itself, nor of somebody of whom it has heard nothing
//! for `DOUBT` when it is asked; if it cannot or can no longer, it says so. Who has no answer
//! within 5 seconds takes the wish back; it and whoever is refused asks somebody else, and this one
//! not again for 10 seconds. A page reads 4 such wishes at once and 1 a second of each peer.
//! **Sound goes by way of one third and no further; pictures do not.**
//!
//! # Limits
//!
//! Of each peer a page reads texts of up to 65536 letters, 60 control messages at once and 10 a
//! second, and 2097152 bytes at once and 32768 a second of all; the rest is dropped without a word.
//! A channel where 1048576 bytes wait to be read is closed.
//!
//! [`PeerId`]: crate::PeerId
//! [`Envelope`]: crate::Envelope
//! [`Generation`]: crate::Generation
//! [`ready`]: crate::Signal::Ready
//! [`offer`]: crate::Step::Offer
//! [`answer`]: crate::Step::Answer
//! [`candidate`]: crate::Step::Candidate
//! [`congested`]: crate::Rejection::Congested
//! [`alive`]: crate::Control::Alive
//! [`media`]: crate::Control::Media
//! [`hand`]: crate::Control::Hand
//! [`reaction`]: crate::Control::Reaction
//! [`writing`]: crate::Control::Writing
//! [`hearing`]: crate::Control::Hearing
//! [`links`]: crate::Control::Links
//! [`want-sound`]: crate::Control::WantSound
//! [`pass-sound`]: crate::Control::PassSound
//! [`bye`]: crate::Control::Bye
