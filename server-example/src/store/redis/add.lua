-- Adds to counters: what `CounterOp` says. A counter is its count and its end, "3 1764000060".
-- KEYS: the counters, in the order of the additions, one perhaps several times.
-- ARGV: now, and for each addition its delta, the end of a counter that it makes, and the seconds that
-- Redis keeps it.
-- All is read before anything is written: what goes wrong then has added nothing.
local LARGEST = 2 ^ 62
local now = tonumber(ARGV[1])
local counters, counts = {}, {}

local function read(key)
  local found = redis.call('GET', key)
  if not found then return { count = 0, ends = 0 } end
  local count, ends = string.match(found, '^(%d+) (%d+)$')
  return { count = tonumber(count), ends = tonumber(ends) }
end

for i, key in ipairs(KEYS) do
  local delta, ends, kept = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), ARGV[3 * i + 1]
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
