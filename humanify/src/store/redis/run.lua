-- Finds out since when this run of the server remembers what was spent.
--
-- A server that was started again, or took over from another, may have lost what was spent
-- shortly before. So it begins a time of its own, and what was made before that is refused.
--
-- KEYS[1]: the server's run. ARGV[1]: our time, in milliseconds.
local time = redis.call('TIME')
local now = math.max(tonumber(ARGV[1]), time[1] * 1000 + math.floor(time[2] / 1000))
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') or ''
local known = redis.call('GET', KEYS[1])
local since = known and tonumber(string.match(known, '^' .. run .. ':(%d+)$'))
if not since then
  since = now
  redis.call('SET', KEYS[1], run .. ':' .. string.format('%.0f', now))
end
