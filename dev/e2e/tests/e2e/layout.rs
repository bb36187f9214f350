//! What people write has any length, screens have any size, and every control stays within reach.

use std::sync::Arc;

use e2e::{Engine::Chromium, FakeDevices, Harness, Page, Person};
use serde_json::{Value, json};

use super::screens::{switch_language, walk, write};

/// Small phones and large ones, a tablet, one on its side, the same with its keyboard up, a small
/// one with its keyboard up, a laptop.
const SIZES: [(u32, u32); 9] = [
    (320, 568),
    (360, 640),
    (390, 844),
    (480, 800),
    (844, 390),
    (844, 190),
    (320, 290),
    (390, 450),
    (1280, 800),
];

/// A phone, a small one, and one on its side.
const PHONES: [(u32, u32); 3] = [(390, 844), (320, 568), (844, 390)];

/// People who write without a space, in scripts that are wide, that run from the right, and that
/// stack.
const NAMES: [&str; 4] = [
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "우리마당에서만나서반가운아주긴이름을가진사람입니다우리마당에서만나서반가운아주긴이름을",
    "مرحبابالعالممنهناالسلامعليكمورحمةاللهوبركاتهمرحبابالعالممنهنا",
    "नमस्तेदुनियानमस्तेदुनियानमस्तेदुनियानमस्तेदुनिया",
];

async fn all_is_within_reach(page: &Page, what: &str) -> e2e::Result<()> {
    for language in ["English", "Korean"] {
        for size in SIZES {
            page.resize(size).await?;
            let found = page.value("probe.unreachable()").await?;
            assert_eq!(found, json!([]), "{what} in {language} at {size:?}");
        }
        switch_language(page).await?;
    }
    Ok(())
}

/// What one came for is seen at once, without scrolling, and no words are cut or lie under others.
async fn the_way_in_is_in_sight(page: &Page, what: &str) -> e2e::Result<()> {
    const BOTTOM: &str = "(scrollTo(0, 0), document.querySelector('.button.primary').getBoundingClientRect().bottom)";
    const CUT: &str = "(context => [...document.querySelectorAll('input')].filter(field => {
        context.font = getComputedStyle(field, '::placeholder').font;
        return context.measureText(field.placeholder).width > field.clientWidth - 2 * parseFloat(getComputedStyle(field).paddingLeft);
    }).map(field => field.placeholder))(new OffscreenCanvas(1, 1).getContext('2d'))";
    const COVERED: &str = "(words => words && words.getBoundingClientRect().bottom > document.querySelector('.toggles').getBoundingClientRect().top)(document.querySelector('.dark span'))";
    for size in PHONES {
        page.resize(size).await?;
        let bottom = page.value(BOTTOM).await?;
        assert!(
            bottom.as_f64() <= Some(size.1.into()),
            "{what} at {size:?}: {bottom}"
        );
        let cut = page.value(CUT).await?;
        assert_eq!(cut, json!([]), "{what} at {size:?}");
        let covered = page.value(COVERED).await?;
        assert_ne!(covered, json!(true), "{what} at {size:?}");
    }
    Ok(())
}

/// Somebody in a call with somebody else, both without devices.
async fn call(harness: &mut Harness, room: &str, names: [&str; 2]) -> e2e::Result<[Arc<Page>; 2]> {
    let pages = harness.people(names.map(|name| (name, Chromium))).await?;
    for page in &pages {
        page.enter_lobby(&harness.address(room)).await?;
        page.click("Join now").await?;
        page.until("probe.button('Leave call')").await?;
    }
    for page in &pages {
        page.until("probe.names().length === 2").await?;
    }
    Ok(pages)
}

/// The same with their chats open.
async fn chat(harness: &mut Harness) -> e2e::Result<[Arc<Page>; 2]> {
    let pages = call(harness, "/r/tea", ["Ada", "Ben"]).await?;
    for page in &pages {
        page.click("Open chat").await?;
    }
    Ok(pages)
}

#[tokio::test]
async fn no_name_room_or_message_moves_a_control_out_of_reach() {
    let rooms = [
        format!("/r/{}", "w".repeat(64)),
        format!("/r/{}", "마".repeat(64)),
    ];
    for (place, room) in rooms.iter().enumerate() {
        Harness::run(&format!("reach_{place}"), &[], async |harness| {
            let names = [NAMES[2 * place], NAMES[2 * place + 1]];
            walk(harness, room, names, async |page, what| {
                all_is_within_reach(page, what).await?;
                if what == "the list of people" {
                    let signs = "[...document.querySelectorAll('.people .states:not(:empty)')].map(states => states.getBoundingClientRect())";
                    assert_eq!(page.value(&format!("{signs}.every(({{ width, right }}) => width > 30 && right <= innerWidth)")).await?, json!(true));
                }
                Ok(())
            })
            .await
        })
        .await;
    }
}

