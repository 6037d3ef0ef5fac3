//! Bans in Redis: a list that is bounded, and is read by its changes in pages.

use std::time::Duration;

use super::RedisStore;
use crate::net::Network;
use crate::store::failure::StoreError;
use crate::store::shared_bans::{BanChange, BanPage, BanPosition, PageStart, SharedBan};

/// The largest number of shared bans, and of liftings that are remembered. A process that starts reads
/// as many in about a second.
const MAX_BANS: usize = 100_000;

/// The number of changes that are read at once. The server does nothing else for about a millisecond
/// meanwhile.
const PAGE: usize = 1_000;

/// The keys of the list, in the order of `ban_list.lua`.
const KEYS: [&str; 4] = ["bans", "bans:changes", "bans:list", "bans:lifted"];

/// The result of `ban_changes.lua`.
type PageAnswer = (u64, u64, u64, String, bool, Vec<(String, u64, i64)>);

impl RedisStore {
    /// Writes a ban.
    pub(super) async fn write_ban(
        &self,
        network: Network,
        time: Duration,
        room: usize,
        age: Option<Duration>,
    ) -> Result<Option<SharedBan>, StoreError> {
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let mut script = self.scripts.ban.prepare_invoke();
        for name in KEYS {
            script.key(self.shared_key.one(name));
        }
        script
            .arg(network.to_string())
            .arg(milliseconds(time))
            .arg(room.min(MAX_BANS));
        script.arg(age.map_or(-1.0, |age| age.as_millis() as f64));
        let written: Option<(u64, u64)> = self.run(script).await?;
        Ok(written.map(|(list, version)| SharedBan { list, version }))
    }

    /// Lifts a ban.
    pub(super) async fn lift_ban(&self, network: Network, room: usize) -> Result<bool, StoreError> {
        let mut script = self.scripts.lift.prepare_invoke();
        for name in KEYS {
            script.key(self.shared_key.one(name));
        }
        script.arg(network.to_string()).arg(room.min(MAX_BANS));
        self.run(script).await
    }

    /// Reads the changes after a position.
    pub(super) async fn read_bans(&self, known: BanPosition) -> Result<BanPage, StoreError> {
        let mut script = self.scripts.ban_changes.prepare_invoke();
        for name in KEYS {
            script.key(self.shared_key.one(name));
        }
        script
            .arg(known.list)
            .arg(known.version)
            .arg(known.forgotten)
            .arg(PAGE);
        let answer: PageAnswer = self.connection.run_aside(&script).await?;
        let (list, version, forgotten, start, more, changes) = answer;
        let now = self.clock.milliseconds();
        let changes = changes.into_iter().filter_map(|(text, version, left)| {
            Some(BanChange {
                network: Network::of(text.parse().ok()?),
                version,
                until: u64::try_from(left)
                    .ok()
                    .map(|left| now.saturating_add(left)),
            })
        });
        Ok(BanPage {
            start: match start.as_str() {
                "next" => PageStart::Next,
                "behind" => PageStart::Behind,
                _ => PageStart::OtherList,
            },
            changes: changes.collect(),
            position: BanPosition {
                list,
                version,
                forgotten,
            },
            more,
        })
    }
}
