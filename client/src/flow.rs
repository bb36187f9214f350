//! Whether packets of sound come.

use mesh::SOUND_LOOK;

/// After as long without one that is played they are counted, in milliseconds: browsers may have
/// reasons to play nothing.
const COUNT: f64 = 500.0;
/// Between two counts where none came, in milliseconds.
const IDLE: f64 = 2000.0;
/// A page that stood still has not looked: no more than this passes between two looks.
const LONGEST: f64 = 1000.0;
/// By less than this the time of one packet may vary, in milliseconds.
const JITTER: f64 = 1.0;

/// Whether packets of sound come; at first none do. **They stop only when time and again none was
/// played, nor any was counted.**
#[derive(Clone, Copy, Debug, Default)]
pub struct Flow {
    comes: bool,
    /// Of the newest packet that was played.
    timestamp: f64,
    /// So many had come at the last count, which was before that one: then it tells nothing.
    packets: f64,
    is_outdated: bool,
    looked: f64,
    /// For so long none has come, and nobody has counted.
    quiet: f64,
    uncounted: f64,
    is_counting: bool,
}

impl Flow {
    /// Whether packets come.
    pub fn comes(self) -> bool {
        self.comes
    }

    /// Takes when the newest packet was played, and what time it is, both in milliseconds since
    /// some fixed moment, and tells whether [`Flow::count`] is wanted.
    pub fn look(&mut self, timestamp: Option<f64>, now: f64) -> bool {
        let passed = (now - self.looked).clamp(0.0, LONGEST);
        self.looked = now;
        if let Some(newer) = timestamp.filter(|it| *it > self.timestamp + JITTER) {
            self.timestamp = newer;
            self.is_outdated = true;
            self.arrive();
            return false;
        }
        self.quiet += passed;
        self.uncounted += passed;
        let pause = if self.comes { COUNT } else { IDLE };
        let is_due = self.quiet >= COUNT && self.uncounted >= pause && !self.is_counting;
        self.is_counting |= is_due;
        is_due
    }

    /// Takes how many packets have come, if that can be told.
    pub fn count(&mut self, packets: Option<f64>) {
        self.is_counting = false;
        self.uncounted = 0.0;
        let Some(packets) = packets else { return };
        let is_outdated = std::mem::take(&mut self.is_outdated);
        let before = std::mem::replace(&mut self.packets, packets);
        if is_outdated {
            return;
        }
        if packets > before {
            self.arrive();
        } else if self.quiet >= SOUND_LOOK.as_millis() as f64 {
            self.comes = false;
        }
    }

    fn arrive(&mut self) {
        self.comes = true;
        self.quiet = 0.0;
        self.uncounted = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks every so many milliseconds until a time, and counts at once where that is wanted;
    /// tells when packets began or stopped to come.
    fn watch(
        every: usize,
        until: usize,
        played: impl Fn(f64) -> Option<f64>,
        packets: impl Fn(f64) -> f64,
    ) -> (Vec<usize>, usize) {
        let (mut flow, mut changes, mut counts) = (Flow::default(), Vec::new(), 0);
        for at in (0..until).step_by(every) {
            let (now, before) = (at as f64, flow.comes());
            if flow.look(played(now), now) {
                counts += 1;
                flow.count(Some(packets(now)));
            }
            if flow.comes() != before {
                changes.push(at);
            }
        }
        (changes, counts)
    }

    /// One packet each 20 ms until a time.
    fn until(end: f64) -> impl Fn(f64) -> f64 {
        move |now| (now.min(end) / 20.0).floor()
    }

    #[test]
    fn packets_stop_a_second_after_the_last_one() {
        let played = |now: f64| Some(100_000.0 + now.min(5000.0));
        let (changes, counts) = watch(50, 20_000, played, until(5000.0));
        assert_eq!(changes, [0, 6000]);
        assert!(counts <= 10, "{counts} counts");
    }

    #[test]
    fn what_is_not_played_is_counted() {
        let (changes, counts) = watch(50, 60_000, |_| None, until(30_000.0));
        assert!(
            changes[0] <= 3000 && (31_000..=31_600).contains(&changes[1]),
            "{changes:?}"
        );
        assert!(counts < 90, "{counts} counts");
    }

    #[test]
    fn one_packet_in_four_tenths_of_a_second_is_enough() {
        let played = |now: f64| Some((now / 400.0).floor() * 400.0 + 400.0);
        let (changes, counts) = watch(50, 60_000, played, |_| 0.0);
        assert_eq!((changes, counts), (vec![0], 0));
    }

    #[test]
    fn a_page_whose_timers_are_slow_takes_longer_and_is_never_wrong() {
        let played = |now: f64| Some(100_000.0 + now.min(9000.0));
        let (changes, _) = watch(1000, 20_000, played, until(9000.0));
        assert_eq!(changes, [0, 11_000]);
        // It stood still for a minute each time.
        let (changes, _) = watch(60_000, 600_000, |now| Some(1.0 + now + 2.0), |now| now);
        assert_eq!(changes, [0]);
        let (changes, _) = watch(60_000, 600_000, |_| Some(5.0), until(1e9));
        assert_eq!(changes, [0]);
    }

    #[test]
    fn what_cannot_be_counted_does_not_stop() {
        let mut flow = Flow::default();
        flow.look(Some(5.0), 0.0);
        for second in 1..20 {
            if flow.look(Some(5.0), f64::from(second) * 1000.0) {
                flow.count(None);
            }
        }
        assert!(flow.comes());
    }
}