#[tokio::test]
async fn the_way_in_is_seen_at_once() {
    Harness::run("reach_in", &[], async |harness| {
        let [ada, ben] = harness
            .people([
                Person::new("Ada", Chromium),
                Person::new(NAMES[0], Chromium).having(FakeDevices::Refused),
            ])
            .await?;
        let room = harness.address(&format!("/r/{}", "w".repeat(64)));
        ben.enter_lobby(&room).await?;
        ben.click("Allow camera and microphone").await?;
        ben.until("probe.button('Dismiss')").await?;
        ben.click("Join now").await?;
        ben.until("probe.button('Dismiss')").await?;
        // What there is to say leaves room for people, also above a keyboard.
        ben.click("Open chat").await?;
        ben.resize((844, 190)).await?;
        ben.until("document.querySelector('.tile').clientHeight > 48")
            .await?;
        for language in ["en", "ko"] {
            ada.open(&harness.address(&format!("/?lang={language}")))
                .await?;
            ada.until("document.querySelector('#room')").await?;
            the_way_in_is_in_sight(&ada, "home").await?;
            ada.open(&harness.address(&format!("/r/tea?lang={language}")))
                .await?;
            ada.until("document.querySelector('.permission button')")
                .await?;
            the_way_in_is_in_sight(&ada, "the lobby").await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_phone_on_its_side_with_its_keyboard_up_is_enough_to_chat() {
    Harness::run("keyboard", &[], async |harness| {
        let [ada, ben] = chat(harness).await?;
        ada.resize((844, 390)).await?;
        // What happens is said where it hides nothing of the stage.
        const OVER: &str = "document.querySelector('.status > :last-child').getBoundingClientRect().bottom > document.querySelector('.stage').getBoundingClientRect().top";
        assert_eq!(ada.value(OVER).await?, json!(false));
        for number in 0..20 {
            ben.say(&number.to_string()).await?;
        }
        ada.until("probe.chat().length === 20").await?;
        ada.resize((844, 190)).await?;
        let height = ada.value("document.querySelector('.log').clientHeight").await?;
        assert!(height.as_u64() > Some(100), "{height}");
        // The last message is still in sight.
        ada.until("(([last], log) => last.getBoundingClientRect().bottom <= log.getBoundingClientRect().bottom + 1)([...document.querySelectorAll('.line')].slice(-1), document.querySelector('.log'))").await?;
        assert_eq!(ada.value("probe.unreachable()").await?, json!([]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_tells_two_people_of_a_long_name_apart_is_never_cut() {
    Harness::run("long_names", &[], async |harness| {
        let name = "Maximiliane Hohenzollern-Sigmaringen von und zu";
        let [ada, _] = call(harness, "/r/tea", [name; 2]).await?;
        ada.click("Show people").await?;
        ada.resize((320, 568)).await?;
        const NAMES: &str = "[...document.querySelectorAll('.name')].map(name => {
            const [cut, end] = name.children;
            const [inner, outer] = [end, name.parentElement].map(element => element.getBoundingClientRect());
            return [end.textContent, cut.scrollWidth > cut.clientWidth, inner.width > 0 && inner.right <= outer.right];
        })";
        let shown = [[" (2)"], [" (you)"]].map(|[end]| json!([end, true, true]));
        let [other, own] = shown;
        assert_eq!(ada.value(NAMES).await?, json!([other, own, own, other]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn korean_breaks_between_words_on_an_english_page_too() {
    Harness::run("korean", &[], async |harness| {
        let [ada, ben] = chat(harness).await?;
        // Long enough where no font has Hangul, too.
        ben.say(&"오늘 회의에서 다룰 내용을 정리해 두었습니다. 브라우저에서 브라우저로 곧장 이어지는 영상 통화에 대해서 이야기합니다. ".repeat(3)).await?;
        ada.until("probe.chat().length === 1").await?;
        const LINES: &str = "(text => {
            const range = document.createRange();
            const top = place => (range.setStart(text, place), range.setEnd(text, place + 1), range.getBoundingClientRect().top);
            const places = [...text.data].keys().drop(1).filter(place => top(place) > top(place - 1) + 4);
            return [...places].map(place => text.data[place - 1]);
        })(document.querySelector('.line .words').firstChild)";
        for size in [(1280, 800), (320, 568)] {
            ada.resize(size).await?;
            let before = ada.value(LINES).await?;
            let before = before.as_array().ok_or("no lines")?;
            assert!(before.len() > 1 && before.iter().all(|last| last == " "), "{before:?}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_long_message_is_folded_and_what_comes_below_is_told() {
    Harness::run("log", &[], async |harness| {
        let [ada, ben] = chat(harness).await?;
        let breaks: Vec<String> = (0..300).map(|number| number.to_string()).collect();
        // Keys would send each line.
        write(&ben, &breaks.join("\n")).await?;
        ben.click("Send message").await?;
        ada.until("probe.chat().length === 1").await?;
        const HEIGHT: &str = "document.querySelector('.line').getBoundingClientRect().height";
        let folded = ada.value(HEIGHT).await?;
        assert!(folded.as_f64() < Some(340.0), "{folded}");
        ada.click("Show all").await?;
        ada.until(&format!("{HEIGHT} > 6000")).await?;

        // Whoever unfolds it reads it from its beginning, is told of what comes below, and led
        // there.
        const IS_AT_START: &str = "await probe.drawn(), document.querySelector('.log').scrollTop === 0";
        assert_eq!(ada.value(IS_AT_START).await?, json!(true));
        ben.say("below").await?;
        ada.until("probe.button('New messages below')").await?;
        assert_eq!(ada.value(IS_AT_START).await?, json!(true));
        ada.click("New messages below").await?;
        const IS_AT_END: &str = "(log => log.scrollHeight - log.scrollTop - log.clientHeight < 24)(document.querySelector('.log'))";
        ada.until(&format!("!probe.button('New messages below') && {IS_AT_END}")).await?;
        // At the end nothing needs to be told.
        ben.say("again").await?;
        ada.until(&format!("probe.chat().length === 3 && {IS_AT_END} && !probe.button('New messages below')")).await?;

        // Whatever came meanwhile, it stays unfolded until somebody wants it folded.
        ada.until(&format!("{HEIGHT} > 6000")).await?;
        ada.click("Show less").await?;
        ada.until(&format!("{HEIGHT} < 340 && probe.button('Show all')")).await
    })
    .await;
}

#[tokio::test]
async fn a_draft_survives_a_reload_and_ends_with_sending_or_leaving() {
    Harness::run("draft", &[], async |harness| {
        let [ada, _] = call(harness, "/r/tea", ["Ada", "Ben"]).await?;
        let draft = async || -> e2e::Result<Value> {
            ada.reload().await?;
            ada.click("Open chat").await?;
            ada.until("document.activeElement === document.querySelector('textarea')")
                .await?;
            ada.until("!probe.button('Send message').disabled").await?;
            ada.value("document.querySelector('textarea').value").await
        };
        ada.click("Open chat").await?;
        ada.type_keys("Message everyone", "as I was saying").await?;
        ada.click("Close chat").await?;
        ada.click("Open chat").await?;
        assert_eq!(
            ada.value("document.querySelector('textarea').value")
                .await?,
            json!("as I was saying")
        );
        assert_eq!(draft().await?, json!("as I was saying"));
        ada.click("Send message").await?;
        assert_eq!(draft().await?, json!(""));
        ada.type_keys("Message everyone", "never mind").await?;
        ada.click("Leave call").await?;
        ada.click("Rejoin").await?;
        ada.until("probe.button('Leave call')").await?;
        ada.click("Open chat").await?;
        assert_eq!(
            ada.value("document.querySelector('textarea').value")
                .await?,
            json!("")
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn on_a_phone_a_panel_is_a_sheet_over_the_tiles_and_nothing_lies_under_the_notch() {
    const INSETS: (f64, f64) = (47.0, 34.0);
    Harness::run("sheet", &[], async |harness| {
        let [ada, _] = call(harness, "/r/tea", ["Ada", "Ben"]).await?;
        let insets = json!({ "insets": { "top": INSETS.0, "bottom": INSETS.1 } });
        let override_insets = "Emulation.setSafeAreaInsetsOverride";
        ada.browser().devtools(override_insets, insets).await?;
        ada.resize((390, 844)).await?;
        // From where to where it reaches, and whether it is as wide as the window.
        const PLACE: &str = "(selector => {
            const { top, bottom, left, right } = document.querySelector(selector).getBoundingClientRect();
            return [top, bottom, left === 0 && right === innerWidth];
        })";
        let place = async |selector: &str| -> e2e::Result<(f64, f64, bool)> {
            let place = ada.value(&format!("{PLACE}('{selector}')")).await?;
            let edge = |edge: usize| place[edge].as_f64().ok_or("no edge");
            Ok((edge(0)?, edge(1)?, place[2] == json!(true)))
        };
        let stage = place(".stage").await?;
        for (button, close) in [("Open chat", "Close chat"), ("Show people", "Hide people")] {
            ada.click(button).await?;
            ada.until("document.querySelector('.panel')").await?;
            let (panel, bar) = (place(".panel").await?, place(".bar .controls").await?);
            assert!(panel.2 && panel.0 > INSETS.0, "{button}: {panel:?}");
            assert!(panel.1 > stage.1 - 100.0, "{button}: {panel:?} over {stage:?}");
            // The controls stay below it.
            assert!(panel.1 <= bar.0, "{button}: {panel:?}, {bar:?}");
            let outside = format!(
                "[...document.querySelectorAll('button, textarea')].filter(control => control.checkVisibility({{ visibilityProperty: true }})).filter(control => {{
                    const {{ top, bottom }} = control.getBoundingClientRect();
                    return top < {} || bottom > innerHeight - {};
                }}).map(control => control.ariaLabel ?? control.textContent)",
                INSETS.0, INSETS.1
            );
            assert_eq!(ada.value(&outside).await?, json!([]), "{button}");
            ada.click(close).await?;
            ada.until("!document.querySelector('.panel')").await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn one_sees_oneself_as_in_a_mirror_and_screens_whole() {
    Harness::run("mirror", &[], async |harness| {
        let presenter = Person::new("Ada", Chromium).whole();
        let people = [presenter, Person::new("Ben", Chromium)];
        let [ada, ben] = harness.call(people).await?;
        ada.click("Share screen").await?;
        ben.until("document.querySelector('.tile.screen video')?.videoWidth > 0").await?;
        const SHOWN: &str = "Object.fromEntries([...document.querySelectorAll('.tile video')].map(video => {
            const { objectFit, transform } = getComputedStyle(video);
            const isMirrored = new DOMMatrix(transform).a < 0;
            const isHeard = !video.muted && video.srcObject?.getAudioTracks().length > 0;
            return [video.closest('.tile').ariaLabel, [objectFit, isMirrored, isHeard, video.playsInline]];
        }))";
        let face = |is_mirrored: bool| json!(["cover", is_mirrored, false, true]);
        let screen = json!(["contain", false, false, true]);
        assert_eq!(
            ada.value(SHOWN).await?,
            json!({ "Ada (you)": face(true), "Ben": face(false), "Your screen": screen })
        );
        assert_eq!(
            ben.value(SHOWN).await?,
            json!({ "Ben (you)": face(true), "Ada": face(false), "Ada's screen": screen })
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn forced_colours_leave_edges_and_the_way_out_stands_out() {
    Harness::run("forced_colors", &[], async |harness| {
        let [ada, ben] = chat(harness).await?;
        let media = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
        ada.browser().devtools("Emulation.setEmulatedMedia", media).await?;
        ada.until("matchMedia('(forced-colors: active)').matches").await?;
        ada.say("hello").await?;
        ben.say("hello").await?;
        ada.until("probe.chat().length === 2").await?;
        let without_edges = "[...document.querySelectorAll('button, textarea, .tile, .plate, .line .words')].filter(element => {
                const { borderTopWidth, borderTopStyle, borderTopColor, backgroundColor } = getComputedStyle(element);
                return borderTopWidth === '0px' || borderTopStyle === 'none' || borderTopColor === getComputedStyle(document.body).backgroundColor;
            }).map(element => element.className)";
        assert_eq!(ada.value(without_edges).await?, json!([]));
        let ground = "button => getComputedStyle(button).backgroundColor";
        let grounds = format!("[...document.querySelectorAll('.bar .control')].map({ground})");
        let alike = format!("(grounds => grounds.filter(ground => ground === grounds.at(-1)).length)({grounds})");
        assert_eq!(ada.value(&alike).await?, json!(1), "only Leave is filled");
        Ok(())
    })
    .await;
}
