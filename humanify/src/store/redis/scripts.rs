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
    pub(super) bans: Script,
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
            ban: Script::new(BAN),
            lift: Script::new(LIFT),
            bans: Script::new(BANS),
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

/// Writes a ban. ARGV: the network, the duration, the largest number of bans, and the age of a ban that
/// is written again because the list may lack it; -1 for a new ban. Returns the creation time of the
/// list, which changes if the server lost the list; nothing if the ban is written again and has been
/// lifted since it was imposed.
const BAN: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local age = tonumber(ARGV[4])
local lifted = redis.call('ZSCORE', KEYS[4], ARGV[1])
if lifted and age >= 0 and tonumber(lifted) >= now - age then
  return nil
end
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local over = redis.call('ZCARD', KEYS[1]) + 1 - tonumber(ARGV[3])
if over > 0 then
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, over - 1)
end
redis.call('ZADD', KEYS[1], 'GT', now + tonumber(ARGV[2]), ARGV[1])
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local longest = math.max(tonumber(last[2]) - now, 1)
redis.call('PEXPIRE', KEYS[1], longest)
local instant = string.format('%.0f', time[1] * 1000000 + time[2])
local kept = math.max(redis.call('PTTL', KEYS[3]), longest)
redis.call('SET', KEYS[2], instant, 'PX', kept)
redis.call('SET', KEYS[3], instant, 'PX', kept, 'NX')
redis.call('PEXPIRE', KEYS[3], kept)
return redis.call('GET', KEYS[3])
";

/// Lifts a ban. ARGV: the network, the largest number of lifted bans. The lifting is remembered for a day,
/// so that a process that learns of it late does not write the ban again.
const LIFT: &str = r"
local day = 86400000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lifted = redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - day)
redis.call('ZADD', KEYS[4], now, ARGV[1])
local over = redis.call('ZCARD', KEYS[4]) - tonumber(ARGV[2])
if over > 0 then
  redis.call('ZREMRANGEBYRANK', KEYS[4], 0, over - 1)
end
redis.call('PEXPIRE', KEYS[4], day)
local instant = string.format('%.0f', time[1] * 1000000 + time[2])
local kept = math.max(redis.call('PTTL', KEYS[1]), redis.call('PTTL', KEYS[3]), day)
redis.call('SET', KEYS[2], instant, 'PX', kept)
redis.call('SET', KEYS[3], instant, 'PX', kept, 'NX')
redis.call('PEXPIRE', KEYS[3], kept)
return lifted
";

/// Returns the time of the last change, the creation time of the list, and each ban with its
/// remaining time; nothing if the time of the last change equals ARGV.
const BANS: &str = r"
local changed = redis.call('GET', KEYS[2]) or '0'
if changed == ARGV[1] then
  return nil
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local list = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
local bans = {}
for i = 2, #list, 2 do
  bans[i / 2] = {list[i - 1], string.format('%.0f', tonumber(list[i]) - now)}
end
return {changed, redis.call('GET', KEYS[3]) or '0', bans}
";
