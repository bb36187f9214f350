//! WebSockets between the pages and the server: in order, with delays, and they break.

use std::collections::VecDeque;

use mesh::Input;
use protocol::decode;

use super::{
    World,
    server::{Deliveries, Frame},
};

/// One WebSocket.
pub struct Socket {
    page: usize,
    /// Nothing gets through any more when it is not.
    is_whole: bool,
    up: VecDeque<Frame>,
    down: VecDeque<Frame>,
}

impl World {
    pub(super) fn open_socket(&mut self, page: usize) {
        let socket = self.sockets.len();
        self.sockets.push(Socket {
            page,
            is_whole: true,
            up: VecDeque::new(),
            down: VecDeque::new(),
        });
        let pages = &mut self.pages[page];
        if pages.socket.replace(socket).is_some() {
            self.fault(format!("page {page} opens a second WebSocket"));
        }
        let delay = self.random.between(self.weather.signaling.clone());
        self.after(delay * 2, move |world| {
            if world.server.is_up && world.sockets[socket].is_whole {
                world.report_of_socket(socket, Input::SocketOpened);
            } else {
                world.sockets[socket].is_whole = false;
                world.report_of_socket(socket, Input::SocketClosed(1006));
            }
        });
    }

    pub(super) fn close_socket(&mut self, page: usize) {
        match self.pages[page].socket.take() {
            Some(socket) => self.send_up(socket, Frame::Close(1000)),
            None => self.fault(format!(
                "page {page} closes a WebSocket that it does not have"
            )),
        }
        self.pages[page].is_socket_open = false;
    }

    pub(super) fn send_up(&mut self, socket: usize, frame: Frame) {
        if !self.sockets[socket].is_whole {
            return;
        }
        self.sockets[socket].up.push_back(frame);
        let delay = self.random.between(self.weather.signaling.clone());
        self.after(delay, move |world| world.arrive_at_server(socket));
    }

    /// The path of a page's WebSocket breaks: what is under way is lost, and both ends notice some time later.
    pub fn drop_socket(&mut self, person: usize) {
        let page = self.page(person);
        self.note_trouble(page);
        if let Some(socket) = self.pages[page].socket {
            self.trace(|| format!("       -- the WebSocket of {page} breaks"));
            let delay = self.random.between(self.weather.page_notices.clone());
            self.after(delay, move |world| {
                world.report_of_socket(socket, Input::SocketClosed(1006));
            });
            self.break_socket(socket);
        }
    }

    /// The page's side is gone without a word.
    pub(super) fn break_socket(&mut self, socket: usize) {
        let broken = &mut self.sockets[socket];
        broken.is_whole = false;
        broken.up.clear();
        broken.down.clear();
        let delay = self.random.between(self.weather.server_notices.clone());
        self.after(delay, move |world| {
            let deliveries = world.server.closed(socket);
            world.deliver(deliveries);
        });
    }

    /// The server ends, forgetting everything, and is back after a while.
    pub fn restart_server(&mut self, pause: std::time::Duration) {
        self.trace(|| "       -- the server restarts".into());
        self.server.forget_everything();
        self.server.is_up = false;
        for socket in 0..self.sockets.len() {
            self.end_socket(socket);
        }
        for page in 0..self.pages.len() {
            self.note_trouble(page);
        }
        self.after(pause, |world| world.server.is_up = true);
    }

    fn end_socket(&mut self, socket: usize) {
        if !self.sockets[socket].is_whole {
            return;
        }
        let code = if self.random.percent(50) {
            protocol::close::RESTART
        } else {
            1006
        };
        self.sockets[socket].is_whole = false;
        let delay = self.random.between(self.weather.signaling.clone());
        self.after(delay, move |world| {
            world.report_of_socket(socket, Input::SocketClosed(code));
        });
    }

    fn deliver(&mut self, deliveries: Deliveries) {
        for (socket, frame) in deliveries {
            self.sockets[socket].down.push_back(frame);
            let delay = self.random.between(self.weather.signaling.clone());
            self.after(delay, move |world| world.arrive_at_page(socket));
        }
    }

    fn arrive_at_server(&mut self, socket: usize) {
        let deliveries = match self.sockets[socket].up.pop_front() {
            _ if !self.sockets[socket].is_whole => return,
            Some(Frame::Text(text)) => self.server.received(socket, &text),
            Some(Frame::Close(_)) => {
                self.sockets[socket].is_whole = false;
                self.server.closed(socket)
            }
            None => return,
        };
        self.deliver(deliveries);
    }

    fn arrive_at_page(&mut self, socket: usize) {
        match self.sockets[socket].down.pop_front() {
            _ if !self.sockets[socket].is_whole => {}
            Some(Frame::Text(text)) => {
                let message = decode(&text).unwrap_or_else(|| panic!("not a message: {text}"));
                self.report_of_socket(socket, Input::Received(message));
            }
            Some(Frame::Close(code)) => {
                self.sockets[socket].is_whole = false;
                let deliveries = self.server.closed(socket);
                self.deliver(deliveries);
                self.report_of_socket(socket, Input::SocketClosed(code));
            }
            None => {}
        }
    }

    fn report_of_socket(&mut self, socket: usize, input: Input) {
        self.report(self.sockets[socket].page, Some(socket), input);
    }
}
