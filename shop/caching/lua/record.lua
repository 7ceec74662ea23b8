-- Add the increments of a call to what is pending, once.
--
-- KEYS[1]  what is pending: a hash of counters, and what they add up to under "#sum"
-- KEYS[2]  the lanes: a hash of the last number of each
-- KEYS[3]  the lanes as they were before they were retired last
-- KEYS[4]  the batches: a sorted set of ids by the ms from which they may be handed out
-- KEYS[5]  what each batch adds up to
-- ARGV[1]  the lane, and ARGV[2] the number of this call in it
-- ARGV[3]  how many counters a batch may have
-- ARGV[4]  increments that the sender had to drop
-- ARGV[5], ARGV[6] ...  counter and increment, any number of them
--
-- Answers 0 when this number was applied before, 1 when it was applied now, 2 when it was and the one before is unknown.
--
-- The race: 1. a process sends call 7; 2. it is applied; 3. the connection breaks, and with it the answer; 4. the process
-- can't know of step 2, and sends call 7 again. Step 4 finds 7 to be the lane's last number.

local call = redis.call
local pending, lanes, lane, number = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2])
-- "#sum" stands among the counters.
local most = tonumber(ARGV[3]) + 1

local function seal(id)
    -- Below the same hash tag: KEYS[1] with the batch's id, which no other call can have, behind it.
    local batch = pending .. ':' .. id
    local now = call('TIME')
    call('RENAME', pending, batch)
    call('ZADD', KEYS[4], now[1] * 1000 + math.floor(now[2] / 1000), id)
    call('HSET', KEYS[5], id, call('HGET', batch, '#sum') or 0)
end

local answer = 1
local next_number = call('HINCRBY', lanes, lane, 1)
if next_number ~= number or next_number == 1 then
    -- Not what follows the lane's last number; or the lane is new here, or was retired.
    local last = next_number - 1
    if last == 0 then
        last = tonumber(call('HGET', KEYS[3], lane) or 0)
    end
    if number <= last then
        call('HSET', lanes, lane, last)
        return 0
    end
    call('HSET', lanes, lane, number)
    if number ~= last + 1 then
        answer = 2
    end
end
if #ARGV > 6 then
    local held = call('HLEN', pending)
    if held > 0 and held + (#ARGV - 4) / 2 > most then
        seal(lane .. '-' .. ARGV[2] .. '-before')
    end
end
local has_new, sum = false, 0
for i = 5, #ARGV, 2 do
    local count = tonumber(ARGV[i + 1])
    if call('HINCRBY', pending, ARGV[i], count) == count then
        has_new = true
    end
    sum = sum + count
end
call('HINCRBY', pending, '#sum', sum)
if ARGV[4] ~= '0' then
    call('HINCRBY', pending, '#dropped', ARGV[4])
end
if has_new and call('HLEN', pending) >= most then
    seal(lane .. '-' .. ARGV[2])
end
return answer
