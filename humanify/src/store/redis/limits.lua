-- Counts one request in all its buckets or in none, in whole microseconds by this server's
-- clock. Each key holds when its bucket is full again, and is gone by then.
--
-- ARGV: what is done, then for each key: each, span, step, and whether it is only looked at.
-- Answer: the wait, or -1; this server's time; then for each key its arrival.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local counting = ARGV[1]
local wait = -1
local before, after = {}, {}
for i, key in ipairs(KEYS) do
  local span, step = tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i])
  local arrival = tonumber(redis.call('GET', key) or 0)
  before[i] = arrival
  local charged = math.max(arrival, now) + step
  if counting == 'take' or counting == 'look' then
    after[i] = charged
    if charged > now + span then
      wait = math.max(wait, charged - now - span)
    end
  elseif counting == 'charge' then
    after[i] = charged
  else
    after[i] = math.max(arrival - step, 0)
  end
end
local answer = {string.format('%.0f', wait), string.format('%.0f', now)}
for i, key in ipairs(KEYS) do
  local arrival = after[i]
  if counting == 'look' or wait >= 0 or (counting == 'take' and ARGV[4 * i + 1] == '1') then
    arrival = before[i]
  elseif arrival > now then
    redis.call('SET', key, string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000))
  else
    redis.call('DEL', key)
  end
  answer[i + 2] = string.format('%.0f', arrival)
end
return answer
