//! What reads JSON in a page: numbers are whole and not negative, as in all messages, and a text is
//! what it is read as or not, without words for why.

use std::{borrow::Cow, fmt, str::FromStr};

use hifijson::{
    Expect, SliceLexer,
    num::{Lex as _, LexWrite as _},
    str::{Lex as _, LexAlloc as _},
    token::Lex,
};
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

/// Reads a text that is one value.
pub(crate) fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Option<T> {
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader).ok()?;
    reader.peek().is_none().then_some(value)
}

/// A value as it stands in the text.
pub(crate) struct Raw<'de>(pub(crate) &'de str);

impl Raw<'_> {
    /// Asks a [`Reader`] for one.
    const NAME: &'static str = "Raw";
}

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Raw<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Raw(text))
            }
        }
        deserializer.deserialize_newtype_struct(Self::NAME, Text)
    }
}

/// It is no JSON, or not of this type.
#[derive(Debug)]
struct Invalid;

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not of this type")
    }
}

impl std::error::Error for Invalid {}

impl de::Error for Invalid {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl From<Expect> for Invalid {
    fn from(_: Expect) -> Self {
        Self
    }
}

struct Reader<'de> {
    text: &'de str,
    lexer: SliceLexer<'de>,
}

impl<'de> Reader<'de> {
    /// Deeper than anything that is skipped, and far from the end of any stack.
    const MAX_DEPTH: usize = 32;

    fn new(text: &'de str) -> Self {
        Self {
            text,
            lexer: SliceLexer::new(text.as_bytes()),
        }
    }

    /// What comes next after white space.
    fn peek(&mut self) -> Option<u8> {
        self.lexer.ws_peek()
    }

    /// Takes this sign, which is to come next.
    fn expect(&mut self, sign: u8) -> Result<(), Invalid> {
        self.lexer.expect(Lex::ws_peek, sign).ok_or(Invalid)
    }

    fn string(&mut self) -> Result<Cow<'de, str>, Invalid> {
        self.expect(b'"')?;
        self.lexer.str_string().map_err(|_| Invalid)
    }

    fn number<T: FromStr>(&mut self) -> Result<T, Invalid> {
        self.peek();
        let (digits, parts) = self.lexer.num_string().validated().map_err(|_| Invalid)?;
        let digits = Some(digits).filter(|_| parts.is_int()).ok_or(Invalid)?;
        digits.parse().map_err(|_| Invalid)
    }

    fn null_or_bool(&mut self) -> Result<Option<bool>, Invalid> {
        self.peek();
        self.lexer.null_or_bool().ok_or(Invalid)
    }

    fn raw(&mut self) -> Result<&'de str, Invalid> {
        let first = self.peek().ok_or(Invalid)?;
        let start = self.position();
        skip(first, &mut self.lexer, Self::MAX_DEPTH)?;
        self.text.get(start..self.position()).ok_or(Invalid)
    }

    fn position(&self) -> usize {
        self.text.len() - self.lexer.as_slice().len()
    }
}

/// Goes to the end of the value that begins so.
fn skip(first: u8, lexer: &mut SliceLexer<'_>, depth: usize) -> Result<(), Invalid> {
    let depth = depth.checked_sub(1).ok_or(Invalid)?;
    match first {
        b'"' => lexer.discarded().str_ignore().map_err(|_| Invalid),
        b'[' => lexer
            .discarded()
            .seq(b']', Lex::ws_peek, |first, lexer| skip(first, lexer, depth)),
        b'{' => lexer.discarded().seq(b'}', Lex::ws_peek, |first, lexer| {
            lexer.expect(|_| Some(first), b'"').ok_or(Invalid)?;
            lexer.str_ignore().map_err(|_| Invalid)?;
            lexer.expect(Lex::ws_peek, b':').ok_or(Invalid)?;
            skip(lexer.ws_peek().ok_or(Invalid)?, lexer, depth)
        }),
        b'-' | b'0'..=b'9' => lexer
            .num_ignore()
            .validate()
            .map_or(Err(Invalid), |_| Ok(())),
        _ => lexer.null_or_bool().map(drop).ok_or(Invalid),
    }
}

