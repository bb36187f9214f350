//! WebDriver BiDi, as far as it is needed: a script that runs before all others, and the console.
//!
//! <https://w3c.github.io/webdriver-bidi/>

use std::sync::{Arc, Mutex};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::Result;

/// What pages wrote to their consoles, and what went wrong in them.
pub type Console = Arc<Mutex<String>>;

/// Has every page of this session run these functions first, and keeps what they log.
///
/// # Errors
/// When the browser does not speak BiDi.
pub async fn prepare(
    url: &str,
    preload: impl IntoIterator<Item = &'static str>,
) -> Result<Console> {
    let (mut socket, _) = connect_async(url).await?;
    let subscribe = ("session.subscribe", json!({ "events": ["log.entryAdded"] }));
    let preload = preload.into_iter().map(|script| {
        let params = json!({ "functionDeclaration": script });
        ("script.addPreloadScript", params)
    });
    for (id, (method, params)) in [subscribe].into_iter().chain(preload).enumerate() {
        let command = json!({ "id": id, "method": method, "params": params });
        socket.send(Message::text(command.to_string())).await?;
        loop {
            let message = socket.next().await.ok_or("the BiDi socket closed")??;
            let answer: Value = serde_json::from_slice(&message.into_data()).unwrap_or_default();
            if answer["id"] == json!(id) {
                if answer["type"] != "success" {
                    return Err(format!("{method}: {answer}").into());
                }
                break;
            }
        }
    }
    let console = Console::default();
    let kept = console.clone();
    tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            let event: Value = serde_json::from_slice(&message.into_data()).unwrap_or_default();
            let entry = &event["params"];
            if let (Some(level), Some(text), Ok(mut console)) =
                (entry["level"].as_str(), entry["text"].as_str(), kept.lock())
            {
                console.push_str(&format!("{level}: {text}\n"));
            }
        }
    });
    Ok(console)
}
