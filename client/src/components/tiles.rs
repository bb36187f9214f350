//! Everybody in the call and every shared screen, side by side.

use std::{collections::BTreeMap, rc::Rc};

use mesh::{Device, LinkState, PeerView, PerSource, Source};
use protocol::{Name, PeerId};
use yew::prelude::*;

use crate::{
    browser::{self, Size, Stream},
    components::{
        hand,
        label::Numbers,
        language::use_text,
        pins::{Pins, TileId},
        tile::Tile,
    },
    layout::{Rect, arrange},
    text::{Text, fill},
};

/// Who is in the call.
#[derive(Properties, PartialEq)]
pub struct TilesProps {
    /// One's own name.
    pub name: Name,
    /// One's own devices.
    pub devices: PerSource<Device>,
    /// One's own pictures: the camera's and the screen's.
    pub own: [Option<Stream>; 2],
    /// Everybody else, in order of arrival.
    pub peers: Vec<PeerView>,
    /// One's own id.
    pub id: Option<PeerId>,
    /// Whose hands are up, in order.
    pub hands: Vec<PeerId>,
    /// The others' cameras.
    pub cameras: BTreeMap<PeerId, Stream>,
    /// The others' screens.
    pub screens: BTreeMap<PeerId, Stream>,
    /// Who of one name is which.
    pub numbers: Rc<Numbers>,
    /// What is pinned.
    pub pins: Pins,
    /// One's own picture is not shown.
    pub hides_own: bool,
    /// The person pins a tile, or unpins it.
    pub onpin: Callback<TileId>,
}

/// A tile for each person and each shared screen, oneself last.
#[component]
pub fn Tiles(props: &TilesProps) -> Html {
    let text = use_text();
    let (node, size) = use_size();
    let mut tiles: Vec<Content> = props
        .peers
        .iter()
        .flat_map(|peer| props.of_peer(peer, text))
        .collect();
    tiles.extend(props.of_oneself(text));
    let ids: Vec<TileId> = tiles.iter().map(|tile| tile.id).collect();
    let places = arrange(size.width, size.height, &props.pins.large(&ids));
    let tiles = tiles.into_iter().zip(places);
    html! {
        <section class="tiles" aria-label={text.participants} ref={node}>
            {for tiles.map(|(tile, place)| tile.draw(place, &props.pins, &props.onpin))}
        </section>
    }
}

/// What is on a tile.
struct Content {
    id: TileId,
    label: String,
    name: String,
    stream: Option<Stream>,
    microphone: bool,
    camera: bool,
    link: LinkState,
    hand: Option<usize>,
}

impl TilesProps {
    fn of_peer(&self, peer: &PeerView, text: &Text) -> impl Iterator<Item = Content> {
        let label = self.numbers.label(peer.id, &peer.name, text);
        let name = peer.name.to_string();
        let screen = peer.media.screen.then(|| Content {
            id: id(Some(peer.id), Source::Screen),
            label: fill(text.screen_of, &[&label]).to_string(),
            name: name.clone(),
            stream: self.screens.get(&peer.id).cloned(),
            microphone: true,
            camera: true,
            link: peer.link,
            hand: None,
        });
        let face = Content {
            id: id(Some(peer.id), Source::Camera),
            label,
            name,
            stream: self.cameras.get(&peer.id).cloned(),
            microphone: peer.media.microphone,
            camera: peer.media.camera,
            link: peer.link,
            hand: hand::place(&self.hands, Some(peer.id)),
        };
        [face].into_iter().chain(screen)
    }

    /// One's own picture may be hidden as long as there is somebody else to look at.
    fn of_oneself(&self, text: &Text) -> impl Iterator<Item = Content> {
        let [camera, screen] = self.own.clone();
        let is_on = |source| self.devices[source] == Device::On;
        let name = self.name.to_string();
        let screen = is_on(Source::Screen).then(|| Content {
            id: id(None, Source::Screen),
            label: text.own_screen.to_owned(),
            name: name.clone(),
            stream: screen,
            microphone: true,
            camera: true,
            link: LinkState::Connected,
            hand: None,
        });
        let is_shown = !self.hides_own || self.peers.is_empty();
        let face = is_shown.then(|| Content {
            id: id(None, Source::Camera),
            label: text.own_name(&self.name),
            name,
            stream: camera,
            microphone: is_on(Source::Microphone),
            camera: is_on(Source::Camera),
            link: LinkState::Connected,
            hand: hand::place(&self.hands, self.id),
        });
        screen.into_iter().chain(face)
    }
}

fn id(person: Option<PeerId>, source: Source) -> TileId {
    TileId { person, source }
}

impl Content {
    fn draw(self, place: Rect, pins: &Pins, onpin: &Callback<TileId>) -> Html {
        html! {
            <Tile key={format!("{:?}", self.id)} id={self.id} {place} label={self.label} name={self.name} stream={self.stream}
                microphone={self.microphone} camera={self.camera} link={self.link} hand={self.hand} pinned={pins.has(self.id)} {onpin} />
        }
    }
}

/// The size of the element that the reference is put on.
#[hook]
fn use_size() -> (NodeRef, Size) {
    let node = use_node_ref();
    let size = use_state_eq(Size::default);
    {
        let (node, size) = (node.clone(), size.setter());
        use_effect_with((), move |()| {
            let watch = node
                .get()
                .and_then(|node| browser::watch_size(&node, move |now| size.set(now)));
            move || drop(watch)
        });
    }
    (node, *size)
}
