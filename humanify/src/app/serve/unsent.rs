//! `Unsent`: bounds the response bytes in memory that clients have not read yet.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::net::{Network, network};

/// Counts the response bytes in memory, on all connections together. Beyond the bound, connections
/// end, heaviest first: by /16 or /32, then by /24 or /48, then by address.
pub(super) struct Unsent {
    most: usize,
    all: AtomicUsize,
    accounts: Mutex<Accounts>,
}

#[derive(Default)]
struct Accounts {
    /// The number of the next connection.
    next: u64,
    connections: HashMap<u64, Account>,
}

/// The bytes of one connection.
struct Account {
    client: Network,
    bytes: Arc<AtomicUsize>,
    /// The connection ends when this is dropped.
    keep: Option<oneshot::Sender<()>>,
}

/// The account of a connection, which is closed when this is dropped.
pub(super) struct UnsentAccount {
    unsent: Arc<Unsent>,
    number: u64,
    bytes: Arc<AtomicUsize>,
}

/// Bytes that a connection holds until this is dropped.
pub(super) struct HeldBytes {
    account: Arc<UnsentAccount>,
    bytes: usize,
}

impl Unsent {
    /// Bounded by `most` bytes; `None` means no bound.
    pub(super) fn new(most: Option<usize>) -> Arc<Unsent> {
        Arc::new(Unsent {
            most: most.unwrap_or(usize::MAX),
            all: AtomicUsize::default(),
            accounts: Mutex::default(),
        })
    }

    /// Opens an account for a connection from an address. The receiver resolves when the connection
    /// has to end.
    pub(super) fn open(self: &Arc<Self>, ip: IpAddr) -> (UnsentAccount, oneshot::Receiver<()>) {
        let (keep, end) = oneshot::channel();
        let bytes = Arc::new(AtomicUsize::default());
        let mut accounts = self.accounts();
        let number = accounts.next;
        accounts.next += 1;
        let account = Account {
            client: network(ip),
            bytes: Arc::clone(&bytes),
            keep: Some(keep),
        };
        accounts.connections.insert(number, account);
        let account = UnsentAccount {
            unsent: Arc::clone(self),
            number,
            bytes,
        };
        (account, end)
    }

