//! Finds the web addresses in a text that somebody wrote.

use protocol::{is_alphanumeric, is_hangul, is_invisible};

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
        let after_word = text[..*place].ends_with(is_alphanumeric);
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
    let rest = trim_sentence(without_particle(trim_sentence(without_next(rest))));
    if rest.starts_with(is_alphanumeric) || rest.starts_with('[') {
        scheme + rest.len()
    } else {
        0
    }
}

/// What people write behind an address without a space: all punctuation of Chinese, Japanese and
/// Korean, quotes, emoji, and what shows nothing, except joiners, which some scripts spell with.
fn ends_link(c: char) -> bool {
    let is_letter = matches!(c, '々' | '〆' | '〇' | '\u{200c}' | '\u{200d}');
    let is_mark = matches!(c,
        '<' | '>' | '"' | '“' | '”' | '„' | '«' | '»' | '‹' | '›' | '\u{3000}'..='\u{303f}' | '\u{fe10}'..='\u{fe6b}'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}'
        | '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}');
    !is_letter && (is_mark || c.is_whitespace() || is_invisible(c))
}

/// Two addresses with a comma between them are two. One in the path or query of another is a part
/// of it.
fn without_next(link: &str) -> &str {
    let begins =
        |(place, _): &(usize, &str)| link[..*place].ends_with([',', ';', '|', ')', ']', '}', '*']);
    let next = ["http://", "https://"]
        .iter()
        .flat_map(|scheme| link.match_indices(scheme))
        .filter(begins)
        .map(|(place, _)| place)
        .min();
    &link[..next.unwrap_or(link.len())]
}

/// Korean writes particles right behind a word, as in `https://example.com에서`. A host that could
/// end in ASCII letters does not go on in Hangul, and a known particle at the end of an ASCII path
/// is none of it.
fn without_particle(link: &str) -> &str {
    let authority = link.find(['/', '?', '#']).unwrap_or(link.len());
    for (place, _) in link[..authority].match_indices(is_hangul) {
        let host = &link[..place];
        let is_whole = host.contains(['.', ':']) || host.eq_ignore_ascii_case("localhost");
        if is_whole && host.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            return host;
        }
    }
    protocol::without_particle(link)
}

/// Leaves out the punctuation of the sentence around an address.
fn trim_sentence(mut link: &str) -> &str {
    while let Some(last) = link.chars().next_back() {
        let opening = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '‘' | '’' | '…' | '*' | '_' | '`' | '|'
            | '—' | '\u{200c}' | '\u{200d}' => None,
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
        for host in [
            "https://www.한국.kr/",
            "https://sk텔레콤.com",
            "https://lg전자.kr/path",
        ] {
            assert_eq!(links(host), [host]);
        }
        assert_eq!(links("http://localhost에서"), ["http://localhost"]);
    }

    #[test]
    fn a_korean_particle_ends_an_ascii_path() {
        for particle in [
            "에서",
            "으로",
            "을",
            "를",
            "은",
            "는",
            "이",
            "가",
            "로",
            "에",
            "와",
            "과",
            "도",
            "만",
            "까지",
            "부터",
            "의",
            "입니다",
            "이에요",
            "예요",
            "으로요",
            "ㅋㅋ",
            "에서만나요",
            "까지는",
            "이라고",
            "이나",
            "이고",
            "이네요",
            "로부터",
            "보다는",
            "로들어와",
        ] {
            for link in [
                "https://a.example/r/team-room",
                "https://a.example/",
                "https://a.example/a_(b)",
                "https://a.example/?q=1",
                "http://localhost:3000/r/%EB%A7%88%EB%8B%B9",
            ] {
                assert_eq!(
                    links(&format!("{link}{particle} 봐요")),
                    [link],
                    "{particle}"
                );
                assert_eq!(links(&format!("'{link}'{particle}!")), [link], "{particle}");
            }
        }
    }

    #[test]
    fn a_korean_particle_ends_a_path_that_ends_in_a_slash() {
        for link in ["https://a.example/r/team/", "https://a.example/r/"] {
            assert_eq!(links(&format!("{link}에서 봐요")), [link]);
        }
    }

    #[test]
    fn hangul_that_is_no_particle_behind_ascii_is_of_the_path() {
        for link in [
            "https://a.example/r/우리-마당",
            "https://a.example/r/우리-마당에서",
            "https://a.example/wiki/C언어",
            "https://a.example/wiki/은",
            "https://a.example/?q=에서",
            "https://a.example/r/team-가나",
            "https://a.example/wiki/B는_A",
        ] {
            assert_eq!(links(link), [link]);
        }
    }

    #[test]
    fn brackets_and_full_width_marks_end_a_link() {
        for mark in [
            "（全角）",
            "』",
            "】",
            "！",
            "？",
            "。",
            "、",
            "，",
            "：",
            "〉",
            "》",
            "〕",
            "～",
            "｣",
            "”",
            "»",
            "🙂",
            "\u{200b}",
            "\u{feff}",
            "\u{2060}",
            "\u{3000}",
            "\u{202c}",
        ] {
            assert_eq!(
                links(&format!("『https://a.example/r/team{mark}다음")),
                ["https://a.example/r/team"],
                "{mark}"
            );
        }
    }

    #[test]
    fn two_addresses_without_a_space_between_are_two() {
        assert_eq!(
            links("http://a.example,https://b.example/c;http://d.example"),
            [
                "http://a.example",
                "https://b.example/c",
                "http://d.example"
            ]
        );
        for whole in [
            "https://a.example/web/https://b.example",
            "https://a.example/?to=http://b.example",
        ] {
            assert_eq!(links(whole), [whole]);
        }
    }
}
