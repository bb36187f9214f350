//! The fields of what travels as an object. The code that serde derives for each type, and for each
//! kind of message anew, was an eighth of the page.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};

use crate::json::{self, Raw};

/// An object's fields, each as it stands in the JSON. What nobody asks for is never read.
pub(crate) struct Fields<'a> {
    fields: Vec<(Cow<'a, str>, Raw<'a>)>,
}

/// Reads an object out of a JSON text, the one form that messages have: what is made of it, or an
/// error for `None`.
pub(crate) fn read<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    message: fn(&Fields<'de>) -> Option<T>,
) -> Result<T, D::Error> {
    let message = message(&Fields::deserialize(deserializer)?);
    message.ok_or_else(|| D::Error::custom("not a message of this type"))
}

impl<'a> Fields<'a> {
    /// The value of a field. It is there once, or `None` where that is a value of its type.
    pub(crate) fn get<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        json::read(self.json_of(name)?)
    }

    fn json_of(&self, name: &str) -> Option<&'a str> {
        let mut found = self.fields.iter().filter(|(field, _)| field == name);
        let json = found.next().map_or("null", |(_, Raw(value))| value);
        found.next().is_none().then_some(json)
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields { fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get<'a, T: Deserialize<'a>>(json: &'a str, name: &str) -> Option<T> {
        json::read::<Fields<'_>>(json)?.get(name)
    }

    #[test]
    fn a_field_is_there_once_and_of_its_type() {
        let json = r#"{"a":1,"b":"\u0041","c":null,"c":1,"\u0064":[2]}"#;
        assert_eq!(get(json, "a"), Some(1_u32));
        assert_eq!(get::<String>(json, "a"), None);
        assert_eq!(get(json, "b"), Some("A".to_owned()));
        assert_eq!(get::<Option<u32>>(json, "c"), None, "which one?");
        assert_eq!(get(json, "d"), Some(vec![2_u32]));
        assert_eq!(get::<u32>(json, "e"), None);
        assert_eq!(get::<Option<u32>>(json, "e"), Some(None));
    }

    #[test]
    fn what_is_no_object_has_no_fields() {
        for json in [
            "",
            "[]",
            "1",
            "null",
            "{\"a\":}",
            "{\"a\":1",
            "{\"a\":1,}",
            "{a:1}",
        ] {
            assert!(json::read::<Fields<'_>>(json).is_none(), "{json}");
        }
    }
}
