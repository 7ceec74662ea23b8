-- Make what is pending a batch, and hand out the batches that are due.
--
-- KEYS[1]  what is pending
-- KEYS[2]  the batch that it becomes
-- KEYS[3]  the batches, as in record.lua
-- KEYS[4]  counts how often batches were handed out
-- ARGV[1]  the new batch's id
-- ARGV[2]  how many to hand out
--
-- Answers their ids, the oldest first. Where it hands out any it has written something: so whoever waits until this
-- connection's last write is on the disk knows that of all batches.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('EXISTS', KEYS[1]) == 1 then
    redis.call('RENAME', KEYS[1], KEYS[2])
    redis.call('ZADD', KEYS[3], now, ARGV[1])
end
local due = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, ARGV[2])
if #due > 0 then
    redis.call('INCR', KEYS[4])
end
return due
