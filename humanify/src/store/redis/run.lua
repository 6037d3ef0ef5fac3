-- Sets `time`, the server's clock, and `since`, the time from which this run of the server remembers
-- spent challenges.
--
-- A server that was restarted, or took over from another, may have lost challenges that were spent
-- shortly before. So each run sets a new time, and older challenges are refused.
--
-- KEYS[1]: the server's run. ARGV[1]: the application's time, in milliseconds.
local time = redis.call('TIME')
local now = math.max(tonumber(ARGV[1]), time[1] * 1000 + math.floor(time[2] / 1000))
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') or ''
local known = redis.call('GET', KEYS[1])
local since = known and tonumber(string.match(known, '^' .. run .. ':(%d+)$'))
if not since then
  since = now
  redis.call('SET', KEYS[1], run .. ':' .. string.format('%.0f', now))
end
