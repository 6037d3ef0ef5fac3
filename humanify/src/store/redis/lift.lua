-- Lifts a ban. Runs after `ban_list.lua`. The lifting is remembered for a day, so that a process that
-- learns of it late does not write the ban again.
--
-- ARGV: the network, and the largest number of liftings.
-- Returns whether the list had the ban.
local network = ARGV[1]
local had = redis.call('ZREM', KEYS[1], network)
redis.call('ZREM', KEYS[4], network)
forget_liftings(tonumber(ARGV[2]))
redis.call('ZADD', KEYS[4], now, network)
record_change(network)
keep(DAY)
return had
