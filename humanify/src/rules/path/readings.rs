//! The readings of a path by chains of servers.

use super::ROUNDS;
use super::decode::{decode, decode_once};
use super::loose_decoding::loosely_decoded;
use super::reader::{PathReader, contains, is_mark};

/// The maximum number of readings of a path. A path with more is refused.
pub(super) const MAX_READINGS: usize = 16;

/// The maximum number of bytes that are processed for one path, over all its readings.
const MAX_WORK: usize = 256 * 1024;

/// The readings of a path besides `normal`, its normalised form.
///
/// The standards leave open how to treat some paths, such as `/a//../b` or `/a%2Fb`. A reading is
/// how some chain of servers would understand the path, if each of them may resolve dot segments
/// before or after it decodes the path, and then passes it on.
///
/// `None` if there are more than sixteen readings, or if finding them takes too much work.
pub(crate) fn other_readings(path: &str, normal: &[u8]) -> Option<Vec<Vec<u8>>> {
    if !may_be_ambiguous(path.as_bytes()) {
        return Some(Vec::new());
    }
    let mut work = WorkBudget(MAX_WORK);
    let mut readings = DistinctPaths::default();
    readings.add(normal.to_vec())?;
    let mut states = vec![path.as_bytes().to_vec()];
    for round in 0..=ROUNDS {
        let mut next = DistinctPaths::default();
        for stage in resolved(states, &mut work)? {
            work.spend(&stage)?;
            let decoded = decode_once(&stage, true);
            // Every server decodes once, so an undecoded path is not a reading.
            if round > 0 || decoded == stage {
                for reader in PathReader::for_path(&stage) {
                    work.spend(&stage)?;
                    readings.add(reader.read(&stage))?;
                }
            }
            for decoded in [decoded, decode_once(&stage, false)] {
                work.spend(&decoded)?;
                if let Some(loosely) = loosely_decoded(&decoded) {
                    next.add(loosely)?;
                }
                if decoded != stage {
                    next.add(decoded)?;
                }
            }
        }
        if next.0.is_empty() {
            break;
        }
        states = next.0;
    }
    Some(readings.0.split_off(1))
}

/// These paths, and all paths that result when servers resolve them once or more.
fn resolved(paths: Vec<Vec<u8>>, work: &mut WorkBudget) -> Option<Vec<Vec<u8>>> {
    let mut stages = DistinctPaths::default();
    for path in paths {
        stages.add(path)?;
    }
    let mut next = 0;
    while let Some(stage) = stages.0.get(next).cloned() {
        next += 1;
        if is_changed_by_resolving(&stage) {
            for reader in PathReader::for_path(&stage) {
                work.spend(&stage)?;
                stages.add(reader.resolve(&stage))?;
            }
        }
    }
    Some(stages.0)
}

/// Whether resolving can change a path.
fn is_changed_by_resolving(path: &[u8]) -> bool {
    path.iter().any(|byte| matches!(byte, b';' | b'\\'))
        || contains(path, b"..")
        || contains(path, b"//")
}

/// Paths without duplicates, at most [`MAX_READINGS`].
#[derive(Default)]
struct DistinctPaths(Vec<Vec<u8>>);

impl DistinctPaths {
    fn add(&mut self, path: Vec<u8>) -> Option<()> {
        if self.0.contains(&path) {
            return Some(());
        }
        self.0.push(path);
        (self.0.len() <= MAX_READINGS).then_some(())
    }
}

/// The number of bytes that may still be processed.
struct WorkBudget(usize);

impl WorkBudget {
    fn spend(&mut self, path: &[u8]) -> Option<()> {
        self.0 = self.0.checked_sub(path.len())?;
        Some(())
    }
}

/// Whether servers may read a path differently: it has parameters, backslashes, empty segments
/// beside `..`, an encoded character with a meaning in paths, or one that only some servers decode.
fn may_be_ambiguous(path: &[u8]) -> bool {
    let means_something = |code: &[u8]| {
        let mut character = percent_encoding::percent_decode(code);
        character.next().is_some_and(|byte| {
            matches!(byte, b'/' | b'\\' | b'%' | b'.' | b';' | b' ') || is_mark(byte)
        })
    };
    path.iter().any(|byte| matches!(byte, b';' | b'\\'))
        || (contains(path, b"//") && contains(path, b".."))
        || path
            .windows(3)
            .any(|code| code.starts_with(b"%") && means_something(code))
        || loosely_decoded(&decode(path)).is_some()
}
