//! What came of a fault, as a line of the table.

use std::{collections::BTreeSet, fmt};

use serde_json::Value;

/// What all three noticed.
#[derive(Clone, Debug)]
pub struct Report {
    picture: Flow,
    sound: Flow,
    words: BTreeSet<String>,
}

/// Of pictures, or of sound: over all six directions, in seconds.
#[derive(Clone, Copy, Debug)]
struct Flow {
    /// The longest time without.
    gap: f64,
    /// How long all took to come again; none, if one did not.
    again: Option<f64>,
}

impl Report {
    /// Above the table.
    pub const HEAD: [&str; 2] = [
        "                                   |    longest without |     all again after |",
        "fault                      page    |  picture     sound |   picture     sound | what tiles said",
    ];

    /// Below it.
    pub const NOTES: &str = "
Seconds, the worst of six directions. Longest without: from the fault's begin to 20 s after its end. All again after:
from the moment at which the network is whole; never is not within 20 s. Madang says nothing while nobody speaks (Opus
DTX), so that some 0.4 s without sound are no fault. (no tile): somebody was off somebody's page for a while.";

    /// Of what each page's `watch.report()` said.
    pub fn of(reports: &[Value]) -> Self {
        let words = reports
            .iter()
            .filter_map(|report| report["words"].as_array());
        let words = words.flatten().filter_map(Value::as_str);
        Self {
            picture: Flow::of("picture", reports),
            sound: Flow::of("sound", reports),
            words: words.map(str::to_owned).collect(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (picture, sound) = (&self.picture, &self.sound);
        write!(f, "| {:>8.2}  {:>8.2} |", picture.gap, sound.gap)?;
        for kind in [picture, sound] {
            match kind.again {
                Some(seconds) => write!(f, "{seconds:>10.2}")?,
                None => write!(f, "{:>10}", "never")?,
            }
        }
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] => write!(f, " | nothing"),
            words => write!(f, " | {}", words.join("; ")),
        }
    }
}

impl Flow {
    fn of(kind: &str, reports: &[Value]) -> Self {
        let ways = reports.iter().filter_map(|report| report[kind].as_array());
        let ways: Vec<&Value> = ways.flatten().collect();
        let seconds = |way: &Value, what: &str| way[what].as_f64().map(|time| time / 1000.0);
        let again = ways.iter().map(|way| seconds(way, "again"));
        Self {
            gap: ways
                .iter()
                .filter_map(|way| seconds(way, "gap"))
                .fold(0.0, f64::max),
            again: again
                .collect::<Option<Vec<f64>>>()
                .map(|times| times.into_iter().fold(0.0, f64::max)),
        }
    }
}
