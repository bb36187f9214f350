//! Finds the web addresses in a text that somebody wrote.

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// To be shown literally.
    Plain(&'a str),
    /// An address that begins with `http://` or `https://`.
    Link(&'a str),
}

/// Cuts a text into its pieces; put together again they are the text.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut plain, mut from) = (0, 0);
    while let Some(start) = find_scheme(text, from) {
        let end = start + link_length(&text[start..]);
        from = end.max(start + 1);
        if end > start {
            pieces.extend(piece(&text[plain..start]));
            pieces.push(Piece::Link(&text[start..end]));
            plain = end;
        }
    }
    pieces.extend(piece(&text[plain..]));
    pieces
}

fn piece(plain: &str) -> Option<Piece<'_>> {
    (!plain.is_empty()).then_some(Piece::Plain(plain))
}

/// Where the next address begins, from a place on; never in the middle of a word.
fn find_scheme(text: &str, from: usize) -> Option<usize> {
    let starts = |(place, _): &(usize, char)| {
        let after_word = text[..*place].ends_with(char::is_alphanumeric);
        !after_word && scheme_length(&text[*place..]).is_some()
    };
    text.char_indices()
        .skip_while(|(place, _)| *place < from)
        .find(starts)
        .map(|(place, _)| place)
}

fn scheme_length(text: &str) -> Option<usize> {
    let begins = |scheme: &&str| {
        text.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    ["https://", "http://"]
        .iter()
        .find(|scheme| begins(scheme))
        .map(|scheme| scheme.len())
}

/// How many bytes of a text that begins with a scheme are an address; 0 if no host follows.
fn link_length(text: &str) -> usize {
    let scheme = scheme_length(text).unwrap_or_default();
    let rest = &text[scheme..];
    let rest = &rest[..rest.find(ends_link).unwrap_or(rest.len())];
    let rest = trim_sentence(without_particle(rest));
    if rest.starts_with(char::is_alphanumeric) || rest.starts_with('[') {
        scheme + rest.len()
    } else {
        0
    }
}

fn ends_link(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '<' | '>' | '"' | '“' | '”' | '「' | '」' | '。' | '、' | '，'
        )
}

/// Korean writes particles right behind a word, as in `https://example.com에서`: a host that has ended in ASCII letters
/// does not go on in Hangul.
fn without_particle(link: &str) -> &str {
    let host = &link[..link.find(['/', '?', '#']).unwrap_or(link.len())];
    let mut last = '.';
    for (place, c) in host.char_indices() {
        if last.is_ascii_alphanumeric() && matches!(c, '가'..='힣') {
            return &link[..place];
        }
        last = c;
    }
    link
}

/// Leaves out the punctuation of the sentence around an address.
fn trim_sentence(mut link: &str) -> &str {
    while let Some(last) = link.chars().next_back() {
        let opening = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | '…' | '*' | '_' => None,
            ')' => Some('('),
            ']' => Some('['),
            '}' => Some('{'),
            _ => break,
        };
        if opening
            .is_some_and(|opening| link.matches(opening).count() >= link.matches(last).count())
        {
            break;
        }
        link = &link[..link.len() - last.len_utf8()];
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<&str> {
        let whole: String = pieces(text)
            .iter()
            .map(|piece| match piece {
                Piece::Plain(text) | Piece::Link(text) => *text,
            })
            .collect();
        assert_eq!(whole, text, "nothing is lost");
        pieces(text)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Link(link) => Some(link),
                Piece::Plain(_) => None,
            })
            .collect()
    }

    #[test]
    fn addresses_are_found_between_words() {
        assert_eq!(
            pieces("see https://a.example/x?y=1#z now"),
            [
                Piece::Plain("see "),
                Piece::Link("https://a.example/x?y=1#z"),
                Piece::Plain(" now")
            ]
        );
        assert_eq!(
            links("http://a.example\nHTTPS://B.example"),
            ["http://a.example", "HTTPS://B.example"]
        );
    }

    #[test]
    fn only_http_and_https_are_links() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a.example",
            "www.a.example",
            "https://",
            "http:// a",
        ] {
            assert!(links(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_scheme_inside_a_word_is_no_link() {
        assert!(links("xhttps://a.example").is_empty());
        assert_eq!(links("(https://a.example)"), ["https://a.example"]);
    }

    #[test]
    fn the_punctuation_of_the_sentence_is_left_out() {
        assert_eq!(links("Is it https://a.example/?"), ["https://a.example/"]);
        assert_eq!(
            links("https://a.example/a_(b)."),
            ["https://a.example/a_(b)"]
        );
        assert_eq!(links("[https://a.example/]"), ["https://a.example/"]);
        assert_eq!(links("https://[::1]:3000/"), ["https://[::1]:3000/"]);
    }

    #[test]
    fn markup_ends_a_link() {
        assert_eq!(
            links("<a href=\"https://a.example\">x</a>"),
            ["https://a.example"]
        );
    }

    #[test]
    fn a_korean_particle_is_no_part_of_the_host() {
        assert_eq!(links("https://a.example에서 봐요"), ["https://a.example"]);
        assert_eq!(
            links("https://ko.example/wiki/마당"),
            ["https://ko.example/wiki/마당"]
        );
        assert_eq!(links("https://www.한국.kr/"), ["https://www.한국.kr/"]);
    }
}
