//! Below which path of its host the page is: `/`, or `/madang/` where it shares the host with
//! others.

use std::{fmt, str::FromStr};

/// A path that ends with a slash. All addresses of the page and of its server begin with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(String);

/// It is no path of plain segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidBase;

impl Base {
    /// What follows the base in a path, with a slash before it. A path that is not below it stays
    /// as it is, since some proxies take the base away.
    pub fn strip<'a>(&self, path: &'a str) -> &'a str {
        let end = self.0.len() - 1;
        let is_below = path.strip_prefix(&self.0[..end]);
        let rest = is_below.filter(|rest| rest.is_empty() || rest.starts_with('/'));
        rest.unwrap_or(path)
    }

    /// The whole path of what has this path below the base.
    pub fn join(&self, path: &str) -> String {
        format!("{self}{}", path.trim_start_matches('/'))
    }

    /// With the slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the page has the host for itself.
    pub fn is_root(&self) -> bool {
        self.0 == "/"
    }
}

impl Default for Base {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl FromStr for Base {
    type Err = InvalidBase;

    /// Slashes at the beginning and at the end may be missing.
    fn from_str(text: &str) -> Result<Self, InvalidBase> {
        let path = text.strip_prefix('/').unwrap_or(text);
        let path = path.strip_suffix('/').unwrap_or(path);
        if path.is_empty() {
            return Ok(Self::default());
        }
        // So that it means the same in a URL, in HTML and in a header. `.` and `..` would lead
        // elsewhere.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
        let is_segment = |text: &str| text.contains(|c| c != '.') && text.chars().all(is_plain);
        if path.split('/').all(is_segment) {
            Ok(Self(format!("/{path}/")))
        } else {
            Err(InvalidBase)
        }
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for InvalidBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "it has to be a path like /madang/, of letters, digits, hyphens, dots and slashes",
        )
    }
}

impl std::error::Error for InvalidBase {}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> Base {
        text.parse().unwrap()
    }

    #[test]
    fn a_base_has_one_written_form() {
        for (text, form) in [
            ("", "/"),
            ("//", "/"),
            ("a", "/a/"),
            ("/a.b/c-d", "/a.b/c-d/"),
        ] {
            assert_eq!(base(text).as_str(), form, "{text}");
        }
        for text in [
            "/a//b/",
            "/../",
            "/a/./b/",
            "/a b/",
            "/\"/",
            "https://host/a/",
            "/%41/",
            "/한/",
        ] {
            assert_eq!(text.parse::<Base>(), Err(InvalidBase), "{text}");
        }
    }

    #[test]
    fn what_follows_the_base_is_found_also_where_a_proxy_took_it_away() {
        for (path, rest) in [
            ("/madang/r/team", "/r/team"),
            ("/madang/", "/"),
            ("/madang", ""),
            ("/madangs/r/team", "/madangs/r/team"),
            ("/r/team", "/r/team"),
            ("/", "/"),
        ] {
            assert_eq!(base("/madang/").strip(path), rest, "{path}");
        }
        assert_eq!(Base::default().strip("/r/team"), "/r/team");
        assert_eq!(Base::default().strip("/"), "/");
    }

    #[test]
    fn paths_are_put_below_the_base() {
        assert_eq!(base("/madang/").join("/r/team"), "/madang/r/team");
        assert_eq!(base("/madang/").join("ws"), "/madang/ws");
        assert_eq!(Base::default().join("/"), "/");
    }
}
