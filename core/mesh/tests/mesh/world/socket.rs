//! WebSockets between the pages and the server: in order, with delays, and they break.

use std::{collections::VecDeque, time::Duration};

use mesh::{Input, SocketEvent};
use protocol::{CloseCode, decode};

use super::{
    World,
    server::{Deliveries, Frame},
};

/// One WebSocket.
pub struct Socket {
    page: usize,
    path: Path,
    up: VecDeque<Frame>,
    down: VecDeque<Frame>,
}

/// What becomes of what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Path {
    Whole,
    /// Nothing gets through, and the page is told so.
    Broken,
    /// Nothing gets through, and the page is told nothing: the address that it leads from is gone.
    HalfOpen,
}

/// Milliseconds until the server lets go of whoever answers no pings.
const SERVER_TIMES_OUT: std::ops::Range<u64> = 10_000..15_000;

impl World {
    pub(super) fn open_socket(&mut self, page: usize) {
        let socket = self.sockets.len();
        self.sockets.push(Socket {
            page,
            path: Path::Whole,
            up: VecDeque::new(),
            down: VecDeque::new(),
        });
        let pages = &mut self.pages[page];
        if pages.socket.replace(socket).is_some() {
            self.fault(format!("page {page} opens a second WebSocket"));
        }
        if self.people[self.pages[page].person].is_away && self.random.percent(50) {
            // Packets that nobody answers; or the browser says at once that there is no network.
            self.sockets[socket].path = Path::HalfOpen;
        }
        let delay = self.random.between(self.weather.signaling.clone());
        self.after(delay * 2, move |world| world.opened_or_not(socket));
    }

    fn opened_or_not(&mut self, socket: usize) {
        let is_away = self.people[self.pages[self.sockets[socket].page].person].is_away;
        match self.sockets[socket].path {
            Path::HalfOpen => {}
            Path::Whole if self.server.is_up && !is_away => {
                let thaw = self.server.thaw.saturating_sub(self.now);
                if thaw.is_zero() {
                    self.report_of_socket(socket, SocketEvent::Opened);
                } else {
                    self.after(thaw, move |world| world.opened_or_not(socket));
                }
            }
            Path::Whole | Path::Broken => {
                self.sockets[socket].path = Path::Broken;
                self.report_of_socket(socket, SocketEvent::Closed(CloseCode::ABNORMAL));
            }
        }
    }

    pub(super) fn close_socket(&mut self, page: usize) {
        match self.pages[page].socket.take() {
            Some(socket) => self.send_up(socket, Frame::Close(CloseCode::REPLACED)),
            None => self.fault(format!(
                "page {page} closes a WebSocket that it does not have"
            )),
        }
        self.pages[page].is_socket_open = false;
    }

    pub(super) fn send_up(&mut self, socket: usize, frame: Frame) {
        if self.sockets[socket].path != Path::Whole {
            return;
        }
        self.sockets[socket].up.push_back(frame);
        let delay = self.random.between(self.weather.signaling.clone());
        self.after(delay, move |world| world.arrive_at_server(socket));
    }

    /// The path of a page's WebSocket breaks: what is under way is lost, and both ends notice some
    /// time later.
    pub fn drop_socket(&mut self, person: usize) {
        let page = self.page(person);
        self.note_trouble(page);
        if let Some(socket) = self.pages[page].socket {
            self.trace(|| format!("       -- the WebSocket of {page} breaks"));
            let delay = self.random.between(self.weather.page_notices.clone());
            self.after(delay, move |world| {
                world.report_of_socket(socket, SocketEvent::Closed(CloseCode::ABNORMAL));
            });
            self.break_socket(socket);
        }
    }

    /// Somewhere on the way the WebSocket is forgotten. Neither end is told, and all else goes on.
    pub fn forget_socket(&mut self, person: usize) {
        let page = self.page(person);
        self.note_trouble(page);
        if let Some(socket) = self.pages[page].socket {
            let times_out = self.random.millis(SERVER_TIMES_OUT);
            self.cut_socket(socket, Path::HalfOpen, times_out);
        }
    }

