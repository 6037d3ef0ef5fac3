//! Interns texts and lists, which then live as long as the program.
//!
//! The model of rules consists of constants, so that the output of the macros costs nothing at
//! start-up. Rules parsed at run time are interned: each distinct text and list is kept once, so
//! parsing the same rules again takes no further memory.

use std::any::{Any, TypeId};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{LazyLock, Mutex, PoisonError};

type InternedLists = HashMap<TypeId, Box<dyn Any + Send>>;

static TEXTS: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
static LISTS: LazyLock<Mutex<InternedLists>> = LazyLock::new(Mutex::default);

/// Interns a text.
pub(crate) fn text(text: &str) -> &'static str {
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = texts.get(text) {
        return known;
    }
    let kept: &'static str = Box::leak(text.into());
    texts.insert(kept);
    kept
}

/// Interns texts, and the list of them.
pub(crate) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> &'static [&'static str] {
    list(texts.into_iter().map(text).collect())
}

/// Interns a list.
pub(crate) fn list<T>(items: Vec<T>) -> &'static [T]
where
    T: Eq + Hash + Send + Sync + 'static,
{
    if items.is_empty() {
        return &[];
    }
    let mut lists = LISTS.lock().unwrap_or_else(PoisonError::into_inner);
    let of_type = lists
        .entry(TypeId::of::<T>())
        .or_insert_with(|| Box::new(HashSet::<&'static [T]>::new()));
    let Some(known) = of_type.downcast_mut::<HashSet<&'static [T]>>() else {
        return Box::leak(items.into());
    };
    if let Some(kept) = known.get(items.as_slice()) {
        return kept;
    }
    let kept: &'static [T] = Box::leak(items.into());
    known.insert(kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_and_lists_are_kept_once() {
        let (one, other) = (texts(["a", "b"]), texts(["a", "b"]));
        assert!(std::ptr::eq(one, other));
        assert!(!std::ptr::eq(one, texts(["b", "a"])));
        assert_eq!(list(vec![1_u8, 2]), [1, 2]);
        assert!(list(Vec::<u8>::new()).is_empty());
    }
}
