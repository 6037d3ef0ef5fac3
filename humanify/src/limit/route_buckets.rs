//! `RouteBuckets`: the buckets of routes whose limits depend on nothing but the route and the client.

use http::Method;
use humanify_syntax::Policy;
use once_cell::race::OnceBox;

use super::counter::counted_method;
use crate::client::{Client, ClientKey};
use crate::store::{Bucket, BucketList};

/// The number of places. Each route with a method has two of them, and takes the first free one. If
/// both are taken, its buckets are computed for each request.
const PLACES: usize = 1_024;

/// The buckets of routes. Almost every limit counts all requests of a client to a route, so its
/// buckets are computed once for each route and only differ in the client.
pub(crate) struct RouteBuckets {
    places: Box<[OnceBox<KnownRoute>]>,
}

/// What the buckets of a request depend on, except for the client.
#[derive(Clone, Copy)]
pub(crate) struct RouteKey<'a> {
    /// The router's template.
    pub(crate) template: Option<&'a str>,
    pub(crate) method: &'a Method,
    pub(crate) policy: Option<&'static Policy>,
}

struct KnownRoute {
    template: Option<Box<str>>,
    method: Method,
    policy: Option<&'static Policy>,
    /// The buckets of the first client.
    buckets: Box<[Bucket]>,
}

/// The buckets of a request.
pub(crate) enum RequestBuckets<'a> {
    Own(BucketList),
    /// Buckets of the route, which are kept, for this client. They are not copied, since the store
    /// needs only their counters and rates. They count all requests, so nothing is charged later.
    OfRoute {
        buckets: &'a [Bucket],
        client: ClientKey,
    },
}

impl RequestBuckets<'_> {
    /// The buckets, whose client may be another one, and the client.
    #[inline]
    pub(crate) fn of_any_client(&self) -> (&[Bucket], Option<ClientKey>) {
        match self {
            RequestBuckets::Own(buckets) => (buckets, None),
            RequestBuckets::OfRoute { buckets, client } => (buckets, Some(*client)),
        }
    }

    /// The buckets of the client.
    pub(crate) fn into_list(self) -> BucketList {
        match self {
            RequestBuckets::Own(buckets) => buckets,
            RequestBuckets::OfRoute { buckets, client } => {
                let own = buckets.iter().map(|bucket| bucket.of(Some(client)));
                own.collect()
            }
        }
    }
}

impl Default for RouteBuckets {
    fn default() -> Self {
        RouteBuckets {
            places: (0..PLACES).map(|_| OnceBox::new()).collect(),
        }
    }
}

impl RouteBuckets {
    /// The buckets of a client, if those of the route are kept.
    #[inline]
    pub(crate) fn find(&self, key: RouteKey<'_>, client: &Client) -> Option<RequestBuckets<'_>> {
        let [first, second] = key.places();
        let known = self.at(first)?;
        let known = match known.is_of(key) {
            true => known,
            false => self.at(second).filter(|known| known.is_of(key))?,
        };
        if client.shares_its_address() {
            return None;
        }
        Some(RequestBuckets::OfRoute {
            buckets: &known.buckets,
            client: client.limited_as(),
        })
    }

    /// Keeps the buckets of a route, which depend on nothing but the route and the client. Clients
    /// invent methods, so only those with a name of their own are kept.
    #[cold]
    pub(crate) fn keep(&self, key: RouteKey<'_>, client: &Client, buckets: &[Bucket]) {
        if counted_method(key.method).is_empty() || client.shares_its_address() {
            return;
        }
        let free = key
            .places()
            .into_iter()
            .find(|place| self.at(*place).is_none());
        if let Some(place) = free.and_then(|place| self.places.get(place)) {
            // Of two requests that take the place at once, the first one wins.
            let _ = place.set(Box::new(KnownRoute {
                template: key.template.map(Box::from),
                method: key.method.clone(),
                policy: key.policy,
                buckets: buckets.into(),
            }));
        }
    }

    fn at(&self, place: usize) -> Option<&KnownRoute> {
        self.places.get(place)?.get()
    }
}

impl RouteKey<'_> {
    /// The two places of the route. Routes share places, so what a place holds is compared.
    #[inline]
    fn places(self) -> [usize; 2] {
        let policy = self
            .policy
            .map_or(0, |policy| std::ptr::from_ref(policy).addr() as u64);
        // No two methods with a name of their own have the same length and first letter.
        let method = self.method.as_str().as_bytes();
        let letter = u64::from(method.first().copied().unwrap_or_default());
        let number = policy ^ letter << 48 ^ (method.len() as u64) << 56;
        let mixed = mix(number, self.template.unwrap_or_default().as_bytes());
        let place = (mixed >> 32) as usize % PLACES;
        [place, place ^ 1]
    }
}

