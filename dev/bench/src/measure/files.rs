//! CPU per request of the page's largest file, compressed, and of the question whether it has
//! changed.

use std::fs;

use super::Scale;
use crate::{
    Result,
    http::{Http, Response},
    server::{RunningServer, project},
    user::User,
};

pub const TITLES: &[&str] = &[
    "CPU per request of the module file with brotli (µs)",
    "CPU per revalidation of the module file, 304 (µs)",
];

/// A browser asks for a few files on one connection; this is between that and none but one.
const REQUESTS_PER_CONNECTION: usize = 20;

pub async fn measure(server: &RunningServer, scale: &Scale) -> Result<Vec<f64>> {
    let path = module()?;
    let compressed = fs::metadata(project().join(format!("dist{path}.br")))?.len();
    let first = Http::connect(server, User::new("").address)
        .await?
        .get(&path, "")
        .await?;
    let is_right = |response: &Response| {
        let is_brotli = response.encoding.as_deref() == Some("br");
        response.status == 200 && is_brotli && response.size as u64 == compressed
    };
    let whole = cost(server, &path, "", scale.requests, is_right).await?;
    let etag = first.etag.ok_or("a file without an ETag")?;
    let known = format!("if-none-match: {etag}\r\n");
    let is_known = |response: &Response| response.status == 304;
    let again = cost(server, &path, &known, scale.requests, is_known).await?;
    Ok(vec![whole, again])
}

async fn cost(
    server: &RunningServer,
    path: &str,
    headers: &str,
    requests: usize,
    is_right: impl Fn(&Response) -> bool,
) -> Result<f64> {
    let before = server.cpu()?;
    let connections = requests.div_ceil(REQUESTS_PER_CONNECTION);
    for _ in 0..connections {
        let mut http = Http::connect(server, User::new("").address).await?;
        for _ in 0..REQUESTS_PER_CONNECTION {
            let response = http.get(path, headers).await?;
            if !is_right(&response) {
                return Err(format!("a response to {path} that is not right: {response:?}").into());
            }
        }
    }
    Ok((server.cpu()? - before) / (connections * REQUESTS_PER_CONNECTION) as f64)
}

/// Where the WebAssembly module is.
fn module() -> Result<String> {
    let missing = "The page is not built yet. Run: cargo xtask build";
    let files = fs::read_dir(project().join("dist")).map_err(|_| missing)?;
    let mut names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let name = names.find(|name| name.ends_with(".wasm")).ok_or(missing)?;
    Ok(format!("/{name}"))
}
