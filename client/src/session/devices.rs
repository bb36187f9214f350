//! One's own devices as the browser has them.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use mesh::{CaptureError, DeviceCommand, DeviceEvent, Encoding, PerSource, Source};
use wasm_bindgen_futures::spawn_local;

use super::{
    Event, Queue,
    capturing::{Capturing, Request},
    choosing::Choosing,
};
use crate::{
    browser::{
        Stream, Track, TrackEvent,
        capture::{self, CaptureResult},
        display,
    },
    choice::{Choices, DeviceKind, MediaDevice},
};

/// Between two attempts to take back what another program, or a phone call, took.
const RETAKE: u32 = 1_000;
/// As long as a long phone call; then the person is asked to turn it on again.
const MAX_RETAKES: u32 = 3_600;

/// What was captured and is still held.
pub(super) struct Devices {
    tracks: PerSource<Option<Track>>,
    /// The pictures, to look at.
    pictures: PerSource<Option<Stream>>,
    /// Whether it is to give something.
    enabled: PerSource<bool>,
    /// What the camera was last asked to give.
    shape: Option<Encoding>,
    lost: PerSource<Option<Lost>>,
    capturing: Capturing,
    choosing: Choosing,
}

/// A device that is wanted and is not held for a moment.
struct Lost {
    id: String,
    label: String,
    attempts: u32,
    next: Option<Timeout>,
}

impl Lost {
    fn of(track: &Track) -> Self {
        Self {
            id: track.device_id().unwrap_or_default(),
            label: track.label(),
            attempts: 0,
            next: None,
        }
    }
}

impl Devices {
    pub(super) fn new(queue: &Queue) -> Self {
        Self {
            tracks: PerSource::default(),
            pictures: PerSource::default(),
            enabled: PerSource::default(),
            shape: None,
            lost: PerSource::default(),
            capturing: Capturing::new(queue.clone()),
            choosing: Choosing::new(queue.clone()),
        }
    }

    pub(super) fn track(&self, source: Source) -> Option<&Track> {
        self.tracks[source].as_ref()
    }

    pub(super) fn picture(&self, source: Source) -> Option<&Stream> {
        self.pictures[source].as_ref()
    }

    pub(super) fn choices(&self) -> Rc<Choices> {
        self.choosing.choices()
    }

    pub(super) fn command(&mut self, command: DeviceCommand, queue: &Queue) {
        match command {
            DeviceCommand::Capture(sources) => self.capture(&sources, queue),
            DeviceCommand::Unmute(source) => self.enable(source, true),
            DeviceCommand::Mute(source) => self.enable(source, false),
            DeviceCommand::Release(source) => {
                self.lost[source] = None;
                drop(self.release(source));
            }
            DeviceCommand::Shape(source, encoding) => {
                self.shape = Some(encoding);
                self.shape(source, encoding, queue.clone());
            }
        }
    }

    /// Asks for devices in turn with all else that is asked of them; for a screen at once, since
    /// browsers want a click just before.
    fn capture(&self, sources: &PerSource<bool>, queue: &Queue) {
        let devices = PerSource::of(|source| sources[source] && !source.is_shared());
        if devices != PerSource::default() {
            self.capturing.ask(Request::Capture(devices));
        }
        if sources[Source::Screen] {
            let queue = queue.clone();
            spawn_local(async move {
                queue.push(Event::Captured(display::share().await));
            });
        }
    }

    /// The person chose this device. `starting`: one was asked for that is not there yet.
    pub(super) fn choose(&mut self, kind: DeviceKind, id: String, starting: bool) {
        let held = kind.source().and_then(|source| self.track(source));
        let is_held = held.is_some();
        let is_other = held.is_some_and(|track| track.device_id().as_ref() != Some(&id));
        self.choosing.choose(kind, &id, is_held);
        let Some(source) = kind.source() else {
            return;
        };
        if self.lost[source].is_some() {
            self.capturing.ask(Request::Retake(source));
        } else if is_other || starting {
            self.capturing.ask(Request::Exchange(source, id));
        }
    }

    /// What came of asking for a device. One that was captured gives nothing yet.
    pub(super) fn captured(
        &mut self,
        (source, result): CaptureResult,
        queue: &Queue,
    ) -> (Source, Vec<DeviceEvent>) {
        let track = match result {
            Ok(track) => track,
            Err(error) => return (source, vec![DeviceEvent::Refused(error)]),
        };
        self.enabled[source] = false;
        self.choosing.held(source, &track, None);
        let muted = track.is_muted().then_some(DeviceEvent::Muted);
        self.hold(source, track, queue);
        let events = [DeviceEvent::Captured].into_iter().chain(muted);
        (source, events.collect())
    }

    /// What came of asking for the chosen device instead of the one that is held. Phones open one
    /// camera at a time: there the held one is let go of first, and taken again if that was not it.
    pub(super) fn exchanged(
        &mut self,
        source: Source,
        (id, result): (String, Result<Track, CaptureError>),
        queue: &Queue,
    ) -> Option<DeviceEvent> {
        let held = self.track(source).map(Lost::of);
        match (result, held) {
            (Ok(track), held) if held.is_some() || self.lost[source].is_some() => {
                self.lost[source] = None;
                self.choosing.held(source, &track, None);
                Some(self.replace(source, track, queue))
            }
            (Err(CaptureError::InUse), Some(held)) => {
                drop(self.release(source));
                self.lost[source] = Some(held);
                self.capturing.ask(Request::Exchange(source, id));
                Some(DeviceEvent::Muted)
            }
            (Err(_), Some(held)) => {
                self.choosing.refused(source, &held.id, &held.label);
                None
            }
            (Err(_), None) => {
                if let Some(lost) = &self.lost[source] {
                    self.choosing.refused(source, &lost.id, &lost.label);
                    self.capturing.ask(Request::Retake(source));
                }
                None
            }
            // It was turned off meanwhile.
            (Ok(_), _) => None,
        }
    }

