-- Takes the first answer to a challenge, and counts it if it is wrong. `run.lua` and `room.lua`
-- stand before it.
--
-- KEYS: the server's run, the challenge, the failures of the browser and of its address, then
-- two of each network that the challenge was made for.
-- ARGV: our time, when the challenge was made, for how long it is remembered, the window of
-- failures, how many close the challenge (none, if they do not count), whether the answer is
-- right, the mark that the browser's row began with, the mark of this answer, how many failures
-- are remembered, then how many each network may have; all times in milliseconds.
-- Answer: what becomes of it, the wait, and what the first answer came to: whether it was right
-- and the row unbroken, the failures of browser and address, the mark, and when it was.
if tonumber(ARGV[2]) < since then
  return {'forgotten', 0, ''}
end
local known = redis.call('GET', KEYS[2])
if known then
  return {'again', 0, known}
end
local expiry = tonumber(ARGV[10])
if is_forgotten(5, expiry) then
  return {'forgotten', 0, ''}
end
local window = tonumber(ARGV[4])
local instant = time[1] * 1000 + math.floor(time[2] / 1000)
local oldest = '(' .. string.format('%.0f', instant - window)
local failures = {}
for i = 1, 2 do
  failures[i] = redis.call('ZCOUNT', KEYS[2 + i], oldest, '+inf')
end
local allowed = tonumber(ARGV[5])
if allowed and failures[1] >= allowed then
  local first = redis.call('ZREVRANGE', KEYS[3], allowed - 1, allowed - 1, 'WITHSCORES')
  return {'closed', math.max(tonumber(first[2]) + window - instant, 1), ''}
end
remember(5, ARGV[11], ARGV[12], expiry, tonumber(ARGV[3]), {ARGV[13], ARGV[14]})
local last = failures[1] > 0 and redis.call('ZREVRANGE', KEYS[3], 0, 0)[1]
local unbroken = (not last or last == ARGV[7]) and '1' or '0'
local mark = last or '0'
if ARGV[6] == '0' and allowed then
  for i = 1, 2 do
    local key = KEYS[2 + i]
    redis.call('ZREMRANGEBYSCORE', key, '-inf', instant - window)
    redis.call('ZADD', key, instant, ARGV[8])
    redis.call('ZREMRANGEBYRANK', key, 0, -1 - tonumber(ARGV[9]))
    redis.call('PEXPIRE', key, window)
    failures[i] = failures[i] + 1
  end
  mark = ARGV[8]
end
local answered = table.concat({ARGV[6], unbroken, failures[1], failures[2], mark, ARGV[1]}, ' ')
redis.call('SET', KEYS[2], answered, 'PX', ARGV[3])
return {'first', 0, answered}
