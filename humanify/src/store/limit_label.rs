//! `LimitLabel`: distinguishes a limit from others with the same rate, in texts for people.

use once_cell::sync::OnceCell;

/// Distinguishes a limit from others with the same rate, in texts for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LimitLabel {
    pub(crate) scope: Option<&'static str>,
    /// The statuses of the responses that count, if only failures do.
    pub(crate) failures: Option<&'static [u16]>,
    pub(crate) part: BucketOwner,
}

/// The owner of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BucketOwner {
    /// The client.
    Client,
    /// All clients at an address.
    Address,
    /// All clients that send the same value of a limit's key.
    Key,
}

/// The labels of limits that have a scope or count failures. They come from the source of the
/// application, so there are few. The list only grows, and nobody waits to read it.
static LISTED: OnceCell<Box<ListedLabel>> = OnceCell::new();

struct ListedLabel {
    label: LimitLabel,
    next: OnceCell<Box<ListedLabel>>,
}

impl LimitLabel {
    /// The label of a limit that counts all requests of a client to a route.
    pub(crate) const PLAIN: LimitLabel = LimitLabel::of(BucketOwner::Client);

    const fn of(part: BucketOwner) -> LimitLabel {
        LimitLabel {
            scope: None,
            failures: None,
            part,
        }
    }

    /// The label in a place that lasts as long as the process, so that the buckets of a request
    /// hold a pointer to it.
    #[inline]
    pub(crate) fn kept(self) -> &'static LimitLabel {
        if self.scope.is_some() || self.failures.is_some() {
            return self.listed();
        }
        match self.part {
            BucketOwner::Client => &LimitLabel::PLAIN,
            BucketOwner::Address => const { &LimitLabel::of(BucketOwner::Address) },
            BucketOwner::Key => const { &LimitLabel::of(BucketOwner::Key) },
        }
    }

    /// The label in the list.
    fn listed(self) -> &'static LimitLabel {
        let mut place = &LISTED;
        loop {
            let listed = place.get_or_init(|| {
                Box::new(ListedLabel {
                    label: self,
                    next: OnceCell::new(),
                })
            });
            if listed.label == self {
                return &listed.label;
            }
            place = &listed.next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_labels_are_kept_once() {
        let failures: &[u16] = &[401, 403];
        for part in [BucketOwner::Client, BucketOwner::Address, BucketOwner::Key] {
            for scope in [None, Some("api"), Some("login")] {
                for failures in [None, Some(failures)] {
                    let label = LimitLabel {
                        scope,
                        failures,
                        part,
                    };
                    assert_eq!(*label.kept(), label);
                    assert!(std::ptr::eq(label.kept(), label.kept()));
                }
            }
        }
    }
}
