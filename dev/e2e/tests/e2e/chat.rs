//! The chat between real browsers.

use e2e::{
    Engine::{Chromium, Firefox},
    Harness, Page, all_see_and_hear_all,
};
use serde_json::{Value, json};

#[tokio::test]
async fn the_chat_is_the_same_for_all_and_shows_text_literally() {
    Harness::run("chat", &[], async |harness| {
        let [ada, ben, cho] = harness.people([("Ada", Chromium), ("Ben", Firefox), ("Cho", Chromium)]).await?;
        let room = harness.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room))?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        ada.click("Open chat").await?;
        const MARKUP: &str = "<img src=x onerror=alert(1)> **no** https://example.org/a?b=c javascript:alert(1)";
        ada.say(MARKUP).await?;
        ben.until("document.body.textContent.includes('Unread messages: 1')").await?;
        ben.click("Open chat").await?;
        ben.until("!document.body.textContent.includes('Unread messages')").await?;
        ben.until(&format!("JSON.stringify(probe.chat()) === {}", json!(json!([["Ada", MARKUP]]).to_string()))).await?;
        assert_eq!(ben.value("document.querySelectorAll('[role=log] img').length").await?, json!(0));
        let links = ben.value("[...document.querySelectorAll('[role=log] a')].map(link => [link.href, link.target, link.rel])").await?;
        assert_eq!(links, json!([["https://example.org/a?b=c", "_blank", "noopener noreferrer nofollow"]]));

        // Both write at once, with the Enter key, and somebody comes while they do.
        let write = async |page: &Page, letter: &str| -> e2e::Result<()> {
            for number in 0..10 {
                page.type_keys("Message everyone", &format!("{letter}{number}\u{e007}")).await?;
            }
            Ok(())
        };
        tokio::try_join!(write(&ada, "a"), write(&ben, "b"), cho.join(&room))?;
        cho.click("Open chat").await?;
        let mut chats = Vec::new();
        for page in [&ada, &ben, &cho] {
            page.until("probe.chat().length === 21").await?;
            let said = page.value("probe.chat().map(([, words]) => words)").await?;
            chats.push(said);
        }
        assert_eq!(chats[0], chats[1]);
        assert_eq!(chats[0], chats[2]);
        let own = |letter: &str| -> Vec<String> {
            let words = chats[0].as_array().into_iter().flatten().filter_map(Value::as_str);
            words.filter(|words| words.starts_with(letter)).map(str::to_owned).collect()
        };
        for letter in ["a", "b"] {
            let expected: Vec<String> = (0..10).map(|number| format!("{letter}{number}")).collect();
            assert_eq!(own(letter), expected);
        }
        assert_eq!(ada.value("probe.violations").await?, json!([]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_message_is_known_to_have_reached_everyone_and_outlives_a_reload() {
    Harness::run("delivery", &[], async |harness| {
        let people = [("Ada", Chromium), ("Ben", Firefox), ("Cho", Chromium)];
        let [ada, ben, cho] = harness.call(people).await?;
        for (page, words) in [(&ada, "from Ada"), (&ben, "from Ben"), (&cho, "from Cho")] {
            page.click("Open chat").await?;
            page.say(words).await?;
            page.until(&format!("{MARKS} === 'Sent to everyone'"))
                .await?;
        }
        const WORDS: &str = "JSON.stringify(probe.chat().map(([, words]) => words).sort())";
        let all = json!(json!(["from Ada", "from Ben", "from Cho"]).to_string());
        // One after the other, then all at once.
        let back = async |page: &Page| -> e2e::Result<()> {
            page.reload().await?;
            page.until("probe.button('Leave call')").await?;
            page.click("Open chat").await?;
            page.until(&format!("{WORDS} === {all}")).await?;
            page.until(&format!("{MARKS} === 'Sent to everyone'")).await
        };
        back(&ada).await?;
        back(&ben).await?;
        tokio::try_join!(back(&ada), back(&ben), back(&cho))?;
        all_see_and_hear_all(&[&ada, &ben, &cho]).await?;
        for page in [&ada, &ben, &cho] {
            page.until(&format!("{WORDS} === {all}")).await?;
            let told = page
                .value("document.querySelectorAll('[role=log] .source').length")
                .await?;
            assert_eq!(told, json!(0), "each was heard from its author");
            page.click("Leave call").await?;
            page.until("sessionStorage.getItem('madang.chat') === null")
                .await?;
        }
        Ok(())
    })
    .await;
}

/// What the marks on one's own messages say.
const MARKS: &str =
    "[...document.querySelectorAll('[role=log] [role=img]')].map(mark => mark.ariaLabel).join()";

/// Sends over the page's own chat channels what no page of ours would.
const HOSTILE: &str = r#"(() => {
    const [ada, eve] = ['Ada', 'Eve'].map(name => probe.said().find(message => message.name === name));
    const forged = ({ key, ...rest }, clock, seq, text) => ({ ...rest, key: { ...key, clock, seq }, time: 0, text });
    for (const channel of probe.channels('chat')) {
        const send = message => channel.send(JSON.stringify(message));
        for (let seq = 2; seq < 600; seq += 1) {
            const clock = seq % 2 ? 2 ** 53 - 1 : seq * 2 ** 20;
            send({ type: 'said', message: forged(eve, clock, seq, 'hostile') });
        }
        send({ type: 'said', message: forged(ada, 9, 2, 'hostile: I resign') });
        send({ type: 'missed', messages: [1, 2, 3].map(seq => forged(ada, 9, seq, 'hostile: I resign')) });
        for (let number = 0; number < 50; number += 1) send({ type: 'have', seen: [] });
        channel.send('[' .repeat(60000));
    }
    return probe.channels('chat').length;
})()"#;

#[tokio::test]
async fn one_member_spoils_the_chat_for_nobody() {
    Harness::run("hostile", &[], async |harness| {
        let people = [("Ada", Chromium), ("Ben", Firefox), ("Eve", Chromium)];
        let [ada, ben, eve] = harness.call(people).await?;
        for page in [&ada, &ben, &eve] {
            page.click("Open chat").await?;
        }
        ada.say("hello").await?;
        eve.until("probe.chat().length === 1").await?;
        eve.say("hello to you").await?;
        let honest = "probe.chat().map(([, words]) => words).filter(words => !words.includes('hostile'))";
        let mut turns = vec!["hello".to_owned(), "hello to you".to_owned()];
        let agree = async |turns: &[String]| -> e2e::Result<()> {
            let shown = json!(turns).to_string();
            let question = format!("JSON.stringify({honest}) === {}", json!(shown));
            tokio::try_join!(ada.until(&question), ben.until(&question))?;
            Ok(())
        };
        agree(&turns).await?;
        assert_eq!(eve.value(HOSTILE).await?, json!(2));
        for round in 0..3 {
            for (page, mark) in [(&ada, '?'), (&ben, '!')] {
                turns.push(format!("{round}{mark}"));
                page.say(&format!("{round}{mark}")).await?;
                agree(&turns).await?;
            }
        }
        for page in [&ada, &ben] {
            page.until("probe.chat().some(([, words]) => words === 'hostile')").await?;
            let forged = "probe.chat().filter(([who, words]) => !who.startsWith('Eve') && words.includes('hostile'))";
            assert_eq!(page.value(forged).await?, json!([]), "{}", page.name);
        }
        all_see_and_hear_all(&[&ada, &ben]).await
    })
    .await;
}
