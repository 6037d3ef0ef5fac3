-- Takes the one answer that a challenge has, and one of the client's attempts. `run.lua`
-- stands before it.
--
-- KEYS: the server's run, the challenge, then the failures of the client and of its address,
-- then the shares of the networks that the address is in.
-- ARGV: our time, when the challenge was made, for how long it is remembered, the window of
-- failures, how many failures have keys, how many each may have, then how many each network
-- may have; all times in milliseconds.
-- Answer: what becomes of it, the wait, the failures of the client, those of the address.
if tonumber(ARGV[2]) < since then
  return {'forgotten', 0, 0, 0}
end
local failures = {0, 0}
local counted = tonumber(ARGV[5])
local wait = 0
for i = 1, counted do
  failures[i] = tonumber(redis.call('GET', KEYS[2 + i]) or 0)
  if failures[i] >= tonumber(ARGV[5 + i]) then
    wait = math.max(wait, redis.call('PTTL', KEYS[2 + i]))
  end
end
if wait > 0 then
  return {'blocked', wait, failures[1], failures[2]}
end
local outcome = 'spent'
if redis.call('EXISTS', KEYS[2]) == 0 then
  for i = 3 + counted, #KEYS do
    if tonumber(redis.call('GET', KEYS[i]) or 0) >= tonumber(ARGV[3 + i]) then
      return {'full', 0, 0, 0}
    end
  end
  for i = 3 + counted, #KEYS do
    redis.call('INCR', KEYS[i])
    -- A share is counted from its first challenge on, for as long as one is remembered.
    if redis.call('PTTL', KEYS[i]) < 0 then
      redis.call('PEXPIRE', KEYS[i], ARGV[3])
    end
  end
  redis.call('SET', KEYS[2], '', 'PX', ARGV[3])
  outcome = 'granted'
end
for i = 1, counted do
  redis.call('INCR', KEYS[2 + i])
  redis.call('PEXPIRE', KEYS[2 + i], ARGV[4])
end
return {outcome, 0, failures[1], failures[2]}
