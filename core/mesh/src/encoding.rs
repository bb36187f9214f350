//! How large a picture each peer is sent.

use crate::event::Encoding;

/// What each peer is sent of each source that gives pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Encodings {
    pub(crate) camera: Encoding,
    pub(crate) screen: Encoding,
}

/// From this many people on (oneself included), this much for each peer. In a mesh everybody
/// encodes and uploads one picture for every other, so that the sum of the cameras stays near 1.3
/// Mbit/s and a quarter of a core. **A screen keeps its lines, which are text, and gives up
/// pictures a second.**
const LADDER: [(usize, Encodings); 6] = [
    (10, rung((144, 10, 90_000), (1080, 5, 170_000))),
    (7, rung((180, 12, 150_000), (1080, 5, 250_000))),
    (5, rung((270, 18, 250_000), (1080, 8, 450_000))),
    (4, rung((360, 24, 400_000), (1080, 10, 800_000))),
    (3, rung((540, 30, 700_000), (1440, 15, 1_200_000))),
    (0, rung((720, 30, 1_500_000), (1440, 15, 2_500_000))),
];

/// While somebody shares a screen, every page shows cameras in a strip beside it.
const STRIP: Encoding = encoding((180, 15, 100_000));

/// Lines, pictures a second, bits a second.
type Limits = (u32, u32, u32);

const fn rung(camera: Limits, screen: Limits) -> Encodings {
    Encodings {
        camera: encoding(camera),
        screen: encoding(screen),
    }
}

const fn encoding((height, framerate, bitrate): Limits) -> Encoding {
    Encoding {
        height,
        framerate,
        bitrate,
    }
}

/// The encodings for each peer of a call of this many, where somebody shares a screen or nobody.
pub(crate) fn encodings(people: usize, is_shared: bool) -> Encodings {
    let rung = LADDER.iter().find(|(from, _)| people >= *from);
    let (_, mut encodings) = *rung.unwrap_or(&LADDER[0]);
    if is_shared && encodings.camera.bitrate > STRIP.bitrate {
        encodings.camera = STRIP;
    }
    encodings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uplink_of_any_call_stays_below_two_megabits_and_three_with_a_screen() {
        for people in 2..=12 {
            let peers = people as u32 - 1;
            let uplink = encodings(people, false).camera.bitrate * peers;
            assert!(
                (800_000..2_000_000).contains(&uplink),
                "{people} people: {uplink}"
            );
            let Encodings { camera, screen } = encodings(people, true);
            let uplink = (camera.bitrate + screen.bitrate) * peers;
            assert!(
                (1_500_000..3_000_000).contains(&uplink),
                "{people} people and a screen: {uplink}"
            );
        }
    }

    #[test]
    fn more_people_never_get_more() {
        for (people, is_shared) in (2..20).flat_map(|people| [(people, false), (people, true)]) {
            let (now, next) = (
                encodings(people, is_shared),
                encodings(people + 1, is_shared),
            );
            for (now, next) in [(now.camera, next.camera), (now.screen, next.screen)] {
                assert!(now.bitrate >= next.bitrate);
                assert!(now.height >= next.height);
            }
        }
    }

    #[test]
    fn text_stays_readable_and_moves() {
        for people in 2..20 {
            let screen = encodings(people, true).screen;
            assert!(screen.height >= 1080 && screen.framerate >= 5);
        }
    }
}
