-- Don't hand a batch out for a while.
--
-- KEYS[1]  the batch, which counts its tries under "#tries"
-- KEYS[2]  the batches, as in record.lua
-- ARGV[1]  its id
-- ARGV[2]  for how long, in ms
--
-- What another flusher has finished meanwhile stays finished.

if redis.call('EXISTS', KEYS[1]) == 1 then
    local now = redis.call('TIME')
    redis.call('HINCRBY', KEYS[1], '#tries', 1)
    redis.call('ZADD', KEYS[2], 'XX', now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[2], ARGV[1])
end
return 0
