-- Reads a page of changes. It writes nothing, and takes about a millisecond for a thousand changes.
--
-- KEYS: as in `ban_list.lua`.
-- ARGV: the identity of the list that the process knows, the version of the last change that it knows,
-- the version of the latest lifting that was forgotten then, and the number of changes of a page.
-- Returns the identity of the list; the version and the latest forgotten lifting after this page; where
-- the page begins; 1 if another page follows; and each network with its version and the milliseconds
-- that are left of its ban, or -1 if the ban was lifted.
local state = redis.call('HMGET', KEYS[3], 'list', 'version', 'forgotten')
local list, last, forgotten = state[1], tonumber(state[2] or 0), tonumber(state[3] or 0)
if not list then
  return {'0', '0', '0', 'other', 0, {}}
end
local from, start = tonumber(ARGV[2]), 'next'
if list ~= ARGV[1] or last < from then
  from, start = 0, 'other'
elseif forgotten > tonumber(ARGV[3]) and forgotten > from then
  from, start = 0, 'behind'
end
local size = tonumber(ARGV[4])
local after = '(' .. string.format('%.0f', from)
local page = redis.call('ZRANGEBYSCORE', KEYS[2], after, '+inf', 'WITHSCORES', 'LIMIT', 0, size)
local networks = {}
for i = 1, #page, 2 do
  networks[#networks + 1] = page[i]
end
local changes = {}
if #networks > 0 then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local ends = redis.call('ZMSCORE', KEYS[1], unpack(networks))
  local liftings = redis.call('ZMSCORE', KEYS[4], unpack(networks))
  for i, network in ipairs(networks) do
    local left = ends[i] and tonumber(ends[i]) - now or 0
    if left > 0 then
      changes[#changes + 1] = {network, page[2 * i], left}
    elseif liftings[i] then
      changes[#changes + 1] = {network, page[2 * i], -1}
    end
  end
  from = tonumber(page[#page])
end
return {list, string.format('%.0f', from), string.format('%.0f', forgotten), start,
  #networks == size and 1 or 0, changes}
