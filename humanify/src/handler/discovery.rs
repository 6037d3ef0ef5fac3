//! Discovers the policies of a route by cloning it.

use std::cell::RefCell;
use std::sync::Arc;

use axum::response::Response;
use http::request::Parts;
use humanify_syntax::Policy;
use smallvec::SmallVec;

use super::box_future::BoxFuture;

thread_local! {
    /// What is heard while somebody listens.
    static SLOT: RefCell<Option<Discovered>> = const { RefCell::new(None) };
}

/// What a route said of itself while it was cloned.
#[derive(Debug, Default)]
pub(crate) struct Discovered {
    policies: Vec<&'static Policy>,
    /// Whether humanify's layer stands before it.
    pub(crate) protected: bool,
}

/// What a route's handlers declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoutePolicy {
    /// No guard was heard.
    Nothing,
    /// One policy, which is the route's.
    One(&'static Policy),
    /// Several: which one a request will meet cannot be known.
    Several,
}

impl Discovered {
    pub(crate) fn announced(&self) -> RoutePolicy {
        match self.policies.as_slice() {
            [] => RoutePolicy::Nothing,
            [policy] => RoutePolicy::One(policy),
            _ => RoutePolicy::Several,
        }
    }
}

/// Listens while `clone` clones a route.
pub(crate) fn probe(clone: impl FnOnce()) -> Discovered {
    /// Closes the slot, also when the clone panics.
    struct Restore(Option<Discovered>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let before = self.0.take();
            SLOT.with(|slot| *slot.borrow_mut() = before);
        }
    }

    let _restore = Restore(SLOT.with(|slot| slot.borrow_mut().replace(Discovered::default())));
    clone();
    SLOT.with(|slot| slot.borrow_mut().take())
        .unwrap_or_default()
}

/// Says that humanify's layer stands before what is cloned.
pub(crate) fn announce_layer() {
    hear(|heard| heard.protected = true);
}

pub(crate) fn announce(policy: &'static Policy) {
    hear(|heard| {
        let known = |other: &&Policy| std::ptr::eq(*other, policy);
        if !heard.policies.iter().any(known) {
            heard.policies.push(policy);
        }
    });
}

fn hear(note: impl FnOnce(&mut Discovered)) {
    SLOT.with(|slot| {
        if let Ok(mut slot) = slot.try_borrow_mut()
            && let Some(heard) = slot.as_mut()
        {
            note(heard);
        }
    });
}

/// The judge, as a guard sees it.
pub(crate) trait HiddenJudge: Send + Sync {
    /// Judges a request by a policy that the layer could not find out, and lets it inside if
    /// it passes.
    fn judge_hidden(
        self: Arc<Self>,
        policy: &'static Policy,
        parts: Parts,
        inside: Box<dyn FnOnce(Parts) -> BoxFuture<Response> + Send>,
    ) -> BoxFuture<Response>;
}

/// What the layer leaves in a request that it has judged.
#[derive(Clone)]
pub(crate) struct JudgedMarker {
    /// The instances that have judged this request, outermost first.
    pub(crate) judged_by: SmallVec<[usize; 2]>,
    /// The policy by which the innermost of them judged.
    pub(crate) policy: Option<&'static Policy>,
    pub(crate) hidden: Arc<dyn HiddenJudge>,
    /// The prefix under which the instance is nested, which its links carry.
    pub(crate) prefix: String,
}

impl JudgedMarker {
    pub(crate) fn knows(&self, policy: &'static Policy) -> bool {
        self.policy.is_some_and(|known| std::ptr::eq(known, policy))
    }
}
