-- Writes a ban. Runs after `ban_list.lua`.
--
-- ARGV: the network; the duration; the largest number of bans; and the age of a ban that is written
-- again because the list may lack it, or -1 for a new ban. Times are in milliseconds.
-- Returns the identity of the list and the version of the ban; nothing if the ban is written again and
-- has been lifted since it was imposed.
local network, room, age = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
local lifted = redis.call('ZSCORE', KEYS[4], network)
if lifted and age >= 0 and tonumber(lifted) >= now - age then
  return nil
end
remove_ended()
local ends = now + tonumber(ARGV[2])
local known = tonumber(redis.call('ZSCORE', KEYS[1], network) or 0)
local version = redis.call('ZSCORE', KEYS[2], network)
-- Several processes may write the same ban again. Their clocks give ends that differ a little.
local slack = age >= 0 and 1000 or 0
local is_complete = version and redis.call('EXISTS', KEYS[3]) == 1
if lifted or not is_complete or known + slack < ends then
  redis.call('ZREM', KEYS[4], network)
  if known == 0 then
    make_room(room)
  end
  redis.call('ZADD', KEYS[1], 'GT', ends, network)
  version = record_change(network)
  local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  keep(math.max(tonumber(last[2]) - now, 1))
end
return {redis.call('HGET', KEYS[3], 'list') or '0', version}
