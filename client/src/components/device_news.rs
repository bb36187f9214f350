//! Tells of devices that come and go.

use yew::prelude::*;

use crate::{
    choice::{Choices, DeviceKind, DeviceNews},
    components::{icon::Glyph, notice::Notice, phrase::phrase},
    text::Text,
};

/// A notice for each; what came can be used by one press: `onchoose` takes its `deviceId`.
pub fn device_news(
    choices: &Choices,
    onchoose: &Callback<(DeviceKind, String)>,
    text: &Text,
) -> Html {
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
                    <button type="button" class="button slim" onclick={onchoose.reform(move |_: MouseEvent| choice.clone())}>
                        {phrase(text.use_device)}
                    </button>
                }
            </Notice>
        }
    };
    html! { <key="news">{for choices.news.iter().map(notice)}</> }
}
