-- Returns what is kept for each secret. If that is what the caller has seen, it is replaced before.
--
-- KEYS: an entry for each secret. ARGV: for how many milliseconds entries are kept; to replace them,
-- then what the caller has seen in each (empty for nothing), and what replaces each.
local kept = {}
local replaces = #ARGV > 1
for i, key in ipairs(KEYS) do
  kept[i] = redis.call('GET', key)
  replaces = replaces and (kept[i] or '') == ARGV[1 + i]
end
for i, key in ipairs(KEYS) do
  if replaces then
    kept[i] = ARGV[1 + #KEYS + i]
    redis.call('SET', key, kept[i], 'PX', ARGV[1])
  elseif kept[i] then
    redis.call('PEXPIRE', key, ARGV[1])
  end
end
return kept
