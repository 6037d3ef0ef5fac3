-- Records the first answer to a challenge, and counts it if it is wrong. Runs after `run.lua` and
-- `spent_by_network.lua`.
--
-- KEYS:
--   1     the server's run
--   2     the challenge
--   3, 4  the wrong answers of the browser, and of its address
--   5...  two for each network for which the challenge was made, see `spent_by_network.lua`
-- ARGV (times in milliseconds):
--   1       the application's time
--   2, 3    the run in which the challenge was made, and for how long it is remembered
--   4       for how long a wrong answer counts
--   5       how many wrong answers close challenges to the browser; empty if they do not count
--   6       1 if this answer is right, otherwise 0
--   7       the mark of the browser's last wrong answer when its series of right answers began
--   8       the mark of this answer, if it is wrong
--   9       how many wrong answers are remembered
--   10      when the challenge expires
--   11, 12  the prefix and the id that make the key of the challenge
--   13, 14  how many ids each network may have
-- Returns the outcome; the wait, if challenges are closed; and the result of the first answer:
-- whether it was right, whether the series was unbroken, the wrong answers of browser and address,
-- the mark of the last one, and when the answer came.
if ARGV[2] ~= run then
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
local oldest = '(' .. string.format('%.0f', now - window)
local wrong_answers = {}
for i = 1, 2 do
  wrong_answers[i] = redis.call('ZCOUNT', KEYS[2 + i], oldest, '+inf')
end
local allowed = tonumber(ARGV[5])
if allowed and wrong_answers[1] >= allowed then
  local first = redis.call('ZREVRANGE', KEYS[3], allowed - 1, allowed - 1, 'WITHSCORES')
  return {'closed', math.max(tonumber(first[2]) + window - now, 1), ''}
end
-- The process that made the challenge may have had a clock that was ahead.
local kept = math.max(tonumber(ARGV[3]), expiry - now)
remember(5, ARGV[11], ARGV[12], expiry, kept, {ARGV[13], ARGV[14]})
local last = wrong_answers[1] > 0 and redis.call('ZREVRANGE', KEYS[3], 0, 0)[1]
local unbroken = (not last or last == ARGV[7]) and '1' or '0'
local mark = last or '0'
if ARGV[6] == '0' and allowed then
  for i = 1, 2 do
    local key = KEYS[2 + i]
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
    redis.call('ZADD', key, now, ARGV[8])
    redis.call('ZREMRANGEBYRANK', key, 0, -1 - tonumber(ARGV[9]))
    redis.call('PEXPIRE', key, window)
    wrong_answers[i] = wrong_answers[i] + 1
  end
  mark = ARGV[8]
end
local answered = table.concat({ARGV[6], unbroken, wrong_answers[1], wrong_answers[2], mark, ARGV[1]}, ' ')
redis.call('SET', KEYS[2], answered, 'PX', kept)
return {'first', 0, answered}
