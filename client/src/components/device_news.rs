//! Tells of devices that come and go.

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    choice::{Choices, DeviceKind, DeviceNews},
    components::{icon::Glyph, language::use_text, notice::Notice, phrase::phrase},
};

/// What there is to tell.
#[derive(Properties, PartialEq)]
pub struct DeviceNewsNoticesProps {
    /// With the news in them.
    pub choices: Rc<Choices>,
    /// The person chose the device of this `deviceId`.
    pub onchoose: Callback<(DeviceKind, String)>,
}

/// A notice for each; what came can be used by one press.
#[component]
pub fn DeviceNewsNotices(props: &DeviceNewsNoticesProps) -> Html {
    let text = use_text();
    let notice = |news: &DeviceNews| {
        let choice = match news {
            DeviceNews::Arrived(device) => Some((device.kind, device.id.clone())),
            DeviceNews::Replaced(..) | DeviceNews::Refused(..) => None,
        };
        // What was put away stays so in other words.
        let cause = format!("{news:?}");
        html! {
            <Notice key={cause} glyph={Glyph::Hint} words={text.device_news(news)} alert=true dismissable=true>
                if let Some(choice) = choice {
                    <button type="button" class="button slim" onclick={props.onchoose.reform(move |_: MouseEvent| choice.clone())}>
                        {phrase(text.use_device)}
                    </button>
                }
            </Notice>
        }
    };
    html! { <>{for props.choices.news.iter().map(notice)}</> }
}
