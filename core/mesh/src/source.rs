//! What a person can send.

use std::ops::{Index, IndexMut};

/// What a person can send, in the order of the transceivers, which is that of the media sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// One's voice.
    Microphone,
    /// One's face.
    Camera,
    /// What a shared screen plays.
    ScreenSound,
    /// A shared screen.
    Screen,
}

impl Source {
    /// All, in order.
    pub const ALL: [Self; 4] = [
        Self::Microphone,
        Self::Camera,
        Self::ScreenSound,
        Self::Screen,
    ];

    /// Those that a device gives; a screen has to be chosen each time.
    pub const DEVICES: [Self; 2] = [Self::Microphone, Self::Camera];

    /// Those that a shared screen gives.
    pub const SHARED: [Self; 2] = [Self::ScreenSound, Self::Screen];

    /// Whether it is of a shared screen, or else of a device.
    pub const fn is_shared(self) -> bool {
        matches!(self, Self::ScreenSound | Self::Screen)
    }

    /// Whether it gives sound, or else pictures.
    pub const fn is_sound(self) -> bool {
        matches!(self, Self::Microphone | Self::ScreenSound)
    }
}

/// One value for each source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerSource<T>([T; 4]);

/// Which sources a person wants on or off; `None` leaves one as it is.
pub type Wish = PerSource<Option<bool>>;

impl<T> PerSource<T> {
    /// What the function says of each, in order.
    pub fn of(value: impl FnMut(Source) -> T) -> Self {
        Self(Source::ALL.map(value))
    }

    /// The same, unless it fails for one.
    pub fn try_of<E>(value: impl FnMut(Source) -> Result<T, E>) -> Result<Self, E> {
        let [microphone, camera, screen_sound, screen] = Source::ALL.map(value);
        Ok(Self([microphone?, camera?, screen_sound?, screen?]))
    }

    /// What becomes of each.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> PerSource<U> {
        PerSource(self.0.map(change))
    }

    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Source, &T)> {
        Source::ALL.into_iter().zip(&self.0)
    }
}

impl<T: Copy + Default> PerSource<T> {
    /// The same of sounds, and the default of pictures.
    pub fn sounds(&self) -> Self {
        Self::of(|source| {
            if source.is_sound() {
                self[source]
            } else {
                T::default()
            }
        })
    }

    /// This for some, and the default for the others.
    pub fn only(sources: &[Source], value: T) -> Self {
        let is_meant = |source| sources.contains(&source).then_some(value);
        Self::of(|source| is_meant(source).unwrap_or_default())
    }
}

impl<T> Index<Source> for PerSource<T> {
    type Output = T;

    fn index(&self, source: Source) -> &T {
        &self.0[source as usize]
    }
}

impl<T> IndexMut<Source> for PerSource<T> {
    fn index_mut(&mut self, source: Source) -> &mut T {
        &mut self.0[source as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stands_at_its_sources_place() {
        let mut heights = PerSource::of(|source| source as usize);
        assert_eq!(heights, PerSource([0, 1, 2, 3]));
        heights[Source::Screen] = 1080;
        assert_eq!(heights[Source::Screen], 1080);
        let sounds: Vec<Source> = Source::ALL
            .into_iter()
            .filter(|source| source.is_sound())
            .collect();
        assert_eq!(sounds, [Source::Microphone, Source::ScreenSound]);
    }

    #[test]
    fn who_is_not_meant_gets_the_default() {
        let wish: Wish = PerSource::only(&[Source::Camera], Some(true));
        assert_eq!(wish, PerSource([None, Some(true), None, None]));
    }
}
