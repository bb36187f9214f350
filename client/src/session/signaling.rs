//! The way to the server: one WebSocket at a time.

use std::rc::Rc;

use mesh::{SocketCommand, SocketEvent};
use protocol::CloseCode;

use super::{Event, Queue};
use crate::browser::{Socket, socket};

#[derive(Default)]
pub(super) struct Signaling {
    socket: Option<Socket>,
    /// Which of the sockets so far counts.
    number: u32,
}

impl Signaling {
    pub(super) fn command(&mut self, command: SocketCommand, queue: &Queue) {
        match command {
            SocketCommand::Open => self.open(queue.clone()),
            SocketCommand::Close => self.close(),
            SocketCommand::Send(message) => {
                self.socket.iter().for_each(|socket| socket.send(&message));
            }
        }
    }

    /// What an earlier socket still had to say was meant for nobody.
    pub(super) fn event(&mut self, number: u32, event: socket::Event) -> Option<SocketEvent> {
        if number != self.number {
            return None;
        }
        Some(match event {
            socket::Event::Opened => SocketEvent::Opened,
            socket::Event::Received(message) => SocketEvent::Received(message),
            socket::Event::Closed(code) => {
                self.close();
                SocketEvent::Closed(code)
            }
        })
    }

    fn open(&mut self, queue: Queue) {
        self.close();
        let number = self.number;
        let report: Rc<dyn Fn(socket::Event)> =
            Rc::new(move |event| queue.push(Event::Socket(number, event)));
        self.socket = Socket::open(&report).ok();
        if self.socket.is_none() {
            report(socket::Event::Closed(CloseCode::ABNORMAL));
        }
    }

    fn close(&mut self) {
        self.socket = None;
        self.number = self.number.wrapping_add(1);
    }
}
