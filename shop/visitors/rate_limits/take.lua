-- Count a call, unless the window is full.
--
-- KEYS[1]   the log: when each call was let through, oldest first, in us of this server's clock
-- ARGV[1]   how many calls a window takes
-- ARGV[2]   how long a window is, in ms
--
-- Answers {1 or 0, how many more calls the window takes now, in how many us it takes one more than that}.
--
-- A call counts until exactly one window after it; a refused one is not written down. Calls of the same microsecond are
-- entries of their own: a list may hold one number twice. It holds as many as the limit at most, some 10 bytes each, and
-- goes when the newest has left the window, a second or two later: its expiry is set once a second, not at each call.
--
-- The server's clock may be set back, and a server may take over whose clock is behind: then the log lies in the future.
-- The newest call is taken for one of this moment, and the others move with it. So too many are never let through, and
-- nobody waits for the clock to be where it was.

local call, log, limit, window = redis.call, KEYS[1], tonumber(ARGV[1]), ARGV[2] * 1000
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local gone = now - window
local count = call('LLEN', log)
local oldest, fresh = now, true

if count > 0 then
    local newest = tonumber(call('LINDEX', log, -1))
    if newest > now then
        local times = call('LRANGE', log, 0, -1)
        call('DEL', log)
        for _, each in ipairs(times) do
            call('RPUSH', log, each - (newest - now))
        end
        call('PEXPIRE', log, ARGV[2] + 2000)
    end
    fresh = newest < time[1] * 1000000
    oldest = tonumber(call('LINDEX', log, 0))
    if oldest <= gone then
        -- `left` have left the window, and the one at `stays` has not. Steps double, then halve.
        local left, step = 1, 1
        while left + step <= count and tonumber(call('LINDEX', log, left + step - 1)) <= gone do
            left, step = left + step, step * 2
        end
        local stays = math.min(count, left + step - 1)
        while left < stays do
            local middle = math.floor((left + stays) / 2)
            if tonumber(call('LINDEX', log, middle)) <= gone then
                left = middle + 1
            else
                stays = middle
            end
        end
        call('LTRIM', log, left, -1)
        count = count - left
        oldest = count > 0 and tonumber(call('LINDEX', log, 0)) or now
    end
end

if count >= limit then
    -- There are more than that only where the limit was higher before.
    return {0, 0, call('LINDEX', log, count - limit) - gone}
end
call('RPUSH', log, now)
if fresh or count == 0 then
    call('PEXPIRE', log, ARGV[2] + 2000)
end
return {1, limit - count - 1, oldest - gone}
