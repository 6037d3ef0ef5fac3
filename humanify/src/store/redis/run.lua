-- Sets `time` and `now`, the server's clock; `since`, the time at which this run of the server began; and
-- `run`, the number of the run.
--
-- A server that was restarted, or took over from another, may have lost ids that were spent shortly
-- before; so may one whose clock was ahead, since its keys expired early. Then another run begins, and
-- what was made in an earlier run is refused. Only the server's clock is used: all processes share it.
--
-- KEYS[1]: the server's run: its id, its beginning in microseconds, and its latest known time in
-- milliseconds.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') or ''
local known = redis.call('GET', KEYS[1]) or ''
local began, latest = string.match(known, '^' .. server .. ':(%d+):(%d+)$')
local is_new = not began or tonumber(latest) > now + 60000
if is_new then
  began = string.format('%.0f', time[1] * 1000000 + time[2])
end
-- Ten seconds are far less than ids are kept after they expire.
if is_new or now > tonumber(latest) + 10000 then
  redis.call('SET', KEYS[1], server .. ':' .. began .. ':' .. string.format('%.0f', now))
end
local since = math.floor(tonumber(began) / 1000)
local run = string.sub(redis.sha1hex(server .. ':' .. began), 1, 16)