    /// What came of asking again for a device that was lost.
    pub(super) fn retaken(
        &mut self,
        source: Source,
        result: Result<Track, CaptureError>,
        queue: &Queue,
    ) -> Option<DeviceEvent> {
        let mut lost = self.lost[source].take()?;
        match result {
            Ok(track) => {
                self.choosing.held(source, &track, Some(lost.label));
                Some(self.replace(source, track, queue))
            }
            Err(CaptureError::InUse) if lost.attempts < MAX_RETAKES => {
                lost.attempts += 1;
                let queue = queue.clone();
                let retake = move || queue.push(Event::Retake(source));
                lost.next = Some(Timeout::new(RETAKE, retake));
                self.lost[source] = Some(lost);
                None
            }
            Err(error) => Some(DeviceEvent::Ended(error)),
        }
    }

    /// Asks again for this, if it was lost.
    pub(super) fn retake(&self, source: Source) {
        if self.lost[source].is_some() {
            self.capturing.ask(Request::Retake(source));
        }
    }

    /// Somebody looks at the page again, or a device came: what was taken may be free.
    pub(super) fn retake_all(&self) {
        for source in Source::DEVICES {
            self.retake(source);
        }
    }

    /// What the browser did to a track. Why one ended is found out first; what is `wanted` is
    /// silent meanwhile.
    pub(super) fn track_event(
        &mut self,
        source: Source,
        event: TrackEvent,
        wanted: bool,
        queue: &Queue,
    ) -> Option<DeviceEvent> {
        match event {
            TrackEvent::Muted => Some(DeviceEvent::Muted),
            TrackEvent::Unmuted => Some(DeviceEvent::Unmuted),
            TrackEvent::Ended => {
                let track = self.take_ended(source)?;
                if source.is_shared() {
                    // By the browser's own button, or with the window that was shared.
                    return Some(DeviceEvent::Ended(CaptureError::NotFound));
                }
                let is_missed = wanted && DeviceKind::of(source).is_some();
                self.lost[source] = is_missed.then(|| Lost::of(&track));
                let queue = queue.clone();
                spawn_local(async move {
                    let (id, before) = (track.device_id(), track.permission());
                    let error = capture::why_ended(source, id, before).await;
                    queue.push(Event::Ended(source, error));
                });
                is_missed.then_some(DeviceEvent::Muted)
            }
        }
    }

    /// A track ended, for this reason. **What the person has not forbidden is taken again**, or
    /// another one of its kind.
    pub(super) fn ended(&mut self, source: Source, error: CaptureError) -> Option<DeviceEvent> {
        let is_there = matches!(error, CaptureError::InUse | CaptureError::Unplugged);
        // Otherwise it was turned on again meanwhile.
        if self.track(source).is_some_and(Track::is_live) {
            return None;
        }
        if is_there && self.lost[source].is_some() {
            self.capturing.ask(Request::Retake(source));
            return None;
        }
        self.lost[source] = None;
        Some(DeviceEvent::Ended(error))
    }

    /// Devices were plugged in or out.
    pub(super) fn plugged(&self) {
        self.choosing.list();
        self.retake_all();
    }

    /// These devices are there.
    pub(super) fn listed(&mut self, devices: Vec<MediaDevice>) {
        self.choosing.change().list(devices);
    }

    fn enable(&mut self, source: Source, enabled: bool) {
        self.enabled[source] = enabled;
        if let Some(track) = self.track(source) {
            track.enable(enabled);
        }
    }

    fn replace(&mut self, source: Source, track: Track, queue: &Queue) -> DeviceEvent {
        let is_muted = track.is_muted();
        self.hold(source, track, queue);
        if let Some(encoding) = self.shape.filter(|_| source == Source::Camera) {
            self.shape(source, encoding, queue.clone());
        }
        if is_muted {
            DeviceEvent::Muted
        } else {
            DeviceEvent::Unmuted
        }
    }

    fn hold(&mut self, source: Source, mut track: Track, queue: &Queue) {
        let queue = queue.clone();
        track.watch(move |event| queue.push(Event::Track(source, event)));
        track.enable(self.enabled[source]);
        if !source.is_sound() {
            self.pictures[source] = track.stream();
        }
        self.tracks[source] = Some(track);
    }

    fn release(&mut self, source: Source) -> Option<Track> {
        self.pictures[source] = None;
        self.tracks[source].take()
    }

    /// The track that the browser ended; `None` if that was one which is not held any more.
    fn take_ended(&mut self, source: Source) -> Option<Track> {
        if self.track(source)?.is_live() {
            return None;
        }
        self.release(source)
    }

    fn shape(&self, source: Source, encoding: Encoding, queue: Queue) {
        if let Some(track) = self.track(source) {
            let shaping = track.shape(encoding);
            spawn_local(async move {
                // What cannot be is scaled down for each peer.
                if shaping.await.is_ok() {
                    queue.push(Event::Changed(source));
                }
            });
        }
    }
}
