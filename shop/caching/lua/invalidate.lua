-- Raise the floor of entries: what is below it is gone, and may not come back.
--
-- KEYS[1..n]       the entries
-- KEYS[n+1..2n]    their leases
-- ARGV[1]          how long a tombstone lives, in ms
-- ARGV[2..n+1]     the tombstones, packed: their versions are the new floors
-- ARGV[n+2]        the channel of the local tiers, '' where nobody keeps copies
--
-- Every lease is taken away: whoever is loading may have read the row before the change.
-- The lease goes first: a script that begins with DEL runs even when Redis is out of memory.
-- What does not begin as our entries do is not ours, and goes. An entry at or above the new floor stays: the message
-- is late, or comes a second time.
-- A negative entry goes whatever its version, and leaves its floor: 1. a DELETE removes the row and is not done yet;
-- 2. an INSERT of the same id takes its version and waits; 3. the DELETE ends, logs a higher version, and a reader stores
-- "absent" at that; 4. the INSERT commits. Its message is the lower one, and still says that there is a row.
-- The local tiers are told of each tombstone that was put. Publishing comes last, and needs no memory of Redis's.

local n = #KEYS / 2
local ours = '^' .. string.rep('%d', 33) .. '[vat]$'
local channel = ARGV[n + 2]
local told = {}
for i = 1, n do
    redis.call('DEL', KEYS[n + i])
    local tombstone = ARGV[i + 1]
    local header = redis.call('GETRANGE', KEYS[i], 0, 33)
    if header ~= '' and not string.match(header, ours) then
        redis.call('DEL', KEYS[i])
    end
    if redis.call('GETRANGE', KEYS[i], 0, 19) < string.sub(tombstone, 1, 20) then
        redis.call('SET', KEYS[i], tombstone, 'PX', ARGV[1])
        told[#told + 1] = string.sub(tombstone, 1, 20) .. KEYS[i]
    elseif redis.call('GETRANGE', KEYS[i], 33, 33) == 'a' then
        redis.call('SET', KEYS[i], redis.call('GETRANGE', KEYS[i], 0, 32) .. 't', 'PX', ARGV[1])
        told[#told + 1] = string.sub(header, 1, 20) .. KEYS[i]
    end
end
if channel ~= '' and #told > 0 then
    redis.call('PUBLISH', channel, table.concat(told, '\n'))
end
return n
