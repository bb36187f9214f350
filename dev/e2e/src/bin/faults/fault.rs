//! What goes wrong.

use std::time::Duration;

use e2e::Result;
use tokio::time::sleep;

use crate::call::Call;

/// Something that goes wrong for a while.
pub struct Fault {
    /// What people would call it.
    pub name: &'static str,
    what: What,
    lasts: Duration,
}

/// To Ada, or to all.
#[derive(Clone, Copy, Debug)]
enum What {
    /// Nothing, to compare the rest with.
    Nothing,
    /// The link is down; then it has an address again, `10.88.1.N`.
    Cut { then: u8 },
    /// The link loses packets, so many of a hundred.
    Loss { percent: u8 },
    /// The server is killed, and then started again.
    NoServer,
    /// Nothing gets through between Ada and Ben.
    Parted,
}

/// All that is measured.
pub const FAULTS: [Fault; 7] = [
    fault("none, for 10 s", What::Nothing, 10_000),
    fault("link cut for 4 s", What::Cut { then: 1 }, 4000),
    fault("link cut for 12 s", What::Cut { then: 1 }, 12_000),
    fault("other address after 2.5 s", What::Cut { then: 77 }, 2500),
    fault("5 % lost for 10 s", What::Loss { percent: 5 }, 10_000),
    fault("server killed, 5 s without", What::NoServer, 5000),
    fault("a pair parted for 15 s", What::Parted, 15_000),
];

const fn fault(name: &'static str, what: What, lasts: u64) -> Fault {
    let lasts = Duration::from_millis(lasts);
    Fault { name, what, lasts }
}

impl Fault {
    /// Returns when all is whole again.
    ///
    /// # Errors
    /// Where the machine cannot do that.
    pub async fn happen(&self, call: &mut Call<'_>) -> Result<()> {
        let [ada, ben, _] = call.machines;
        match self.what {
            What::Nothing => sleep(self.lasts).await,
            What::Cut { then } => {
                ada.vanish()?;
                sleep(self.lasts).await;
                ada.appear_at(then)?;
            }
            What::Loss { percent } => {
                call.network.lose(percent, ada)?;
                sleep(self.lasts).await;
                call.network.heal()?;
            }
            What::NoServer => {
                call.harness.crash_server().await?;
                sleep(self.lasts).await;
                call.harness.start_server().await?;
            }
            What::Parted => {
                call.network.part(ada, ben)?;
                sleep(self.lasts).await;
                call.network.heal()?;
            }
        }
        Ok(())
    }
}
