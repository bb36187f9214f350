//! A `<video>` that shows a stream. Sound comes from elsewhere.

use yew::prelude::*;

use crate::{
    browser::{self, Stream},
    components::hooks::use_boxed_effect,
};

/// What is played.
#[derive(Properties, PartialEq)]
pub struct VideoProps {
    /// The stream, if there is one.
    pub stream: Option<Stream>,
}

/// A `<video>` without controls. It stays the same element for as long as it is drawn; only its
/// stream changes.
#[component]
pub fn Video(props: &VideoProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_boxed_effect(props.stream.clone(), move |stream| {
            if let Some(video) = node.get() {
                browser::attach(&video, stream.as_ref());
            }
        });
    }
    html! { <video ref={node} autoplay=true playsinline=true disablepictureinpicture=true aria-hidden="true" /> }
}
