-- Forget the lanes that have sent nothing since this was done last, unless that was a short while ago.
--
-- KEYS[1]  the lanes, as in record.lua
-- KEYS[2]  the lanes as they were before they were retired last
-- KEYS[3]  when that was, in ms by this server's clock
-- ARGV[1]  how long a lane that sends nothing is remembered at the least, in ms
--
-- Answers 1 when they were retired, else 0: then only the time is noted, where none was, or one that is yet to come.
--
-- The race: 1. a process sends call 7, which is applied, and whose answer is lost; 2. the lanes are retired; 3. they are
-- retired again at once, and the lane is forgotten; 4. call 7 is sent again, and applied again. Step 3 comes too early.

local call = redis.call
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = tonumber(call('GET', KEYS[3]) or 0)
if last == 0 or last > now then
    call('SET', KEYS[3], now)
    return 0
end
if now - last < tonumber(ARGV[1]) then
    return 0
end
call('UNLINK', KEYS[2])
if call('EXISTS', KEYS[1]) == 1 then
    call('RENAME', KEYS[1], KEYS[2])
end
call('SET', KEYS[3], now)
return 1
