//! Sound on its way: what comes of a microphone, and what is lost in one direction.

use std::time::Duration;

use mesh::{ConnectionEvent, Sending, Source};

use super::{Loss, World, connection::Transport};

impl World {
    /// A browser looks so often whether packets come.
    const LOOK: Duration = Duration::from_millis(500);

    /// From one person to another this does not get through any more, over no connection.
    pub fn lose(&mut self, from: usize, to: usize, loss: Loss) {
        self.trace(|| format!("       -- {loss:?} is lost from {from} to {to}"));
        self.losses.insert((from, to), loss);
        self.record.is_deafened = true;
        self.note_loss(from, to);
        if loss == Loss::All {
            for connection in self.connections_between(from, to) {
                self.lose_path_at(connection);
            }
        }
    }

    /// Whoever loads the page meanwhile is concerned as well.
    pub(super) fn note_loss(&mut self, a: usize, b: usize) {
        let is_lost = [(a, b), (b, a)].map(|way| self.losses.get(&way) == Some(&Loss::All));
        if is_lost.contains(&true)
            && let Some((a, b)) = self.people[a].page.zip(self.people[b].page)
        {
            self.note_disturbance(a, b);
        }
    }

    /// What is lost on the way to this end of a connection.
    pub(super) fn loss_to(&self, connection: usize) -> Option<Loss> {
        let [here, there] = self.people_of(connection)?;
        self.losses.get(&(there, here)).copied()
    }

    /// Whether the ends of a connection can agree that they reach each other.
    pub(super) fn is_whole(&self, connection: usize) -> bool {
        let Some([here, there]) = self.people_of(connection) else {
            return true;
        };
        let ways = [(here, there), (there, here)];
        ways.iter()
            .all(|way| self.losses.get(way) != Some(&Loss::All))
    }

    fn people_of(&self, connection: usize) -> Option<[usize; 2]> {
        let here = &self.connections[connection];
        let there = &self.connections[here.other_end()?];
        Some([here, there].map(|end| self.pages[end.page].person))
    }

    /// The browser looks now and then whether packets of the other side's microphone come.
    pub(super) fn watch_sound(&mut self, connection: usize) {
        self.after(Self::LOOK, move |world| {
            if world.connections[connection].is_closed {
                return;
            }
            let page = &world.pages[world.connections[connection].page];
            if page.asleep <= world.now {
                world.look_for_sound(connection);
            }
            world.watch_sound(connection);
        });
    }

    fn look_for_sound(&mut self, connection: usize) {
        let comes = self.comes(connection);
        let watched = &mut self.connections[connection];
        watched.came = [watched.came[1], comes];
        if comes || watched.came == [false; 2] {
            let is_news = std::mem::replace(&mut watched.comes_as_told, comes) != comes;
            if is_news {
                self.tell(connection, ConnectionEvent::Sound(comes));
            }
        }
    }

    /// Whether sound of the other side's microphone arrives.
    pub fn comes(&self, connection: usize) -> bool {
        let Some(other) = self.other_end(connection) else {
            return false;
        };
        let other = &self.connections[other];
        other.sends[Source::Microphone] == Sending::Sound
            && matches!(
                other.transport,
                Transport::Connected | Transport::Disconnected
            )
            && self.loss_to(connection).is_none()
    }
}
