-- Read entries, and note that the first of them is used.
--
-- KEYS[1]      its use: when it was last used, and which use its row has noted; ms since 1970, as '<last> <noted>'
-- KEYS[2..n]   what is read
-- ARGV[1]      now, in ms
-- ARGV[2]      the idle time, in ms: what was last used longer ago is over, and no reading makes it young again
-- ARGV[3]      how long the use is kept, in ms
-- ARGV[4]      '' to read; else the caller has loaded the row, knows that it lives, and says which use the row has noted
--
-- Answers three things: the last use and the noted one as they stood before, 0 for unknown, and what was read.
--
-- The caller says what time it is, so that one clock decides. Callers' clocks differ: neither time ever goes back.
-- The use goes first: a script that begins with DEL writes even when Redis is out of memory. Where nothing but a
-- tombstone or an absent row is read, nothing is written: whoever guesses leaves no use behind, only the absent
-- entry that the fill makes, for its short time.

local last, noted = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (%d+)$')
last, noted = tonumber(last) or 0, tonumber(noted) or 0
local read = {}
if #KEYS > 1 then
    read = redis.call('MGET', unpack(KEYS, 2))
end
local now = tonumber(ARGV[1])
local is_value = read[1] and string.sub(read[1], 34, 34) == 'v'
local is_over = last > 0 and now - last > tonumber(ARGV[2])
if ARGV[4] ~= '' or (is_value and not is_over) then
    redis.call('DEL', KEYS[1])
    local use = string.format('%.0f %.0f', math.max(last, now), math.max(noted, tonumber(ARGV[4]) or 0))
    redis.call('SET', KEYS[1], use, 'PX', ARGV[3])
end
return {last, noted, read}
