//! What is measured: each measurement takes a server and returns one value for each of its
//! quantities.

mod churn;
mod files;
mod join;
mod latency;
mod leak;
mod memory;
mod relay;
mod start;
mod storm;

use crate::{
    Result,
    report::Table,
    rivals::{Madang, Nginx, Rival, SocketIo},
    sample::Sample,
    server::{Program, RunningServer},
};

/// A measurement, in the order in which they are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measurement {
    /// CPU per relayed message.
    Relay,
    /// Time that a relayed message takes.
    Latency,
    /// CPU per join in rooms of four.
    Join,
    /// CPU per join and leave.
    Churn,
    /// Many join at once.
    Storm,
    /// Memory per idle connection.
    Memory,
    /// Time until the first answer.
    Start,
    /// Memory after many joins and leaves.
    Leak,
    /// CPU per request of a file.
    Files,
}

/// How much is done of everything.
#[derive(Clone, Debug)]
pub struct Scale {
    /// Rounds that count; one more is run before.
    pub rounds: usize,
    /// Rooms of four in which messages are relayed.
    pub rooms: usize,
    /// Messages that each page of them says, of each kind. A page of a real call says 150 at once,
    /// and none of the servers has to take many more.
    pub messages: usize,
    /// Messages in all when their time is measured.
    pub timed_messages: usize,
    /// Rooms of four that are joined.
    pub joined_rooms: usize,
    /// Joins and leaves in a round.
    pub cycles: usize,
    /// Joins and leaves after which memory is looked at, of all servers.
    pub many_cycles: usize,
    /// The same, of those that should not have grown.
    pub most_cycles: usize,
    /// How often twelve join each of five rooms in a round.
    pub storms: usize,
    /// Numbers of idle connections.
    pub connections: &'static [usize],
    /// Rounds of starts.
    pub starts: usize,
    /// Requests of a file in a round.
    pub requests: usize,
}

impl Scale {
    /// About ten minutes on two cores.
    pub const FULL: Self = Self {
        rounds: 8,
        rooms: 64,
        messages: 32,
        timed_messages: 4_000,
        joined_rooms: 100,
        cycles: 1_200,
        many_cycles: 20_000,
        most_cycles: 100_000,
        storms: 3,
        connections: &[1_000, 5_000, 19_600],
        starts: 20,
        requests: 300,
    };

    /// Seconds: whether it works.
    pub const SMOKE: Self = Self {
        rounds: 2,
        rooms: 2,
        messages: 20,
        timed_messages: 200,
        joined_rooms: 2,
        cycles: 20,
        many_cycles: 160,
        most_cycles: 320,
        storms: 1,
        connections: &[40],
        starts: 2,
        requests: 20,
    };
}

impl Measurement {
    /// All, by the names that people type.
    pub const ALL: [(&str, Self); 9] = [
        ("relay", Self::Relay),
        ("latency", Self::Latency),
        ("join", Self::Join),
        ("churn", Self::Churn),
        ("storm", Self::Storm),
        ("memory", Self::Memory),
        ("start", Self::Start),
        ("leak", Self::Leak),
        ("files", Self::Files),
    ];

    /// Measures these servers.
    ///
    /// # Errors
    /// When one of them does not do what it should.
    pub async fn run(self, rivals: &[&'static dyn Rival], scale: &Scale) -> Result<Vec<Table>> {
        match self {
            Self::Relay => running(relay::TITLES, rivals, scale, relay::measure).await,
            Self::Latency => running(latency::TITLES, rivals, scale, latency::measure).await,
            Self::Join => running(join::TITLES, rivals, scale, join::measure).await,
            Self::Churn => running(churn::TITLES, rivals, scale, churn::measure).await,
            Self::Storm => running(storm::TITLES, rivals, scale, storm::measure).await,
            Self::Memory => memory::run(rivals, scale).await,
            Self::Leak => leak::run(rivals, scale).await,
            Self::Start => start::run(rivals, scale).await,
            Self::Files => files(scale).await,
        }
    }
}

/// Measures servers that keep running, all at once and each in turn.
async fn running(
    titles: &[&str],
    rivals: &[&'static dyn Rival],
    scale: &Scale,
    measure: impl AsyncFn(&RunningServer, &'static dyn Rival, &Scale) -> Result<Vec<f64>>,
) -> Result<Vec<Table>> {
    let mut servers = Vec::new();
    for rival in rivals {
        servers.push((*rival, RunningServer::start(*rival)?));
    }
    let round = async |(rival, server): &(&'static dyn Rival, RunningServer)| {
        let values = measure(server, *rival, scale).await;
        values.map_err(|error| format!("{}: {error}", rival.name()).into())
    };
    // The first warms up caches and compilers.
    let mut rounds = interleave(&servers, scale.rounds + 1, round).await?;
    rounds.remove(0);
    let names: Vec<&str> = rivals.iter().map(|rival| rival.name()).collect();
    Ok(tables(titles, &names, &rounds))
}

async fn files(scale: &Scale) -> Result<Vec<Table>> {
    let nginx = Nginx::new()?;
    let programs: [&dyn Program; 3] = [&Madang, &nginx, &SocketIo];
    let mut servers = Vec::new();
    for program in programs {
        servers.push(RunningServer::start(program)?);
    }
    let round = async |server: &RunningServer| files::measure(server, scale).await;
    let mut rounds = interleave(&servers, scale.rounds + 1, round).await?;
    rounds.remove(0);
    let names = ["Madang", "nginx", "Express"];
    Ok(tables(files::TITLES, &names, &rounds))
}

/// The values of one server in one round, one for each quantity.
type Values = Vec<f64>;

/// In each round, each in turn. By round, then by server.
async fn interleave<T>(
    servers: &[T],
    rounds: usize,
    measure: impl AsyncFn(&T) -> Result<Values>,
) -> Result<Vec<Vec<Values>>> {
    let mut all = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let mut round = Vec::with_capacity(servers.len());
        for server in servers {
            round.push(measure(server).await?);
        }
        all.push(round);
    }
    Ok(all)
}

/// One table for each quantity.
fn tables(titles: &[&str], names: &[&str], rounds: &[Vec<Values>]) -> Vec<Table> {
    let table = |(quantity, title): (usize, &&str)| {
        let row = |(server, name): (usize, &&str)| {
            let values = rounds.iter().map(|round| round[server][quantity]).collect();
            ((*name).to_owned(), Sample::new(values))
        };
        Table {
            title: (*title).to_owned(),
            rows: names.iter().enumerate().map(row).collect(),
        }
    };
    titles.iter().enumerate().map(table).collect()
}
