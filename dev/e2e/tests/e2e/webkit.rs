//! The page in WebKitGTK, the nearest to Safari that runs here. It has no WebRTC.

use e2e::{Engine::WebKit, FakeDevices, Harness, Page, Person};
use serde_json::json;

const NO_CALLS: &str = "This browser cannot make video calls, because it has no WebRTC.";
const JOIN: &str =
    "[...document.querySelectorAll('button')].find(button => button.textContent === 'Join now')";

async fn reads(page: &Page, words: &str) -> e2e::Result<()> {
    page.until(&format!(
        "document.body.innerText.includes({})",
        json!(words)
    ))
    .await
}

#[tokio::test]
async fn who_cannot_call_sees_oneself_and_reads_why_the_way_in_is_shut() {
    Harness::run("webkit", &[], async |harness| {
        let [ada] = harness.people([("Ada", WebKit)]).await?;
        ada.open(&harness.address("/?lang=en")).await?;
        ada.until("probe.heading().startsWith('Meet face to face')").await?;
        reads(&ada, NO_CALLS).await?;
        ada.fill("Room ID", "tea").await?;
        ada.click("Join room").await?;
        ada.until("probe.heading() === 'Ready to join?'").await?;
        reads(&ada, NO_CALLS).await?;
        // The words are there for who hears the button, too.
        ada.until(&format!(
            "{JOIN}.disabled && document.getElementById({JOIN}.getAttribute('aria-describedby')).textContent.includes({})",
            json!(NO_CALLS)
        ))
        .await?;
        ada.give_devices().await?;
        // The picture moves, and the microphone is heard.
        ada.until(
            "await (async video => {
                const before = video.currentTime;
                await probe.pause(200);
                return video.videoWidth > 0 && video.currentTime > before;
            })(document.querySelector('.preview video'))",
        )
        .await?;
        ada.click("Turn off camera").await?;
        ada.until("probe.button('Turn on camera') && document.querySelector('.preview').innerText.includes('Camera off')")
            .await?;
        ada.click("한국어").await?;
        reads(&ada, "이 브라우저는 WebRTC를 지원하지 않아 영상 통화를 할 수 없습니다").await?;
        ada.until("document.documentElement.lang === 'ko'").await
    })
    .await;
}

#[tokio::test]
async fn who_has_no_camera_either_reads_that_too() {
    Harness::run("webkit_no_devices", &[], async |harness| {
        let person = Person::new("Ada", WebKit).having(FakeDevices::Absent);
        let [ada] = harness.people([person]).await?;
        ada.enter_lobby(&harness.address("/r/tea?lang=en")).await?;
        ada.click("Allow camera and microphone").await?;
        reads(&ada, "No camera or microphone was found").await?;
        reads(&ada, NO_CALLS).await
    })
    .await;
}