    /// A person's network goes away, and after a while there is another. The WebSocket stays open
    /// for ever, no connection leads anywhere, and the browser may say that the network changed.
    pub fn change_network(&mut self, person: usize, gap: Duration, is_told: bool) {
        let page = self.page(person);
        self.trace(|| format!("       -- {page} loses its network for {gap:?}"));
        self.note_trouble(page);
        self.note_disturbances(page);
        self.people[person].is_away = true;
        self.lose_address(page);
        if is_told {
            self.report(page, None, Input::NetworkChanged);
        } else {
            // Until the page finds out it has to take this for its browser's fault.
            self.record.is_shut_in = true;
        }
        if !gap.is_zero() && self.random.percent(50) {
            self.fail_at_once(page);
        }
        self.after(gap, move |world| {
            world.trace(|| format!("       -- {page} has another network"));
            world.people[person].is_away = false;
            // Another change may have been over before.
            world.note_disturbances(page);
            world.lose_address(page);
            if is_told {
                world.report(page, None, Input::NetworkChanged);
            }
        });
    }

    /// So does Chromium without any network, where Firefox waits.
    pub fn fail_at_once(&mut self, page: usize) {
        let connections: Vec<usize> = self.pages[page].connections.values().copied().collect();
        for connection in connections {
            self.fail(connection);
        }
    }

    fn lose_address(&mut self, page: usize) {
        if let Some(socket) = self.pages[page].socket
            && self.sockets[socket].path == Path::Whole
        {
            let times_out = self.random.millis(SERVER_TIMES_OUT);
            self.cut_socket(socket, Path::HalfOpen, times_out);
        }
        let connections: Vec<usize> = self.pages[page].connections.values().copied().collect();
        for connection in connections {
            self.connections[connection].is_dead = true;
            self.lose_path_at(connection);
            self.lose_path(connection);
        }
    }

    /// The page's side is gone without a word.
    pub(super) fn break_socket(&mut self, socket: usize) {
        let delay = self.random.between(self.weather.server_notices.clone());
        self.cut_socket(socket, Path::Broken, delay);
    }

    fn cut_socket(&mut self, socket: usize, path: Path, server_notices: Duration) {
        let cut = &mut self.sockets[socket];
        cut.path = path;
        cut.up.clear();
        cut.down.clear();
        self.after(server_notices, move |world| {
            let deliveries = world.server.closed(socket);
            world.deliver(deliveries);
        });
    }

    /// The server ends, forgetting everything, and is back after a while.
    pub fn restart_server(&mut self, pause: Duration) {
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

    /// The server stands still: what it is sent waits.
    pub fn freeze_server(&mut self, duration: Duration) {
        self.trace(|| "       -- the server stands still".into());
        self.server.thaw = self.now + duration;
        for page in 0..self.pages.len() {
            self.note_trouble(page);
        }
    }

    fn end_socket(&mut self, socket: usize) {
        if self.sockets[socket].path != Path::Whole {
            return;
        }
        let code = if self.random.percent(50) {
            CloseCode::RESTART
        } else {
            CloseCode::ABNORMAL
        };
        self.sockets[socket].path = Path::Broken;
        let delay = self.random.between(self.weather.signaling.clone());
        self.after(delay, move |world| {
            world.report_of_socket(socket, SocketEvent::Closed(code));
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
        if self.server.thaw > self.now {
            let rest = self.server.thaw - self.now;
            return self.after(rest, move |world| world.arrive_at_server(socket));
        }
        let deliveries = match self.sockets[socket].up.pop_front() {
            _ if self.sockets[socket].path != Path::Whole => return,
            Some(Frame::Text(text)) => self.server.received(socket, &text),
            Some(Frame::Close(_)) => {
                self.sockets[socket].path = Path::Broken;
                self.server.closed(socket)
            }
            None => return,
        };
        self.deliver(deliveries);
    }

    fn arrive_at_page(&mut self, socket: usize) {
        match self.sockets[socket].down.pop_front() {
            _ if self.sockets[socket].path != Path::Whole => {}
            Some(Frame::Text(text)) => {
                let message = decode(&text).unwrap_or_else(|| panic!("not a message: {text}"));
                self.report_of_socket(socket, SocketEvent::Received(message));
            }
            Some(Frame::Close(code)) => {
                self.sockets[socket].path = Path::Broken;
                let deliveries = self.server.closed(socket);
                self.deliver(deliveries);
                self.report_of_socket(socket, SocketEvent::Closed(code));
            }
            None => {}
        }
    }

    fn report_of_socket(&mut self, socket: usize, event: SocketEvent) {
        let input = Input::Socket(event);
        self.report(self.sockets[socket].page, Some(socket), input);
    }
}
