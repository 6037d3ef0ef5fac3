-- Keeps spent ids within the room of their networks. `run.lua` stands before it.
--
-- Each network has two keys: its ids by when they expire, and up to when ids expire that it has
-- forgotten. Where there is no room, it forgets the id that expires first; none counts from then
-- on that expires as early, spent or not, so that no id is spent twice.

-- Whether an id may have been spent and forgotten; the keys of its networks begin at `first`.
local function is_forgotten(first, expiry)
  for i = first, #KEYS, 2 do
    if expiry <= tonumber(redis.call('GET', KEYS[i + 1]) or -1) then
      return true
    end
  end
  return false
end

-- Counts an id among those of its networks. Its key is `prefix` and `id`, and it is remembered for
-- `kept` milliseconds; `rooms` says how many ids each network may have.
local function remember(first, prefix, id, expiry, kept, rooms)
  local left = expiry - kept
  for i = first, #KEYS, 2 do
    local ids, mark = KEYS[i], KEYS[i + 1]
    redis.call('ZREMRANGEBYSCORE', ids, '-inf', left)
    while redis.call('ZCARD', ids) >= tonumber(rooms[(i - first) / 2 + 1]) do
      local oldest = redis.call('ZPOPMIN', ids)
      redis.call('DEL', prefix .. oldest[1])
      if tonumber(oldest[2]) > tonumber(redis.call('GET', mark) or -1) then
        redis.call('SET', mark, oldest[2], 'PX', math.max(tonumber(oldest[2]) - left, 1))
      end
    end
    redis.call('ZADD', ids, expiry, id)
    redis.call('PEXPIRE', ids, math.max(redis.call('PTTL', ids), kept))
  end
end
