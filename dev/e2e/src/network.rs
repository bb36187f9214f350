//! Machines of their own, at one switch: network namespaces, as `ip netns` makes them. What happens
//! to a machine's link happens to all of its browser, and to nobody else.

use std::{
    fs::File,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, id},
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::Result;

/// The machines' link, in each of them.
const LINK: &str = "eth0";

/// A switch with its machines; dropping it takes them away.
#[derive(Debug)]
pub struct Network {
    /// Where the server is, which is the switch as well.
    pub hub: Machine,
    machines: AtomicU32,
}

/// A machine of its own.
#[derive(Clone, Debug)]
pub struct Machine {
    namespace: String,
    number: u8,
    address: Ipv4Addr,
}

impl Network {
    /// A switch without machines.
    ///
    /// # Errors
    /// Where the user may not make network namespaces.
    pub fn new() -> Result<Self> {
        static NETWORKS: AtomicU32 = AtomicU32::new(0);
        let network = NETWORKS.fetch_add(1, Ordering::Relaxed);
        let hub = Machine::new(&format!("madang-{}-{network}", id()), 0)?;
        hub.ip("link add switch type bridge")?;
        hub.ip("address add 10.88.0.1/16 dev switch")?;
        hub.ip("link set switch up")?;
        let machines = AtomicU32::new(0);
        Ok(Self { hub, machines })
    }

    /// A machine at the switch, with an address.
    ///
    /// # Errors
    /// When there are too many.
    pub fn machine(&self) -> Result<Machine> {
        let number = u8::try_from(self.machines.fetch_add(1, Ordering::Relaxed) + 1)?;
        let hub = &self.hub.namespace;
        let machine = Machine::new(&format!("{hub}-{number}"), number)?;
        self.hub.ip(&format!(
            "link add {} type veth peer name {LINK} netns {}",
            machine.port(),
            machine.namespace
        ))?;
        self.hub
            .ip(&format!("link set {} master switch up", machine.port()))?;
        machine.appear_at(1)?;
        Ok(machine)
    }

    /// The switch loses so many of a hundred packets to and from this machine.
    ///
    /// # Errors
    /// Where nftables are missing.
    pub fn lose(&self, percent: u8, machine: &Machine) -> Result<()> {
        let (port, lost) = (
            machine.port(),
            format!("numgen random mod 100 < {percent} drop"),
        );
        self.filter("prerouting", &format!("iifname {port} {lost}"))?;
        self.filter("postrouting", &format!("oifname {port} {lost}"))
    }

    /// The switch passes nothing on between these two, who go on knowing each other's address.
    ///
    /// # Errors
    /// Where nftables are missing.
    pub fn part(&self, one: &Machine, other: &Machine) -> Result<()> {
        self.lose_all(one, other)?;
        self.lose_all(other, one)
    }

    /// The switch passes nothing on from one to another, who go on knowing each other's address;
    /// the other way all is well.
    ///
    /// # Errors
    /// Where nftables are missing.
    pub fn lose_all(&self, from: &Machine, to: &Machine) -> Result<()> {
        self.one_way(from, to, "ether type != arp")
    }

    /// The same of sound and pictures alone. The first two bits of RTP and RTCP are its version, 2:
    /// RFC 7983, section 7.
    ///
    /// # Errors
    /// Where nftables are missing.
    pub fn lose_media(&self, from: &Machine, to: &Machine) -> Result<()> {
        self.one_way(from, to, "meta l4proto udp @th,64,2 2")
    }

    fn one_way(&self, from: &Machine, to: &Machine, what: &str) -> Result<()> {
        let (from, to) = (from.port(), to.port());
        let way = format!("iifname {from} oifname {to}");
        self.filter("forward", &format!("{way} {what} drop"))
    }

    /// The switch passes everything on again.
    ///
    /// # Errors
    /// When it cannot.
    pub fn heal(&self) -> Result<()> {
        self.nft("delete table bridge faults")
    }

    fn filter(&self, hook: &str, rule: &str) -> Result<()> {
        self.nft(&format!(
            "add table bridge faults; \
             add chain bridge faults {hook} {{ type filter hook {hook} priority 0; }}; \
             add rule bridge faults {hook} {rule}"
        ))
    }

    fn nft(&self, commands: &str) -> Result<()> {
        let hub = &self.hub.namespace;
        let mut nft = Command::new("ip");
        nft.args(["netns", "exec", hub, "nft", commands]);
        run(&mut nft).map_err(|why| format!("this needs nftables: {why}").into())
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        let numbers = 1..=*self.machines.get_mut();
        let namespaces = numbers.map(|number| format!("{}-{number}", self.hub.namespace));
        for namespace in namespaces.chain([self.hub.namespace.clone()]) {
            let _ = ip(&format!("netns delete {namespace}"));
        }
    }
}

impl Machine {
    fn new(namespace: &str, number: u8) -> Result<Self> {
        ip(&format!("netns add {namespace}"))?;
        let machine = Self {
            namespace: namespace.to_owned(),
            number,
            address: Ipv4Addr::new(10, 88, number, 1),
        };
        machine.ip("link set lo up")?;
        Ok(machine)
    }

    /// Its first address.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// Where the switch has its link.
    fn port(&self) -> String {
        format!("port{}", self.number)
    }

    /// Its link goes down, and its address with it.
    ///
    /// # Errors
    /// When it cannot.
    pub fn vanish(&self) -> Result<()> {
        self.ip(&format!("link set {LINK} down"))?;
        self.ip(&format!("address flush dev {LINK}"))
    }

    /// Its link comes up with this address, the only one.
    ///
    /// # Errors
    /// When it cannot.
    pub fn appear_at(&self, host: u8) -> Result<()> {
        self.ip(&format!("address flush dev {LINK}"))?;
        self.ip(&format!(
            "address add 10.88.{}.{host}/16 dev {LINK}",
            self.number
        ))?;
        self.ip(&format!("link set {LINK} up"))?;
        // Browsers look for the way to the rest of the world.
        self.ip("route replace default via 10.88.0.1")
    }

    fn ip(&self, words: &str) -> Result<()> {
        ip(&format!("-netns {} {words}", self.namespace))
    }

    /// How a program is started on it.
    pub(crate) fn on_it(&self, program: &Path, arguments: &[&str]) -> (PathBuf, Vec<String>) {
        let program = program.display().to_string();
        let before = ["netns", "exec", &self.namespace, &program];
        let all = before.iter().chain(arguments).map(ToString::to_string);
        (PathBuf::from("ip"), all.collect())
    }

    /// Makes a port of its loopback one of this machine's: a socket stays where it was made,
    /// whoever uses it.
    pub(crate) fn reach(&self, port: u16) -> Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let namespace = File::open(format!("/run/netns/{}", self.namespace))?;
        thread::spawn(move || -> Result<()> {
            move_into_link_name_space(
                std::os::fd::AsFd::as_fd(&namespace),
                Some(LinkNameSpaceType::Network),
            )?;
            for near in listener.incoming() {
                let near = near?;
                let far = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
                for (mut from, mut to) in [(near.try_clone()?, far.try_clone()?), (far, near)] {
                    thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                        let _ = to.shutdown(std::net::Shutdown::Write);
                    });
                }
            }
            Ok(())
        });
        Ok(())
    }
}

fn ip(words: &str) -> Result<()> {
    run(Command::new("ip").args(words.split(' ')))
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {}", said.trim()).into())
}
