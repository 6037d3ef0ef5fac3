//! Extracts the strings under certain keys from a JSON document, without building the document.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::error::ParseError;

/// Calls `found` with every string under one of the keys, alone or in an array, at any depth. Text
/// after the document is ignored.
pub(super) fn strings(
    body: &[u8],
    keys: &[&str],
    mut found: impl FnMut(&str) -> Result<(), ParseError>,
) -> Result<(), ParseError> {
    let mut failed = None;
    let mut walk = ValueVisitor {
        keys,
        wanted: false,
        found: &mut |text| {
            found(text).map_err(|error| {
                failed = Some(error);
            })
        },
    };
    let mut document = serde_json::Deserializer::from_slice(body);
    let walked = walk.inner(false).deserialize(&mut document);
    match (failed, walked) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(ParseError::Json(error.to_string())),
        (None, Ok(())) => Ok(()),
    }
}

/// A visitor of one value.
struct ValueVisitor<'a> {
    keys: &'a [&'a str],
    /// Whether the value is under one of the keys.
    wanted: bool,
    found: &'a mut dyn FnMut(&str) -> Result<(), ()>,
}

impl ValueVisitor<'_> {
    fn inner(&mut self, wanted: bool) -> ValueVisitor<'_> {
        ValueVisitor {
            keys: self.keys,
            wanted,
            found: self.found,
        }
    }
}

impl<'de> DeserializeSeed<'de> for ValueVisitor<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueVisitor<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if self.wanted {
            return (self.found)(text).map_err(|()| E::custom("refused"));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut sequence: A) -> Result<(), A::Error> {
        let wanted = self.wanted;
        while sequence.next_element_seed(self.inner(wanted))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(wanted) = map.next_key_seed(WantedKey(self.keys))? {
            map.next_value_seed(self.inner(wanted))?;
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Deserialises a key as `true` if it is one of these.
struct WantedKey<'a>(&'a [&'a str]);

impl<'de> DeserializeSeed<'de> for WantedKey<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for WantedKey<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<bool, E> {
        Ok(self.0.contains(&key))
    }
}
