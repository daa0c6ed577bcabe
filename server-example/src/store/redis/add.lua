-- Adds to counters: what `CounterOp` says. A counter is its count and its end, "3 1764000060".
-- KEYS: when this Redis began to count, then the counters, in the order of the additions, one perhaps
-- several times.
-- ARGV: now; since when all must be remembered, or nothing; and for each addition its delta, the end of a
-- counter that it makes, and the seconds that Redis keeps it.
-- The answer is false, and nothing added, where the beginning is later.
-- All is read before anything is written: what goes wrong then has added nothing.
local LARGEST = 2 ^ 62
-- Seconds that the clocks of two servers may be apart, as for tokens. A beginning that is further ahead was
-- noted by a clock that was wrong, and so no token of its time is good now.
local APART = 5
local now, since = tonumber(ARGV[1]), tonumber(ARGV[2])
local counters, counts = {}, {}

local function read(key)
  local found = redis.call('GET', key)
  if not found then return { count = 0, ends = 0 } end
  local count, ends = string.match(found, '^(%d+) (%d+)$')
  return { count = tonumber(count), ends = tonumber(ends) }
end

local began = tonumber(redis.call('GET', KEYS[1]) or math.huge)
if began > now + APART then
  began = now
  redis.call('SET', KEYS[1], ARGV[1])
end
if since and began > since then return false end

for i = 1, #KEYS - 1 do
  local key = KEYS[i + 1]
  local delta, ends, kept = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1]), ARGV[3 * i + 2]
  local counter = counters[key] or read(key)
  counters[key] = counter
  local exists = counter.count > 0 and counter.ends > now
  if exists and delta ~= 0 then
    counter.count = math.max(0, math.min(counter.count + delta, LARGEST))
    counter.changed = true
  elseif delta > 0 then
    counter.count, counter.ends, counter.kept, counter.changed = delta, ends, kept, true
  end
  counts[i] = (exists or delta > 0) and string.format('%.0f', counter.count) or '0'
end

for key, counter in pairs(counters) do
  local value = string.format('%.0f %.0f', counter.count, counter.ends)
  if not counter.changed then
    -- Only read.
  elseif counter.count == 0 then
    redis.call('DEL', key)
  elseif counter.kept then
    redis.call('SET', key, value, 'EX', counter.kept)
  else
    redis.call('SET', key, value, 'KEEPTTL')
  end
end
return counts
