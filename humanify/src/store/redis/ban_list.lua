-- Functions that change the shared list of bans. `ban.lua` and `lift.lua` run after it.
--
-- Each change gets the next version, and each network has its last change only. So processes read what
-- has changed since the version that they know, in pages.
--
-- KEYS:
--   1  the bans: each network with the end of its ban, in milliseconds
--   2  the changes: each network with the version of its last ban or lifting
--   3  the list: `list`, its identity; `version`, that of the last change; `forgotten`, that of the
--      latest lifting that is no longer remembered
--   4  the liftings: each network with its time, in milliseconds
-- All keys expire together, so that none has what another lacks.
local MOST_AT_ONCE = 100
local DAY = 86400000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function remove(key, networks)
  if #networks > 0 then
    redis.call('ZREM', key, unpack(networks))
    redis.call('ZREM', KEYS[2], unpack(networks))
  end
end

-- Removes some bans that have ended.
local function remove_ended()
  remove(KEYS[1], redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, MOST_AT_ONCE))
end

-- Removes bans that end soonest, until there is room for one more.
local function make_room(room)
  local over = redis.call('ZCARD', KEYS[1]) + 1 - room
  if over > 0 then
    remove(KEYS[1], redis.call('ZRANGE', KEYS[1], 0, math.min(over, MOST_AT_ONCE) - 1))
  end
end

-- Forgets some liftings that are older than a day, or the oldest ones if there are too many.
local function forget_liftings(room)
  local over = redis.call('ZCARD', KEYS[4]) + 1 - room
  local old
  if over > 0 then
    old = redis.call('ZRANGE', KEYS[4], 0, math.min(over, MOST_AT_ONCE) - 1)
  else
    old = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now - DAY, 'LIMIT', 0, MOST_AT_ONCE)
  end
  local forgotten = tonumber(redis.call('HGET', KEYS[3], 'forgotten') or 0)
  for _, network in ipairs(old) do
    forgotten = math.max(forgotten, tonumber(redis.call('ZSCORE', KEYS[2], network) or 0))
  end
  if #old > 0 then
    redis.call('HSET', KEYS[3], 'forgotten', string.format('%.0f', forgotten))
    remove(KEYS[4], old)
  end
end

-- Records a change of a network, and returns its version.
local function record_change(network)
  if redis.call('HEXISTS', KEYS[3], 'list') == 0 then
    -- A server that evicts keys may have dropped this one alone.
    local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2] or '0'
    local list = string.format('%.0f', time[1] * 1000000 + time[2])
    redis.call('HSET', KEYS[3], 'list', list, 'version', last)
  end
  local version = redis.call('HINCRBY', KEYS[3], 'version', 1)
  redis.call('ZADD', KEYS[2], version, network)
  return version
end

-- Keeps the list for so many milliseconds, or longer if it is kept already.
local function keep(milliseconds)
  local kept = math.max(redis.call('PTTL', KEYS[3]), milliseconds)
  for _, key in ipairs(KEYS) do
    redis.call('PEXPIRE', key, kept)
  end
end
