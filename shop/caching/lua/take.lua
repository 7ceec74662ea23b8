-- Make what is pending a batch, and hand out the batches that are due.
--
-- KEYS[1]  what is pending, as in record.lua
-- KEYS[2]  the batch that it becomes
-- KEYS[3]  the batches, as in record.lua
-- KEYS[4]  what each batch adds up to
-- KEYS[5]  when a batch was made here last, in ms by this server's clock
-- KEYS[6]  counts how often batches were handed out
-- ARGV[1]  the new batch's id
-- ARGV[2]  how many to hand out
-- ARGV[3]  how many batches are enough, and ARGV[4] by how many ms each that is there beyond puts the next one off;
--          meanwhile what is pending goes on merging
--
-- Answers their ids, the oldest first. Where it hands out any it has written something: so whoever waits until this
-- connection's last write is on the disk knows that of all batches.

local call = redis.call
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local put_off = math.max(0, call('ZCARD', KEYS[3]) - ARGV[3] + 1) * ARGV[4]
local since = now - tonumber(call('GET', KEYS[5]) or 0)
-- A clock that was set back puts nothing off.
if (since < 0 or since >= put_off) and call('EXISTS', KEYS[1]) == 1 then
    call('RENAME', KEYS[1], KEYS[2])
    call('ZADD', KEYS[3], now, ARGV[1])
    call('HSET', KEYS[4], ARGV[1], call('HGET', KEYS[2], '#sum') or 0)
    call('SET', KEYS[5], string.format('%.0f', now))
end
local due = call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, ARGV[2])
if #due > 0 then
    call('INCR', KEYS[6])
end
return due
