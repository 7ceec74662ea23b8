-- Raise the floor of entries: what is below it is gone, and may not come back.
--
-- KEYS[1..n]       the entries
-- KEYS[n+1..2n]    their leases
-- ARGV[1]          how long a tombstone lives, in ms
-- ARGV[2..n+1]     the tombstones, packed: their versions are the new floors
--
-- Every lease is taken away: whoever is loading may have read the row before the change.
-- An entry at or above the new floor stays: the message is late, or comes a second time.

local n = #KEYS / 2
for i = 1, n do
    redis.call('DEL', KEYS[n + i])
    local tombstone = ARGV[i + 1]
    if redis.call('GETRANGE', KEYS[i], 0, 19) < string.sub(tombstone, 1, 20) then
        redis.call('SET', KEYS[i], tombstone, 'PX', ARGV[1])
    end
end
return n
