//! Everybody in the call, side by side.

use std::{collections::BTreeMap, rc::Rc};

use mesh::{Device, PeerView, PerSource, Source};
use protocol::{Name, PeerId};
use yew::prelude::*;

use crate::{
    browser::{self, Size, Stream},
    components::{hand, label::Numbers, language::use_text, tile::Tile},
    layout::Grid,
};

/// As many rows as `style.css` has; five columns of them are more people than any mesh connects.
const MAX_ROWS: usize = 8;

/// Who is in the call.
#[derive(Properties, PartialEq)]
pub struct TilesProps {
    /// One's own name.
    pub name: Name,
    /// One's own devices.
    pub devices: PerSource<Device>,
    /// One's own picture.
    pub own_camera: Option<Stream>,
    /// Everybody else, in order of arrival.
    pub peers: Vec<PeerView>,
    /// One's own id.
    pub own: Option<PeerId>,
    /// Whose hands are up, in order.
    pub hands: Vec<PeerId>,
    /// The others' pictures.
    pub cameras: BTreeMap<PeerId, Stream>,
    /// Who of one name is which.
    pub numbers: Rc<Numbers>,
}

/// A tile for each person, oneself last, all as large as they can be.
#[component]
pub fn Tiles(props: &TilesProps) -> Html {
    let text = use_text();
    let (node, size) = use_size();
    let grid = Grid::largest(size.width, size.height, props.peers.len() + 1);
    let shape = classes!(
        "grid",
        format!("columns-{}", grid.columns),
        format!("rows-{}", grid.rows.min(MAX_ROWS))
    );
    let peer = |peer: &PeerView| {
        let label = props.numbers.label(peer.id, &peer.name, text);
        html! {
            <Tile key={peer.id.to_string()} {label} name={peer.name.to_string()} stream={props.cameras.get(&peer.id).cloned()}
                microphone={peer.media.microphone} camera={peer.media.camera} link={peer.link}
                hand={hand::place(&props.hands, Some(peer.id))} />
        }
    };
    html! {
        <section class="tiles" aria-label={text.participants} ref={node}>
            <div class={shape}>
                {for props.peers.iter().map(peer)}
                <Tile key="own" label={text.own_name(&props.name)} name={props.name.to_string()} stream={props.own_camera.clone()}
                    own=true microphone={props.devices[Source::Microphone] == Device::On} camera={props.devices[Source::Camera] == Device::On}
                    hand={hand::place(&props.hands, props.own)} />
            </div>
        </section>
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
