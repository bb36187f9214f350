//! Files over HTTP, one after the other on one connection, as a browser asks for them.

use std::net::Ipv4Addr;

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{Result, server::RunningServer, wire::connect, with_timeout};

/// A connection that is kept.
#[derive(Debug)]
pub struct Http {
    stream: TcpStream,
    host: String,
    received: BytesMut,
}

/// What a response says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// 200, or 304 if it is what is known already.
    pub status: u16,
    /// How it is compressed.
    pub encoding: Option<String>,
    /// What tells this version of it from others.
    pub etag: Option<String>,
    /// Bytes of the body.
    pub size: usize,
}

impl Http {
    /// Connects from this address.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn connect(server: &RunningServer, from: Ipv4Addr) -> Result<Self> {
        Ok(Self {
            stream: connect(from, server.address()).await?,
            host: server.address().to_string(),
            received: BytesMut::with_capacity(64 * 1024),
        })
    }

    /// Asks for a path, with further header lines, each with its line end.
    ///
    /// # Errors
    /// When the response is none, or has no length.
    pub async fn get(&mut self, path: &str, headers: &str) -> Result<Response> {
        let host = &self.host;
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {host}\r\naccept: */*\r\naccept-encoding: gzip, deflate, br\r\n{headers}\r\n"
        );
        with_timeout("a response", self.exchange(&request)).await
    }

    async fn exchange(&mut self, request: &str) -> Result<Response> {
        self.stream.write_all(request.as_bytes()).await?;
        let response = loop {
            if let Some((length, response)) = parse(&self.received)? {
                self.received.advance(length);
                break response;
            }
            self.read().await?;
        };
        while self.received.len() < response.size {
            self.read().await?;
        }
        self.received.advance(response.size);
        Ok(response)
    }

    async fn read(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err("the server ended a connection in the middle of a response".into()),
            _ => Ok(()),
        }
    }
}

/// The length of a response's head and what it says, once it is there.
fn parse(bytes: &[u8]) -> Result<Option<(usize, Response)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = response.parse(bytes)? else {
        return Ok(None);
    };
    let header = |name: &str| {
        let mut headers = response.headers.iter();
        let header = headers.find(|header| header.name.eq_ignore_ascii_case(name))?;
        String::from_utf8(header.value.to_vec()).ok()
    };
    let status = response.code.unwrap_or_default();
    let size = match (status, header("content-length")) {
        // It says how long the file would be, if anything.
        (304, _) => 0,
        (_, Some(size)) => size.parse()?,
        (_, None) => return Err(format!("a response {status} of unknown length").into()),
    };
    let response = Response {
        status,
        encoding: header("content-encoding"),
        etag: header("etag"),
        size,
    };
    Ok(Some((length, response)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_to_the_end_of_its_head() {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nETag: \"a\"\r\ncontent-encoding: br\r\n\r\n";
        let response = Response {
            status: 200,
            encoding: Some("br".to_owned()),
            etag: Some("\"a\"".to_owned()),
            size: 3,
        };
        let whole = format!("{head}abc");
        assert_eq!(
            parse(whole.as_bytes()).unwrap(),
            Some((head.len(), response))
        );
        assert_eq!(parse(&whole.as_bytes()[..30]).unwrap(), None);
    }

    #[test]
    fn what_is_known_already_has_no_body() {
        let head = "HTTP/1.1 304 Not Modified\r\nContent-Length: 300\r\n\r\n";
        let (_, response) = parse(head.as_bytes()).unwrap().unwrap();
        assert_eq!((response.status, response.size), (304, 0));
    }
}
