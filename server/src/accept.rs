//! What browsers accept, with weights (RFC 9110, section 12.4.2).

use hyper::{HeaderMap, header::HeaderName};

/// The items of `Accept` or `Accept-Encoding`, in small letters, each with its weight in
/// thousandths.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Accepted(Vec<(String, u16)>);

impl Accepted {
    /// What these headers list under this name; empty if they do not have it.
    pub(crate) fn of(headers: &HeaderMap, name: HeaderName) -> Self {
        let lines = headers.get_all(name).iter();
        let lines = lines.filter_map(|line| line.to_str().ok());
        Self(lines.flat_map(|line| line.split(',')).map(item).collect())
    }

    /// The weight of an item that is listed by name.
    pub(crate) fn named(&self, name: &str) -> Option<u16> {
        let items = self.0.iter();
        items.clone().find(|item| item.0 == name).map(|item| item.1)
    }

    /// The weight of a coding; one that is not listed has that of `*`.
    pub(crate) fn weight(&self, coding: &str) -> Option<u16> {
        self.named(coding).or_else(|| self.named("*"))
    }
}

/// `br`, `gzip;q=0.8`, `text/html;level=1;q=0.5`.
fn item(text: &str) -> (String, u16) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let quality = parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    (name, quality.map_or(1000, thousandths))
}

/// `0.5` is 500. Anything that is not a weight counts as 0.
fn thousandths(quality: &str) -> u16 {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    let is_number = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    match whole {
        "0" if is_number => format!("{decimals:0<3}").parse().unwrap_or_default(),
        "1" if is_number && decimals.bytes().all(|byte| byte == b'0') => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::ACCEPT_ENCODING;

    fn accepted(lines: &[&str]) -> Accepted {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, line.parse().unwrap());
        }
        Accepted::of(&headers, ACCEPT_ENCODING)
    }

    #[test]
    fn weights_are_read_whatever_their_letters_and_spaces() {
        let accepted = accepted(&["gzip;q=1.0, BR ; Q = 0.25", "x;a=b;q=0.001,y;q=0,*;q=.5"]);
        for (name, weight) in [("gzip", 1000), ("br", 250), ("x", 1), ("y", 0), ("*", 0)] {
            assert_eq!(accepted.named(name), Some(weight), "{name}");
        }
        assert_eq!(accepted.named("zstd"), None);
    }

    #[test]
    fn what_is_no_weight_promises_nothing() {
        for nonsense in [
            "", "2", "1.001", "0.1234", "-1", "0.x", "+0.5", "one", "1e0", "00.5",
        ] {
            assert_eq!(thousandths(nonsense), 0, "{nonsense}");
        }
        assert_eq!(thousandths("0."), 0);
        assert_eq!(thousandths("1."), 1000);
        assert_eq!(thousandths("0.999"), 999);
    }

    #[test]
    fn the_star_stands_for_what_is_not_listed() {
        let accepted = accepted(&["br;q=0, *;q=0.5"]);
        assert_eq!(accepted.weight("br"), Some(0));
        assert_eq!(accepted.weight("gzip"), Some(500));
    }
}