macro_rules! numbers {
    ($($deserialize:ident $visit:ident)*) => {
        $(
            fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
                visitor.$visit(self.number()?)
            }
        )*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Invalid;

    /// Nothing here is read without knowing as what.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Invalid> {
        Err(Invalid)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 f32 f64 char bytes byte_buf unit unit_struct tuple_struct
    }

    numbers! {
        deserialize_u8 visit_u8
        deserialize_u16 visit_u16
        deserialize_u32 visit_u32
        deserialize_u64 visit_u64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        visitor.visit_bool(self.null_or_bool()?.ok_or(Invalid)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        if self.peek() != Some(b'n') {
            return visitor.visit_some(self);
        }
        match self.null_or_bool()? {
            None => visitor.visit_none(),
            Some(_) => Err(Invalid),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        match self.string()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        self.deserialize_str(visitor)
    }

    /// Variants without fields, each by its name.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Invalid> {
        visitor.visit_enum(self.string()?.into_deserializer())
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Invalid> {
        if name == Raw::NAME {
            visitor.visit_borrowed_str(self.raw()?)
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        self.expect(b'[')?;
        let mut items = Items::of(self, b']');
        let value = visitor.visit_seq(&mut items)?;
        items.end(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Invalid> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        self.expect(b'{')?;
        let mut items = Items::of(self, b'}');
        let value = visitor.visit_map(&mut items)?;
        items.end(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Invalid> {
        self.deserialize_map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        self.raw()?;
        visitor.visit_unit()
    }
}

/// What an array or an object consists of.
struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    end: u8,
    is_first: bool,
}

impl<'a, 'de> Items<'a, 'de> {
    fn of(reader: &'a mut Reader<'de>, end: u8) -> Self {
        Self {
            reader,
            end,
            is_first: true,
        }
    }

    /// Goes to the next one, if there is one.
    fn advance(&mut self) -> Result<bool, Invalid> {
        let has_next = self.reader.peek().ok_or(Invalid)? != self.end;
        if has_next && !std::mem::take(&mut self.is_first) {
            self.reader.expect(b',')?;
        }
        Ok(has_next)
    }

    /// Takes the end, which is to come next.
    fn end<T>(&mut self, value: T) -> Result<T, Invalid> {
        self.reader.expect(self.end)?;
        Ok(value)
    }
}

impl<'de> SeqAccess<'de> for &mut Items<'_, 'de> {
    type Error = Invalid;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Invalid> {
        let item = self.advance()?.then(|| seed.deserialize(&mut *self.reader));
        item.transpose()
    }
}

impl<'de> MapAccess<'de> for &mut Items<'_, 'de> {
    type Error = Invalid;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Invalid> {
        let key = self.advance()?.then(|| seed.deserialize(&mut *self.reader));
        key.transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Invalid> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "that is how a test fails")]
mod tests {
    use std::fmt::Debug;

    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    use super::*;
    use crate::LinkStatus;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]
        #[test]
        fn a_text_is_read_as_serde_json_reads_it(text in text()) {
            all_same(&text)?;
        }
    }

    #[test]
    fn what_is_nearly_json_is_read_as_serde_json_reads_it() {
        let numbers = [
            "0",
            "-0",
            "00",
            "01",
            "-",
            "-1",
            "+1",
            "1.",
            ".5",
            "1.5",
            "1e",
            "1e5",
            "1e+",
            "1E-2",
            "1e400",
            "0x1",
            "NaN",
            "255",
            "256",
            "4294967295",
            "4294967296",
            "18446744073709551615",
            "18446744073709551616",
        ];
        let words = ["nul", "nulll", "null", "true", "True", "falsee", "a", ""];
        let strings = [
            r#"""#,
            r#""a"#,
            r#"a""#,
            r#""\u00""#,
            r#""\u0041""#,
            r#""\uD83D\uDE00""#,
            r#""\uD83D""#,
            r#""\uDE00\uD83D""#,
            r#""\x""#,
            r#""\""#,
            "\"\n\"",
            "\"\t\"",
            "\"\u{7f}\"",
            "\"\0\"",
            "'a'",
            r#""마당😀""#,
        ];
        let nested = [
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1",
            "[1}",
            "[]]",
            "[[]",
            "{}",
            "{,}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{"a":1 "b":2}"#,
            r#"{a:1}"#,
            r#"{1:1}"#,
            r#"{"a":1}}"#,
            "[1,2]",
            "[[1,2]]",
            "[[1,2,3]]",
            "[[1]]",
        ];
        for text in [&numbers[..], &words, &strings, &nested].concat() {
            for text in [
                text.to_owned(),
                format!(" {text}\n"),
                format!("\u{a0}{text}"),
                format!("[{text}]"),
                format!("{{\"a\":{text}}}"),
            ] {
                all_same(&text).unwrap_or_else(|error| panic!("{error}"));
            }
        }
    }

    fn all_same(text: &str) -> Result<(), TestCaseError> {
        same::<bool>(text)?;
        same::<u8>(text)?;
        same::<u32>(text)?;
        same::<u64>(text)?;
        same::<String>(text)?;
        same::<Option<u32>>(text)?;
        same::<Vec<String>>(text)?;
        same::<Vec<(u32, u32)>>(text)?;
        same::<Option<LinkStatus>>(text)?;
        let rival = serde_json::from_str::<IgnoredAny>(text);
        prop_assert_eq!(
            read::<IgnoredAny>(text).is_some(),
            rival.is_ok(),
            "{}",
            text
        );
        Ok(())
    }

    /// What is JSON, or nearly.
    fn text() -> impl Strategy<Value = String> {
        let leaf = concat!(
            r#"null|true|false|-?[0-9]{1,20}|0\.[0-9]{1,3}|1e[+-]?[0-9]{1,3}|"lost"|"failed"|"#,
            r#""[a-z가-힣😀]{0,5}"|"#,
            r#""(\\[nrtbf"/\\]|\\u[0-9a-f]{4}|\\ud83d\\ude00|\\ud800|[ -!#-\[]){0,4}""#,
        );
        let json = leaf.prop_recursive(4, 24, 4, |inner| {
            let space = "[ \n\t\r]{0,2}";
            let items = prop::collection::vec((space, inner), 0..4);
            items.prop_flat_map(|items| {
                let item = |name: &'static str| {
                    move |(space, value): &(String, String)| format!("{space}{name}{value}{space}")
                };
                let array: Vec<String> = items.iter().map(item("")).collect();
                let object: Vec<String> = items.iter().map(item("\"a\" :")).collect();
                prop_oneof![
                    Just(format!("[{}]", array.join(","))),
                    Just(format!("{{{}}}", object.join(","))),
                ]
            })
        });
        let damaged = (
            json.clone(),
            any::<prop::sample::Index>(),
            r#"[\[\]{}:,"\\0-9aeu.\n-]?"#,
        );
        let damaged = damaged.prop_map(|(mut text, place, sign)| {
            let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
            if !places.is_empty() {
                let place = *place.get(&places);
                let end = place + text[place..].chars().next().map_or(0, char::len_utf8);
                text.replace_range(place..end, &sign);
            }
            text
        });
        let any_signs = r#"[\[\]{}:,"\\ntrufalse0-9.+ -]{0,12}"#;
        prop_oneof![json, damaged, any_signs]
    }

    fn same<T: Debug + PartialEq + for<'de> Deserialize<'de>>(
        text: &str,
    ) -> Result<(), TestCaseError> {
        prop_assert_eq!(read::<T>(text), serde_json::from_str(text).ok(), "{}", text);
        Ok(())
    }

    #[test]
    fn a_value_is_kept_as_it_stands_there() {
        let values = read::<Vec<Raw<'_>>>(r#"[ {"a" : [1e3]}, "\ud83d\u0041" ,null]"#);
        let values: Vec<&str> = values.iter().flatten().map(|Raw(value)| *value).collect();
        assert_eq!(
            values,
            [r#"{"a" : [1e3]}"#, r#""\ud83d\u0041""#, "null"],
            "what nobody reads is not understood either"
        );
    }

    #[test]
    fn what_is_too_deep_is_nothing_and_overflows_no_stack() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read::<IgnoredAny>(&nested(Reader::MAX_DEPTH)).is_some());
        assert!(read::<IgnoredAny>(&nested(Reader::MAX_DEPTH + 1)).is_none());
        assert!(read::<IgnoredAny>(&"[".repeat(crate::MAX_MESSAGE)).is_none());
        assert!(read::<IgnoredAny>(&"{\"a\":".repeat(crate::MAX_MESSAGE)).is_none());
    }
}
