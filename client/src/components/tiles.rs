//! Everybody in the call and every shared screen, side by side.

use std::rc::Rc;

use litemap::LiteMap;
use mesh::{Device, LinkState, PeerView, PerSource, Source};
use protocol::{Name, PeerId, Reaction};
use yew::prelude::*;

use crate::{
    browser::{self, Size, Stream},
    components::{
        hand,
        hooks::use_boxed_effect,
        label::Numbers,
        language::use_text,
        pins::{Pins, TileId},
        reactions::reaction_of,
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
    /// Who reacted a moment ago, and how.
    pub reactions: Vec<(PeerId, Reaction)>,
    /// Who speaks.
    pub speaking: Vec<PeerId>,
    /// The others' cameras.
    pub cameras: LiteMap<PeerId, Stream>,
    /// The others' screens.
    pub screens: LiteMap<PeerId, Stream>,
    /// Who of one name is which.
    pub numbers: Rc<Numbers>,
    /// What is pinned.
    pub pins: Pins,
    /// Whose face is large as long as nothing else is.
    pub speaker: Option<PeerId>,
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
    let ids = order(&props.peers, &props.devices, props.hides_own);
    let large = props.pins.large(&ids, props.speaker);
    let places = arrange(size.width, size.height, &large);
    html! {
        <section class="tiles" aria-label={text.participants} ref={node}>
            {for ids.into_iter().zip(places).map(|(id, place)| props.draw(id, place, text))}
        </section>
    }
}

/// Which tiles there are, from the first to the last. One's own picture may be hidden as long as
/// there is somebody else to look at.
pub fn order(peers: &[PeerView], devices: &PerSource<Device>, hides_own: bool) -> Vec<TileId> {
    let mut tiles = Vec::new();
    let mut add = |person, source, is_there: bool| {
        tiles.extend(is_there.then_some(TileId { person, source }));
    };
    for peer in peers {
        add(Some(peer.id), Source::Camera, true);
        add(Some(peer.id), Source::Screen, peer.media.screen);
    }
    add(None, Source::Screen, devices[Source::Screen] == Device::On);
    add(None, Source::Camera, !hides_own || peers.is_empty());
    tiles
}

/// What is on a tile.
struct Content {
    label: String,
    name: String,
    stream: Option<Stream>,
    microphone: bool,
    camera: bool,
    link: LinkState,
    through: Option<String>,
    hand: Option<usize>,
    reaction: Option<Reaction>,
    speaking: bool,
}

impl TilesProps {
    fn draw(&self, id: TileId, place: Rect, text: &Text) -> Html {
        let content = match id.person {
            None => self.of_oneself(text),
            Some(person) => {
                let Some(peer) = self.peers.iter().find(|peer| peer.id == person) else {
                    return Html::default();
                };
                self.of_peer(peer, text)
            }
        };
        let content = match id.source {
            Source::Screen => self.of_screen(id.person, content, text),
            _ => content,
        };
        html! {
            <Tile key={format!("{id:?}")} {id} {place} label={content.label} name={content.name} stream={content.stream}
                microphone={content.microphone} camera={content.camera} link={content.link} through={content.through} hand={content.hand}
                reaction={content.reaction} speaking={content.speaking} pinned={self.pins.has(id)} onpin={&self.onpin} />
        }
    }

    fn of_peer(&self, peer: &PeerView, text: &Text) -> Content {
        Content {
            label: self.numbers.label(peer.id, &peer.name, text),
            name: peer.name.to_string(),
            stream: self.cameras.get(&peer.id).cloned(),
            microphone: peer.media.microphone,
            camera: peer.media.camera,
            link: peer.link,
            through: self.numbers.through(peer, &self.peers, text),
            hand: hand::place(&self.hands, Some(peer.id)),
            reaction: reaction_of(&self.reactions, Some(peer.id)),
            speaking: peer.media.microphone && self.speaking.contains(&peer.id),
        }
    }

    fn of_oneself(&self, text: &Text) -> Content {
        let is_on = |source| self.devices[source] == Device::On;
        let [camera, _] = self.own.clone();
        Content {
            label: text.own_name(&self.name),
            name: self.name.to_string(),
            stream: camera,
            microphone: is_on(Source::Microphone),
            camera: is_on(Source::Camera),
            link: LinkState::Connected,
            through: None,
            hand: hand::place(&self.hands, self.id),
            reaction: reaction_of(&self.reactions, self.id),
            speaking: self.id.is_some_and(|id| self.speaking.contains(&id)),
        }
    }

    /// The screen of somebody whose face is this.
    fn of_screen(&self, person: Option<PeerId>, face: Content, text: &Text) -> Content {
        let [_, own] = self.own.clone();
        let (label, stream) = match person {
            None => (text.own_screen.to_owned(), own),
            Some(person) => {
                let label = fill(text.screen_of, &[&face.label]).to_string();
                (label, self.screens.get(&person).cloned())
            }
        };
        let link = match face.link {
            // The face says so.
            LinkState::NoSound(_) => LinkState::Connected,
            link => link,
        };
        Content {
            label,
            stream,
            link,
            microphone: true,
            camera: true,
            hand: None,
            reaction: None,
            speaking: false,
            ..face
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
        use_boxed_effect((), move |()| {
            let watch = node
                .get()
                .and_then(|node| browser::watch_size(&node, move |now| size.set(now)));
            move || drop(watch)
        });
    }
    (node, *size)
}
