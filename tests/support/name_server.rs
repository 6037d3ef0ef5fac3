//! A DNS server, which responds as a test tells it to.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use humanify::verify::SystemResolver;
use tokio::net::UdpSocket;

const A: u16 = 1;
const PTR: u16 = 12;
const AAAA: u16 = 28;

/// The server's response to a query.
#[derive(Clone)]
pub(crate) enum DnsBehaviour {
    /// Answers with these names.
    Names(Vec<&'static str>),
    /// Answers with these addresses.
    Addresses(Vec<&'static str>),
    /// Answers with SERVFAIL.
    Fails,
    /// Does not answer.
    KeepsSilent,
    /// Sends a packet that is not a DNS answer.
    Babbles,
}

/// A server on a free port of this machine. Unknown names do not exist (NXDOMAIN).
pub(crate) struct NameServer {
    address: SocketAddr,
    questions: Arc<AtomicUsize>,
}

impl NameServer {
    /// Starts a server with records for these names, and for addresses by their reverse names.
    pub(crate) async fn start(
        zone: impl IntoIterator<Item = (&'static str, DnsBehaviour)>,
    ) -> NameServer {
        let zone: HashMap<String, DnsBehaviour> = zone
            .into_iter()
            .map(|(key, does)| match key.parse::<IpAddr>() {
                Ok(address) => (reverse(address), does),
                Err(_) => (key.to_owned(), does),
            })
            .collect();
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let questions = Arc::new(AtomicUsize::new(0));
        let asked = Arc::clone(&questions);
        tokio::spawn(async move {
            let mut packet = [0; 1_500];
            loop {
                let (length, peer) = socket.recv_from(&mut packet).await.unwrap();
                asked.fetch_add(1, Ordering::SeqCst);
                if let Some(answer) = answer(&packet[..length], &zone) {
                    socket.send_to(&answer, peer).await.unwrap();
                }
            }
        });
        NameServer { address, questions }
    }

    pub(crate) fn resolver(&self) -> SystemResolver {
        SystemResolver::with_servers([self.address]).unwrap()
    }

    /// The number of queries.
    pub(crate) fn questions(&self) -> usize {
        self.questions.load(Ordering::SeqCst)
    }
}

/// The reverse name of an address (RFC 1035, 3.5; RFC 3596, 2.5).
fn reverse(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(v6) => {
            let digits = format!("{:032x}", v6.to_bits());
            let labels: Vec<String> = digits.chars().rev().map(String::from).collect();
            format!("{}.ip6.arpa", labels.join("."))
        }
    }
}

/// The answer to a packet with one question (RFC 1035, 4.1).
fn answer(packet: &[u8], zone: &HashMap<String, DnsBehaviour>) -> Option<Vec<u8>> {
    let mut labels = Vec::new();
    let mut at = 12;
    while packet[at] != 0 {
        let end = at + 1 + usize::from(packet[at]);
        labels.push(String::from_utf8_lossy(&packet[at + 1..end]).to_lowercase());
        at = end;
    }
    let question = &packet[12..at + 5];
    let kind = u16::from_be_bytes([packet[at + 1], packet[at + 2]]);
    let (code, records) = match zone.get(&labels.join(".")) {
        None => (3, Vec::new()),
        Some(DnsBehaviour::Fails) => (2, Vec::new()),
        Some(DnsBehaviour::KeepsSilent) => return None,
        Some(DnsBehaviour::Babbles) => return Some([&packet[..2], &[0xff; 40]].concat()),
        Some(DnsBehaviour::Names(names)) if kind == PTR => {
            (0, names.iter().map(|name| encoded(name)).collect())
        }
        Some(DnsBehaviour::Addresses(addresses)) => {
            let addresses = addresses.iter().map(|text| text.parse().unwrap());
            let data = addresses.filter_map(|address: IpAddr| match (address, kind) {
                (IpAddr::V4(v4), A) => Some(v4.octets().to_vec()),
                (IpAddr::V6(v6), AAAA) => Some(v6.octets().to_vec()),
                _ => None,
            });
            (0, data.collect())
        }
        Some(DnsBehaviour::Names(_)) => (0, Vec::new()),
    };
    let count = u16::try_from(records.len()).unwrap().to_be_bytes();
    let mut answer = [&packet[..2], &[0x81, 0x80 | code, 0, 1], &count, &[0; 4]].concat();
    answer.extend(question);
    for data in records {
        // A pointer to the query's name, its type, class IN, and a TTL of a minute.
        answer.extend([0xc0, 12]);
        answer.extend(kind.to_be_bytes());
        answer.extend([0, 1, 0, 0, 0, 60]);
        answer.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        answer.extend(data);
    }
    Some(answer)
}

fn encoded(name: &str) -> Vec<u8> {
    let mut data = Vec::new();
    for label in name.split('.') {
        data.push(u8::try_from(label.len()).unwrap());
        data.extend(label.as_bytes());
    }
    data.push(0);
    data
}
