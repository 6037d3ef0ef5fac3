//! The Lua scripts that run in Redis, each atomically.

use redis::Script;

/// The scripts. After the first run of each, the server finds it by its SHA-1.
pub(super) struct RedisScripts {
    pub(super) count: Script,
    pub(super) admit: Script,
    pub(super) spend: Script,
    pub(super) attempt_state: Script,
    pub(super) run: Script,
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
            run: Script::new(concat!(include_str!("run.lua"), "return run")),
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

/// Spends an id. ARGV: the run in which the application made the id, or nothing; the time at which
/// somebody else made it, or nothing; how long it is remembered, the mark of this attempt, when the id
/// expires, the prefix and the id that make its key, and how many ids each of its networks may have.
/// A repeated attempt has the same outcome.
const SPEND: &str = r"
local is_older = ARGV[1] ~= '' and ARGV[1] ~= run
if is_older or (tonumber(ARGV[2]) or since) < since then
  return 'forgotten'
end
local known = redis.call('GET', KEYS[2])
if known then
  return known == ARGV[4] and 'first' or 'again'
end
local expiry = tonumber(ARGV[5])
if is_forgotten(3, expiry) then
  return 'forgotten'
end
local kept = math.max(tonumber(ARGV[3]), expiry - now)
remember(3, ARGV[6], ARGV[7], expiry, kept, {ARGV[8], ARGV[9]})
redis.call('SET', KEYS[2], ARGV[4], 'PX', kept)
return 'first'
";

/// Returns the wrong answers of a browser and of its address, how long challenges are closed to the
/// browser, the mark of its last wrong answer, and the run. ARGV: how long a wrong answer counts, and
/// how many close challenges.
const ATTEMPT_STATE: &str = r"
local window, allowed = tonumber(ARGV[1]), tonumber(ARGV[2])
local oldest = '(' .. string.format('%.0f', now - window)
local browser = redis.call('ZCOUNT', KEYS[2], oldest, '+inf')
local address = redis.call('ZCOUNT', KEYS[3], oldest, '+inf')
local wait = 0
if browser >= allowed then
  local first = redis.call('ZREVRANGE', KEYS[2], allowed - 1, allowed - 1, 'WITHSCORES')
  wait = math.max(tonumber(first[2]) + window - now, 1)
end
local mark = browser > 0 and redis.call('ZREVRANGE', KEYS[2], 0, 0)[1] or '0'
return {browser, address, wait, mark, run}
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
