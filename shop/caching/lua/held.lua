-- What the buffer holds, of one moment.
--
-- KEYS[1]  what is pending, as in record.lua
-- KEYS[2]  the batches, as in record.lua
-- KEYS[3]  what each batch adds up to
-- KEYS[4]  how often it was not known whether the disk has what was handed out
--
-- Answers the increments that are pending, how many batches there are, the increments in them, and the last of these.
-- No counter is read, so it costs the same however many there are.

local call = redis.call
local in_batches = 0
for _, sum in ipairs(call('HVALS', KEYS[3])) do
    in_batches = in_batches + tonumber(sum)
end
local pending, unsure = call('HGET', KEYS[1], '#sum'), call('GET', KEYS[4])
return {tonumber(pending or 0), call('ZCARD', KEYS[2]), in_batches, tonumber(unsure or 0)}
