//! How large a picture each peer is sent.

use crate::event::Encoding;

/// From this many people on (oneself included), this much for each peer. In a mesh everybody
/// encodes and uploads one picture for every other, so that the sum stays near 1.3 Mbit/s and a
/// quarter of a core.
const LADDER: [(usize, Encoding); 6] = [
    (
        10,
        Encoding {
            height: 144,
            framerate: 10,
            bitrate: 90_000,
        },
    ),
    (
        7,
        Encoding {
            height: 180,
            framerate: 12,
            bitrate: 150_000,
        },
    ),
    (
        5,
        Encoding {
            height: 270,
            framerate: 18,
            bitrate: 250_000,
        },
    ),
    (
        4,
        Encoding {
            height: 360,
            framerate: 24,
            bitrate: 400_000,
        },
    ),
    (
        3,
        Encoding {
            height: 540,
            framerate: 30,
            bitrate: 700_000,
        },
    ),
    (
        0,
        Encoding {
            height: 720,
            framerate: 30,
            bitrate: 1_500_000,
        },
    ),
];

/// The encoding for each peer of a call of this many.
pub(crate) fn encoding(people: usize) -> Encoding {
    LADDER
        .iter()
        .find(|(from, _)| people >= *from)
        .unwrap_or(&LADDER[0])
        .1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uplink_of_any_call_stays_below_two_megabits() {
        for people in 2..=12 {
            let uplink = encoding(people).bitrate * (people as u32 - 1);
            assert!(
                (800_000..2_000_000).contains(&uplink),
                "{people} people: {uplink}"
            );
        }
    }

    #[test]
    fn more_people_never_get_more() {
        for people in 2..20 {
            assert!(encoding(people).bitrate >= encoding(people + 1).bitrate);
            assert!(encoding(people).height >= encoding(people + 1).height);
        }
    }
}