/// Mixes a text of the developer's into a number. Nobody else chooses these texts, so the mixture
/// need not be secret.
fn mix(number: u64, text: &[u8]) -> u64 {
    let step = |number: u64, word: u64| {
        let product = (number ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product ^ (product >> 29)
    };
    let (words, rest) = text.as_chunks::<8>();
    let words = words.iter().map(|word| u64::from_le_bytes(*word));
    let last = rest
        .iter()
        .fold(text.len() as u64, |last, byte| last << 8 | u64::from(*byte));
    words.chain([last]).fold(number, step)
}

impl KnownRoute {
    #[inline]
    fn is_of(&self, key: RouteKey<'_>) -> bool {
        let policy = |policy: Option<&'static Policy>| policy.map(std::ptr::from_ref);
        self.template.as_deref() == key.template
            && self.method == *key.method
            && policy(self.policy) == policy(key.policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{CounterKey, Origin, Peer};
    use humanify_syntax::Rate;

    fn client(last: u8, id: Option<[u8; 16]>) -> Client {
        let ip = std::net::Ipv4Addr::new(192, 0, 2, last).into();
        Client::new(Peer::Address(ip), Origin::of_peer(Some(ip)), id, None)
    }

    fn bucket(client: &Client, counter: u64) -> Bucket {
        let client = client.limited_as();
        Bucket::new(CounterKey { client, counter }, Rate::DEFAULT)
    }

    fn counters(found: Option<RequestBuckets<'_>>) -> Option<Vec<CounterKey>> {
        let keys = |buckets: RequestBuckets<'_>| {
            let list = buckets.into_list();
            list.iter().map(|bucket| bucket.key).collect()
        };
        found.map(keys)
    }

    /// Policies of this many handlers, which differ in nothing but their place in memory.
    fn policies(count: usize) -> &'static [Policy] {
        let policy = |_| Policy {
            name: "app::handler",
            named: false,
            bots: None,
            everyone: None,
            limits: &[],
            exempt: humanify_syntax::Exempt::Nothing,
        };
        Vec::leak((0..count).map(policy).collect())
    }

    /// Places are few, so routes share them, and none may get the buckets of another, in whatever
    /// the two differ.
    #[test]
    fn each_route_method_and_policy_has_its_own_buckets() {
        let kept = RouteBuckets::default();
        let (first, second) = (client(1, None), client(2, None));
        let methods = [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
            Method::TRACE,
        ];
        let templates: Vec<String> = (0..12).map(|number| format!("/{number}")).collect();
        let templates = templates.iter().map(|template| Some(template.as_str()));
        let policies = policies(100).iter().map(Some).chain([None]);
        let mut keys = Vec::new();
        for (template, policy) in templates
            .chain([None])
            .flat_map(|template| policies.clone().map(move |policy| (template, policy)))
        {
            keys.extend(methods.iter().map(|method| RouteKey {
                template,
                method,
                policy,
            }));
        }
        let numbered = || (0..).zip(&keys);
        for (number, key) in numbered() {
            kept.keep(*key, &first, &[bucket(&first, number)]);
        }
        let mut found = 0;
        for (number, key) in numbered() {
            if let Some(counted) = counters(kept.find(*key, &second)) {
                assert_eq!(counted, [bucket(&second, number).key]);
                found += 1;
            }
        }
        assert!((PLACES * 9 / 10..=PLACES).contains(&found), "{found}");
    }

    #[test]
    fn invented_methods_and_clients_that_share_an_address_take_no_place() {
        let kept = RouteBuckets::default();
        let key = |method| RouteKey {
            template: Some("/"),
            method,
            policy: None,
        };
        let (plain, with_id) = (client(1, None), client(1, Some([7; 16])));
        let invented = Method::from_bytes(b"BREW").unwrap();
        kept.keep(key(&invented), &plain, &[bucket(&plain, 1)]);
        kept.keep(key(&Method::GET), &with_id, &[bucket(&with_id, 2)]);
        assert_eq!(counters(kept.find(key(&invented), &plain)), None);
        assert_eq!(counters(kept.find(key(&Method::GET), &plain)), None);
        kept.keep(key(&Method::GET), &plain, &[bucket(&plain, 3)]);
        assert_eq!(counters(kept.find(key(&Method::GET), &with_id)), None);
        let counted = counters(kept.find(key(&Method::GET), &plain));
        assert_eq!(counted, Some(vec![bucket(&plain, 3).key]));
    }
}
