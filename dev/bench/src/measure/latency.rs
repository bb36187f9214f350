//! Time that a relayed message takes at 2,000 messages a second, sent by the clock and not when the
//! last one has arrived: whoever sends late waits as long as whoever is answered late.

use std::{
    thread,
    time::{Duration, Instant},
};

use nix::sys::prctl::set_timerslack;
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::JoinSet,
};

use super::Scale;
use crate::{
    Result,
    client::Client,
    payload::payload,
    rivals::{Rival, ServerEvent},
    room::Room,
    sample::percentile,
    server::RunningServer,
    with_timeout,
};

pub const TITLES: &[&str] = &[
    "Time of a relayed message at 2,000 a second, median (µs)",
    "Time of a relayed message at 2,000 a second, 99 of 100 (µs)",
    "Time of a relayed message at 2,000 a second, longest (µs)",
];

const INTERVAL: Duration = Duration::from_micros(500);
/// Until every task waits for its clock.
const LEAD: Duration = Duration::from_millis(100);
const BYTES: usize = 200;

pub async fn measure(
    server: &RunningServer,
    rival: &'static dyn Rival,
    scale: &Scale,
) -> Result<Vec<f64>> {
    // Thirty messages a second from one page, and half of that if there are enough rooms.
    let rooms = Room::several(server, rival, scale.rooms.div_ceil(2), 4).await?;
    let people = rooms.iter().map(|room| room.people.len()).sum::<usize>();
    let rounds = scale.timed_messages.div_ceil(people);
    let schedule = Schedule {
        begin: Instant::now() + LEAD,
        people,
        rounds,
    };
    let (clocks, mut talking) = spawn_speakers(rooms, schedule);
    let clock = thread::spawn(move || schedule.run(&clocks));
    let (mut people, mut times) = (Vec::new(), Vec::new());
    while let Some(done) =
        with_timeout("a message", async { Ok(talking.join_next().await) }).await?
    {
        let (client, heard) = done??;
        people.push(client);
        times.extend(heard);
    }
    for client in people {
        client.leave().await?;
    }
    clock.join().map_err(|_| "the clock broke")??;
    times.sort_by(f64::total_cmp);
    Ok([50, 99, 100]
        .map(|hundredths| percentile(&times, hundredths))
        .to_vec())
}

/// Spawns a task for each page; the clocks are in the order of the schedule.
fn spawn_speakers(
    rooms: Vec<Room>,
    schedule: Schedule,
) -> (Vec<Sender<()>>, JoinSet<Result<Heard>>) {
    let payload = payload(BYTES);
    let (mut clocks, mut talking) = (Vec::new(), JoinSet::new());
    for room in rooms {
        let first = clocks.len();
        let ids: Vec<String> = room.people.iter().map(|one| one.id.clone()).collect();
        for (place, client) in room.people.into_iter().enumerate() {
            let (before, after) = ((place + ids.len() - 1) % ids.len(), (place + 1) % ids.len());
            let (clock, ticks) = channel(schedule.rounds);
            clocks.push(clock);
            talking.spawn(talk(Speaker {
                words: client.rival.signal(&ids[after], &payload),
                hears: first + before,
                neighbour: ids[before].clone(),
                client,
                ticks,
                schedule,
            }));
        }
    }
    (clocks, talking)
}

/// When who sends: everybody in turn, so many times.
#[derive(Clone, Copy)]
struct Schedule {
    begin: Instant,
    people: usize,
    rounds: usize,
}

impl Schedule {
    fn time(&self, round: usize, speaker: usize) -> Instant {
        let place = u32::try_from(round * self.people + speaker).unwrap_or(u32::MAX);
        self.begin + INTERVAL * place
    }

    /// Tells everybody when it is time, from a thread of its own: the runtime's timers know whole
    /// milliseconds only.
    fn run(self, clocks: &[Sender<()>]) -> Result<()> {
        // Nanoseconds by which the kernel may wake it late.
        set_timerslack(1)?;
        for round in 0..self.rounds {
            for (speaker, clock) in clocks.iter().enumerate() {
                let due = self.time(round, speaker);
                thread::sleep(due.saturating_duration_since(Instant::now()));
                clock.blocking_send(())?;
            }
        }
        Ok(())
    }
}

/// A page that speaks by the clock, and listens to its neighbour.
struct Speaker {
    client: Client,
    words: String,
    ticks: Receiver<()>,
    /// Whose messages come in.
    hears: usize,
    neighbour: String,
    schedule: Schedule,
}

/// Who listened, and how long each message that came in took, in microseconds.
type Heard = (Client, Vec<f64>);

async fn talk(mut speaker: Speaker) -> Result<Heard> {
    let rounds = speaker.schedule.rounds;
    let (mut said, mut times) = (0, Vec::with_capacity(rounds));
    while said < rounds || times.len() < rounds {
        tokio::select! {
            Some(()) = speaker.ticks.recv(), if said < rounds => {
                speaker.client.say(&speaker.words).await?;
                said += 1;
            }
            event = speaker.client.next() => match event? {
                ServerEvent::Signal { from, .. } if from == speaker.neighbour => {
                    let due = speaker.schedule.time(times.len(), speaker.hears);
                    times.push(due.elapsed().as_secs_f64() * 1e6);
                }
                ServerEvent::Formality { answer: Some(answer) } => speaker.client.say(&answer).await?,
                ServerEvent::Formality { answer: None } => {}
                other => return Err(format!("{other:?} from nobody").into()),
            },
        }
    }
    Ok((speaker.client, times))
}
