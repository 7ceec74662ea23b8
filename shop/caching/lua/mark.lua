-- Set a marker that stays, and have every local tier emptied.
--
-- KEYS[1]   the marker
-- ARGV[1]   the channel of the local tiers, '' where nobody keeps copies
-- ARGV[2]   what they are told

redis.call('SET', KEYS[1], '1')
if ARGV[1] ~= '' then
    redis.call('PUBLISH', ARGV[1], ARGV[2])
end
return 1
