-- Give leases back without a fill.
--
-- KEYS[1..n]   the leases
-- ARGV[1]      the token; a lease that is somebody else's by now stays

for i = 1, #KEYS do
    if redis.call('GET', KEYS[i]) == ARGV[1] then
        redis.call('DEL', KEYS[i])
    end
end
return #KEYS
