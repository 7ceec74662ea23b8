-- Add the increments of a call to what is pending, once.
--
-- KEYS[1]  what is pending: a hash of counters, and under "#" their sum
-- KEYS[2]  the lanes: a hash of the last number of each
-- KEYS[3]  the lanes as they were before they were retired last
-- KEYS[4]  the batches: a sorted set of ids by the ms from which they may be handed out
-- ARGV[1]  the lane, and ARGV[2] the number of this call in it
-- ARGV[3]  how many counters a batch may have
-- ARGV[4]  increments that the sender had to drop
-- ARGV[5], ARGV[6] ...  counter and increment, any number of them
--
-- Answers 0 when this number was applied before, 1 when it was applied now, 2 when it was and the one before is unknown.
--
-- The race: 1. a process sends call 7; 2. it is applied; 3. the connection breaks, and with it the answer; 4. the process
-- can't know of step 2, and sends call 7 again. Step 4 finds 7 to be the lane's last number.

local number = tonumber(ARGV[2])
local last = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or redis.call('HGET', KEYS[3], ARGV[1]) or 0)
if number <= last then
    return 0
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
local sum = 0
for i = 5, #ARGV, 2 do
    redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1])
    sum = sum + ARGV[i + 1]
end
redis.call('HINCRBY', KEYS[1], '#', sum)
if ARGV[4] ~= '0' then
    redis.call('HINCRBY', KEYS[1], '#dropped', ARGV[4])
end
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[3]) then
    -- Below the same hash tag: KEYS[1] with the batch's id, which no other call can have, behind it.
    local id = ARGV[1] .. '-' .. ARGV[2]
    local now = redis.call('TIME')
    redis.call('RENAME', KEYS[1], KEYS[1] .. ':' .. id)
    redis.call('ZADD', KEYS[4], now[1] * 1000 + math.floor(now[2] / 1000), id)
end
return number == last + 1 and 1 or 2
