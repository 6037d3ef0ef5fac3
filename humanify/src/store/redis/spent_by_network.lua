-- Functions that bound the spent ids of each network. Runs after `run.lua`.
--
-- Each network has two keys: a sorted set of its ids, scored by their expiry, and the latest expiry of
-- an id that it has forgotten. If the set is full, the network forgets the id that expires first, which
-- then takes no room in the wider network either.
-- From then on every id that expires as early is refused, spent or not, so that no id is spent twice.

-- Whether an id may have been spent and forgotten. `first` is the index of its networks' first key.
local function is_forgotten(first, expiry)
  for i = first, #KEYS, 2 do
    if expiry <= tonumber(redis.call('GET', KEYS[i + 1]) or -1) then
      return true
    end
  end
  return false
end

-- Adds a spent id to its networks. Its key is `prefix .. id`, and it is remembered for `kept`
-- milliseconds. `quotas` contains the number of ids that each network may have.
local function remember(first, prefix, id, expiry, kept, quotas)
  local left = expiry - kept
  for i = first, #KEYS, 2 do
    local ids, mark = KEYS[i], KEYS[i + 1]
    redis.call('ZREMRANGEBYSCORE', ids, '-inf', left)
    while redis.call('ZCARD', ids) >= tonumber(quotas[(i - first) / 2 + 1]) do
      local oldest = redis.call('ZPOPMIN', ids)
      redis.call('DEL', prefix .. oldest[1])
      for j = first, #KEYS, 2 do
        redis.call('ZREM', KEYS[j], oldest[1])
      end
      if tonumber(oldest[2]) > tonumber(redis.call('GET', mark) or -1) then
        redis.call('SET', mark, oldest[2], 'PX', math.max(tonumber(oldest[2]) - left, 1))
      end
    end
    redis.call('ZADD', ids, expiry, id)
    redis.call('PEXPIRE', ids, math.max(redis.call('PTTL', ids), kept))
  end
end
