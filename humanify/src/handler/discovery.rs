//! Discovers the policies of a route by cloning it.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::response::Response;
use http::request::Parts;
use humanify_syntax::Policy;
use smallvec::SmallVec;

use super::box_future::BoxFuture;
use crate::client::CounterKey;
use crate::detect::Detection;

thread_local! {
    /// The discoveries of the running probe; `None` while no probe runs.
    static PROBE: RefCell<Option<Discovered>> = const { RefCell::new(None) };
}

/// The number of probes that run in all threads. Every request clones its route, so this is asked
/// first.
static PROBES: AtomicUsize = AtomicUsize::new(0);

/// The policies and layers that a route announced while it was cloned.
#[derive(Debug, Default)]
pub(crate) struct Discovered {
    policies: Vec<&'static Policy>,
    /// Whether humanify's layer wraps the route.
    pub(crate) protected: bool,
}

/// The policies that the handlers of a route declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoutePolicy {
    /// No guarded handler.
    Nothing,
    /// One policy, which holds for the whole route.
    One(&'static Policy),
    /// Several policies. Which of them holds for a request is known only in the handler.
    Several,
}

impl RoutePolicy {
    /// The policy that holds for the whole route, if there is one.
    pub(crate) fn policy(self) -> Option<&'static Policy> {
        match self {
            RoutePolicy::One(policy) => Some(policy),
            RoutePolicy::Nothing | RoutePolicy::Several => None,
        }
    }
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

/// Runs `clone`, which clones a route, and returns what the route announced.
pub(crate) fn probe(clone: impl FnOnce()) -> Discovered {
    /// Ends the probe, also if the clone panics.
    struct Restore(Option<Discovered>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let before = self.0.take();
            PROBES.fetch_sub(1, Ordering::Relaxed);
            PROBE.with(|slot| *slot.borrow_mut() = before);
        }
    }

    let _restore = Restore(PROBE.with(|slot| slot.borrow_mut().replace(Discovered::default())));
    PROBES.fetch_add(1, Ordering::Relaxed);
    clone();
    PROBE
        .with(|slot| slot.borrow_mut().take())
        .unwrap_or_default()
}

/// Announces to the running probe that humanify's layer wraps the cloned route.
#[inline]
pub(crate) fn announce_layer() {
    record(|discovered| discovered.protected = true);
}

/// Announces a policy to the running probe.
#[inline]
pub(crate) fn announce(policy: &'static Policy) {
    record(|discovered| {
        let known = |other: &&Policy| std::ptr::eq(*other, policy);
        if !discovered.policies.iter().any(known) {
            discovered.policies.push(policy);
        }
    });
}

#[inline]
fn record(note: impl FnOnce(&mut Discovered)) {
    if PROBES.load(Ordering::Relaxed) > 0 {
        record_in_probe(note);
    }
}

#[cold]
fn record_in_probe(note: impl FnOnce(&mut Discovered)) {
    // Another thread may probe while this one ends and has dropped its slot.
    let _ = PROBE.try_with(|slot| {
        if let Ok(mut slot) = slot.try_borrow_mut()
            && let Some(discovered) = slot.as_mut()
        {
            note(discovered);
        }
    });
}

/// The judge of policies that only the guarded handler knows.
pub(crate) trait HiddenJudge: Send + Sync {
    /// Judges a request by a policy that the layer could not discover, and runs `inside` if the
    /// request passes.
    fn judge_hidden(
        self: Arc<Self>,
        policy: &'static Policy,
        parts: Parts,
        inside: Box<dyn FnOnce(Parts) -> BoxFuture<Response> + Send>,
    ) -> BoxFuture<Response>;
}

/// The extension of a request that a layer has judged.
#[derive(Clone)]
pub(crate) struct JudgedMarker {
    /// The instances that have judged this request, innermost first.
    pub(crate) judged_by: SmallVec<[usize; 2]>,
    /// The policy by which the innermost of them judged.
    pub(crate) policy: Option<&'static Policy>,
    /// The key of the budget of a clearance that has counted the request. Boxed, since few requests
    /// have one and every request carries this field.
    pub(crate) charged: Option<Box<CounterKey>>,
    pub(crate) hidden: Arc<dyn HiddenJudge>,
    /// The prefix under which the instance is nested; its links start with it.
    pub(crate) prefix: String,
    pub(crate) detection: Detection,
}

impl JudgedMarker {
    pub(crate) fn has_policy(&self, policy: &'static Policy) -> bool {
        self.policy.is_some_and(|known| std::ptr::eq(known, policy))
    }
}
