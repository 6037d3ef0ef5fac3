//! The Lua scripts that run in Redis, each atomically.

use redis::Script;

/// The scripts. After the first run of each, the server finds it by its SHA-1.
pub(super) struct RedisScripts {
    pub(super) count: Script,
    pub(super) admit: Script,
    pub(super) spend: Script,
    pub(super) attempt_state: Script,
    pub(super) record_network: Script,
    pub(super) ban: Script,
    pub(super) lift: Script,
    pub(super) ban_changes: Script,
}

impl RedisScripts {
    pub(super) fn new() -> Self {
        RedisScripts {
            count: Script::new(include_str!("limits.lua")),
            admit: Script::new(concat!(
                include_str!("run.lua"),
                include_str!("spent_by_network.lua"),
                include_str!("admit.lua")
            )),
            spend: Script::new(&format!(
                "{}{}{SPEND}",
                include_str!("run.lua"),
                include_str!("spent_by_network.lua")
            )),
            attempt_state: Script::new(&format!("{}{ATTEMPT_STATE}", include_str!("run.lua"))),
            record_network: Script::new(RECORD_NETWORK),
            ban: Script::new(concat!(
                include_str!("ban_list.lua"),
                include_str!("ban.lua")
            )),
            lift: Script::new(concat!(
                include_str!("ban_list.lua"),
                include_str!("lift.lua")
            )),
            ban_changes: Script::new(include_str!("ban_changes.lua")),
        }
    }
}

/// Spends an id. ARGV, after the application's time: when the id was made, how long it is
/// remembered, when it expires, the prefix and the id that make its key, and how many ids each of its
/// networks may have.
const SPEND: &str = r"
if tonumber(ARGV[2]) < since then
  return 'forgotten'
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  return 'again'
end
local expiry = tonumber(ARGV[4])
if is_forgotten(3, expiry) then
  return 'forgotten'
end
remember(3, ARGV[5], ARGV[6], expiry, tonumber(ARGV[3]), {ARGV[7], ARGV[8]})
redis.call('SET', KEYS[2], '', 'PX', ARGV[3])
return 'first'
";

/// Returns the wrong answers of a browser and of its address, how long challenges are closed to the
/// browser, and the mark of its last wrong answer. ARGV, after the application's time: how long a
/// wrong answer counts, and how many close challenges. It runs before a challenge is made, so that
/// the server's run starts before the challenge.
const ATTEMPT_STATE: &str = r"
local window, allowed = tonumber(ARGV[2]), tonumber(ARGV[3])
local instant = time[1] * 1000 + math.floor(time[2] / 1000)
local oldest = '(' .. string.format('%.0f', instant - window)
local browser = redis.call('ZCOUNT', KEYS[2], oldest, '+inf')
local address = redis.call('ZCOUNT', KEYS[3], oldest, '+inf')
local wait = 0
if browser >= allowed then
  local first = redis.call('ZREVRANGE', KEYS[2], allowed - 1, allowed - 1, 'WITHSCORES')
  wait = math.max(tonumber(first[2]) + window - instant, 1)
end
local mark = browser > 0 and redis.call('ZREVRANGE', KEYS[2], 0, 0)[1] or '0'
return {browser, address, wait, mark}
";

/// Records a network of an id. Returns 1 if the network is among the first ones. ARGV: the network,
/// the largest number of networks, how long they are remembered.
const RECORD_NETWORK: &str = r"
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then
  return 1
end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then
  return 0
end
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
";
