//! A guest in a call: `cargo run -p madang-e2e --bin guest -- http://localhost:8080 tea Ada` prints
//! what happens, and writes each line of its input to all. With the end of the input it leaves.

use std::process::ExitCode;

use e2e::{
    Result,
    guest::{Guest, Invitation},
};
use protocol::{Incarnation, Name, PeerSecret};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, stdin};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [origin, room, name] = &arguments[..] else {
        eprintln!("guest ORIGIN ROOM NAME");
        return ExitCode::FAILURE;
    };
    match call(origin, room, name).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn call(origin: &str, room: &str, name: &str) -> Result<()> {
    let mut random = tokio::fs::File::open("/dev/urandom").await?;
    let mut secret = [0; 16];
    random.read_exact(&mut secret).await?;
    let mut guest = Guest::join(&Invitation {
        origin: origin.trim_end_matches('/').to_owned(),
        room: room.parse()?,
        name: Name::new(name),
        secret: PeerSecret(secret),
        incarnation: Incarnation(random.read_u32().await?),
        record: None,
    })
    .await?;
    let mut lines = BufReader::new(stdin()).lines();
    loop {
        tokio::select! {
            event = guest.next() => println!("{:?}", event?),
            line = lines.next_line() => match line?.map(String::try_into) {
                Some(Ok(text)) => guest.say(text).await?,
                Some(Err(error)) => eprintln!("{error}"),
                None => return guest.leave().await,
            },
        }
    }
}
