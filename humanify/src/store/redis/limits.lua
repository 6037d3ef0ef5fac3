-- Counts one request in all its buckets or in none, in whole microseconds by this server's clock.
-- Each key contains the time at which its bucket is full again, and expires then.
--
-- KEYS: the buckets.
-- ARGV: the mode (`acquire`, `peek`, `charge` or `refund`), then four for each bucket: its span, the
-- step of this request, 1 if the bucket is only peeked at, and the time at which nothing is left to
-- refund.
-- Returns the wait, or -1 if the request fits; this server's time; and the arrival of each bucket.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local counting = ARGV[1]
local wait = -1
local before, after, clipped = {}, {}, {}
for i, key in ipairs(KEYS) do
  local span, step = tonumber(ARGV[4 * i - 2]), tonumber(ARGV[4 * i - 1])
  -- If the clock was set back, an arrival may be later than any request can have made it.
  local farthest = now + 2 * span
  local stored = tonumber(redis.call('GET', key) or 0)
  local arrival = math.min(stored, farthest)
  before[i], clipped[i] = arrival, stored > farthest
  local charged = math.max(arrival, now) + step
  if counting == 'acquire' or counting == 'peek' then
    after[i] = charged
    if charged > now + span then
      wait = math.max(wait, charged - now - span)
    end
  elseif counting == 'charge' then
    after[i] = math.min(charged, farthest)
  else
    local rest = math.max(tonumber(ARGV[4 * i + 1]) - now, 0)
    after[i] = math.max(arrival - math.min(step, rest), 0)
  end
end
local answer = {string.format('%.0f', wait), string.format('%.0f', now)}
for i, key in ipairs(KEYS) do
  local arrival = after[i]
  if counting == 'peek' or wait >= 0 or (counting == 'acquire' and ARGV[4 * i] == '1') then
    arrival = before[i]
  end
  local same = arrival == before[i] and not clipped[i]
  if counting == 'peek' or same then
    -- Nothing to write.
  elseif arrival > now then
    redis.call('SET', key, string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000))
  else
    redis.call('DEL', key)
  end
  answer[i + 2] = string.format('%.0f', arrival)
end
return answer