    fn accounts(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UnsentAccount {
    /// Charges the account for bytes until the weight is dropped.
    pub(super) fn hold(self: &Arc<Self>, bytes: usize) -> HeldBytes {
        let Unsent { most, all, .. } = &*self.unsent;
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let before = all.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > *most {
            self.unsent.accounts().cut(*most);
        }
        HeldBytes {
            account: Arc::clone(self),
            bytes,
        }
    }
}

impl Drop for HeldBytes {
    fn drop(&mut self) {
        let account = &self.account;
        account.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        account.unsent.all.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Drop for UnsentAccount {
    fn drop(&mut self) {
        self.unsent.accounts().connections.remove(&self.number);
    }
}

impl Accounts {
    /// Ends connections until the others hold at most `most` bytes. Takes one walk over all
    /// connections for each that ends.
    fn cut(&mut self, most: usize) {
        let mut networks: HashMap<(u8, Network), usize> = HashMap::new();
        let mut left = 0_usize;
        let mut staying = Vec::new();
        for (number, account) in &self.connections {
            let bytes = account.bytes.load(Ordering::Relaxed);
            if account.keep.is_none() || bytes == 0 {
                continue;
            }
            left = left.saturating_add(bytes);
            staying.push((*number, account.client, bytes));
            for holder in enclosing_networks(account.client) {
                let all = networks.entry(holder).or_default();
                *all = all.saturating_add(bytes);
            }
        }
        while left > most {
            let of = |holder| networks.get(&holder).copied().unwrap_or(0);
            let weight = |(_, client, bytes): &(u64, Network, usize)| {
                (enclosing_networks(*client).map(of), *bytes)
            };
            let heaviest = (0..staying.len()).max_by_key(|at| staying.get(*at).map(weight));
            let Some(heaviest) = heaviest else {
                return;
            };
            let (number, client, bytes) = staying.swap_remove(heaviest);
            if let Some(account) = self.connections.get_mut(&number) {
                account.keep = None;
            }
            left = left.saturating_sub(bytes);
            for holder in enclosing_networks(client) {
                if let Some(all) = networks.get_mut(&holder) {
                    *all = all.saturating_sub(bytes);
                }
            }
        }
    }
}

/// A client and the networks that contain it, the widest first.
fn enclosing_networks(client: Network) -> [(u8, Network); 3] {
    [(0, client.block()), (1, client.subnet()), (2, client)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_over(end: &mut oneshot::Receiver<()>) -> bool {
        end.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    #[test]
    fn clients_that_read_nothing_are_disconnected_and_other_networks_are_not() {
        let unsent = Unsent::new(Some(1_000));
        let open = |ip: &str| {
            let (account, end) = unsent.open(ip.parse().unwrap());
            (Arc::new(account), end)
        };
        let mut others = ["85.1.1.1", "2a02:1:1::1"].map(open);
        let taken: Vec<_> = others
            .iter()
            .map(|(account, _)| account.hold(200))
            .collect();
        let mut attackers = ["84.1.1.1", "84.1.1.2", "84.1.2.1"].map(open);
        let mut weights = Vec::new();
        for (account, _) in &attackers {
            weights.push(account.hold(190));
            weights.push(account.hold(10));
        }
        assert!(!attackers.iter_mut().any(|(_, end)| is_over(end)));
        // Another part, and one of the two connections of the heavier /24 ends.
        let (late, mut late_end) = open("84.1.1.1");
        weights.push(late.hold(50));
        let ended = attackers.each_mut().map(|(_, end)| is_over(end));
        assert_eq!(ended, [true, false, false]);
        assert!(!is_over(&mut late_end));
        assert!(!others.iter_mut().any(|(_, end)| is_over(end)));
        // What is dropped weighs nothing.
        drop((weights, taken, late, attackers, others));
        assert_eq!(unsent.all.load(Ordering::Relaxed), 0);
        assert!(unsent.accounts().connections.is_empty());
    }

    #[test]
    fn the_heaviest_network_of_each_prefix_length_is_disconnected() {
        // The connections with their bytes, of which 1,000 are allowed, and those that end.
        for (held, ended) in [
            // A /16 with less than 85.1.1.1 on each connection.
            (
                &[
                    ("85.1.1.1", 400),
                    ("84.1.1.1", 260),
                    ("84.1.2.1", 240),
                    ("86.1.1.1", 200),
                ][..],
                &[1][..],
            ),
            // A /24 of it.
            (
                &[
                    ("84.1.1.1", 300),
                    ("84.1.2.1", 200),
                    ("84.1.2.2", 210),
                    ("86.1.1.1", 350),
                ],
                &[2],
            ),
            // An address of it.
            (
                &[
                    ("84.1.1.1", 300),
                    ("84.1.1.2", 200),
                    ("84.1.1.2", 150),
                    ("86.1.1.1", 400),
                ],
                &[1],
            ),
            // Without its first connection, the heaviest network is not the heaviest any more.
            (
                &[
                    ("84.1.1.1", 150),
                    ("84.1.2.1", 140),
                    ("84.1.3.1", 130),
                    ("85.1.1.1", 300),
                    ("87.1.1.1", 250),
                    ("88.1.1.1", 260),
                ],
                &[0, 3],
            ),
        ] {
            let unsent = Unsent::new(Some(1_000));
            let mut weights = Vec::new();
            let mut ends = Vec::new();
            for (ip, bytes) in held {
                let (account, end) = unsent.open(ip.parse().unwrap());
                weights.push(Arc::new(account).hold(*bytes));
                ends.push(end);
            }
            let over = (0..ends.len()).filter(|index| is_over(&mut ends[*index]));
            let over: Vec<usize> = over.collect();
            assert_eq!(over, ended, "{held:?}");
        }
    }

    #[test]
    fn a_client_that_has_read_everything_holds_no_bytes() {
        let unsent = Unsent::new(Some(1_000));
        let open = |ip: &str| {
            let (account, end) = unsent.open(ip.parse().unwrap());
            (Arc::new(account), end)
        };
        let [mut reader, mut heavy, mut light] = ["84.1.1.1", "85.1.1.1", "86.1.1.1"].map(open);
        drop(reader.0.hold(900));
        let _weights = [heavy.0.hold(600), light.0.hold(500)];
        let over = [&mut reader.1, &mut heavy.1, &mut light.1].map(is_over);
        assert_eq!(over, [false, true, false]);
    }

    #[test]
    fn without_a_bound_nobody_is_disconnected() {
        let unsent = Unsent::new(None);
        let (account, mut end) = unsent.open("84.1.1.1".parse().unwrap());
        let account = Arc::new(account);
        let _weights = [account.hold(usize::MAX / 2), account.hold(usize::MAX / 2)];
        assert!(!is_over(&mut end));
    }
}
