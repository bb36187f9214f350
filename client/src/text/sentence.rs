//! Words with what belongs to no language between them.

use std::{borrow::Cow, fmt};

/// Words of a language, and what belongs to none: names, counts, addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence(Vec<Part>);

/// Puts the values where the words have `{}`, in order. Values are taken literally, whatever they
/// hold.
pub fn fill(words: &'static str, values: &[&str]) -> Sentence {
    let mut values = values.iter();
    let mut parts = Vec::new();
    for (place, words) in words.split("{}").enumerate() {
        if place > 0 {
            parts.extend(values.next().map(|value| Part::Value((*value).to_owned())));
        }
        if !words.is_empty() {
            parts.push(Part::Words(words.into()));
        }
    }
    Sentence(parts)
}

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words, which a translator may change.
    Words(Cow<'static, str>),
    /// A value, which has to stay as it is.
    Value(String),
}

impl Sentence {
    /// A value alone.
    pub fn value(value: impl Into<String>) -> Self {
        Self(vec![Part::Value(value.into())])
    }

    /// With these words behind it.
    #[must_use]
    pub fn and(mut self, words: &'static str) -> Self {
        self.0.push(Part::Words(words.into()));
        self
    }

    /// Its parts, in order.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }
}

impl From<&'static str> for Sentence {
    fn from(words: &'static str) -> Self {
        Self(vec![Part::Words(words.into())])
    }
}

impl From<String> for Sentence {
    fn from(words: String) -> Self {
        Self(vec![Part::Words(words.into())])
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Words(words) => f.write_str(words),
            Part::Value(value) => f.write_str(value),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_literally_and_in_order() {
        assert_eq!(fill("{} and {}", &["{}", "b"]).to_string(), "{} and b");
        assert_eq!(fill("none", &["a"]).to_string(), "none");
        assert_eq!(fill("{}!", &[]).to_string(), "!");
    }

    #[test]
    fn values_are_told_from_words() {
        assert_eq!(
            fill("{} joined", &["Will"]).parts(),
            [Part::Value("Will".into()), Part::Words(" joined".into())]
        );
    }
}
