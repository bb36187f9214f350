//! Everybody in the call, side by side.

use std::{collections::BTreeMap, rc::Rc};

use mesh::{Device, PeerView, Source, View};
use protocol::PeerId;
use yew::prelude::*;

use crate::{
    browser::{self, Size, Stream},
    components::{label::Numbers, language::use_text, tile::Tile},
    layout::Grid,
};

/// As many rows as `style.css` has; five columns of them are more people than any mesh connects.
const MAX_ROWS: usize = 8;

/// Who is in the call.
#[derive(Properties, PartialEq)]
pub struct TilesProps {
    /// The call.
    pub view: View,
    /// Who of one name is which.
    pub numbers: Rc<Numbers>,
    /// One's own picture.
    pub own_camera: Option<Stream>,
    /// The others' pictures.
    pub peers: BTreeMap<PeerId, Stream>,
}

/// A tile for each person, oneself last, all as large as they can be.
#[component]
pub fn Tiles(props: &TilesProps) -> Html {
    let text = use_text();
    let (node, size) = use_size();
    let view = &props.view;
    let grid = Grid::largest(size.width, size.height, view.peers.len() + 1);
    let shape = classes!(
        "grid",
        format!("columns-{}", grid.columns),
        format!("rows-{}", grid.rows.min(MAX_ROWS))
    );
    let peer = |peer: &PeerView| {
        let label = props.numbers.label(peer.id, &peer.name, text);
        html! {
            <Tile key={peer.id.to_string()} {label} name={peer.name.to_string()} stream={props.peers.get(&peer.id).cloned()}
                microphone={peer.media.microphone} camera={peer.media.camera} link={peer.link} />
        }
    };
    html! {
        <section class="tiles" aria-label={text.participants} ref={node}>
            <div class={shape}>
                {for view.peers.iter().map(peer)}
                <Tile key="own" label={text.own_name(&view.name)} name={view.name.to_string()} stream={props.own_camera.clone()}
                    own=true microphone={view.devices[Source::Microphone] == Device::On} camera={view.devices[Source::Camera] == Device::On} />
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
