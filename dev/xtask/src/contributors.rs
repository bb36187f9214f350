//! What the page's module consists of.

use std::{collections::BTreeMap, ops::Range};

use wasmparser::{BinaryReaderError, KnownCustom, Name, Parser, Payload, TypeRef};

/// Functions of one name, as many as the compiler made of a generic one; or all data.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contributor {
    /// In the module, in bytes.
    pub bytes: u64,
    /// How many there are.
    pub count: usize,
    /// As it is called in the source.
    pub name: String,
}

/// Who contributes to a module that still has its names, the largest first.
pub fn contributors(module: &[u8]) -> Result<Vec<Contributor>, BinaryReaderError> {
    let (mut imported, mut functions, mut data) = (0, Vec::new(), 0);
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => functions.push(length(&body.range())),
            Payload::DataSection(section) => data += length(&section.range()),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    for name in section {
                        if let Name::Function(functions) = name? {
                            for function in functions {
                                let function = function?;
                                names.insert(function.index as usize, function.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut sums = BTreeMap::from([("(data)".to_owned(), (data, 1))]);
    for (place, bytes) in functions.into_iter().enumerate() {
        let name = names.get(&(imported + place)).unwrap_or(&"(no name)");
        let sum = sums.entry(format!("{:#}", rustc_demangle::demangle(name)));
        let (sum, count) = sum.or_default();
        (*sum, *count) = (*sum + bytes, *count + 1);
    }
    let sums = sums.into_iter();
    let mut all: Vec<_> = sums
        .map(|(name, (bytes, count))| Contributor { bytes, count, name })
        .collect();
    all.sort_by(|one, other| other.cmp(one));
    Ok(all)
}

fn length(range: &Range<u64>) -> u64 {
    range.end - range.start
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One imported function, and two with the bodies `end` and `nop end` of a generic one.
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\
        \x01\x04\x01\x60\0\0\
        \x02\x07\x01\x01m\x01f\0\0\
        \x03\x03\x02\0\0\
        \x0a\x08\x02\x02\0\x0b\x03\0\x01\x0b\
        \0\x2c\x04name\x01\x25\x02\
        \x01\x10_ZN4page4draw1aE\
        \x02\x10_ZN4page4draw1aE";

    #[test]
    fn what_is_made_of_one_function_is_summed_up() {
        let contributors = contributors(MODULE).unwrap();
        let first = &contributors[0];
        assert_eq!((first.bytes, first.count), (5, 2));
        assert_eq!(first.name, "page::draw::a");
    }
}
