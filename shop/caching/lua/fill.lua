-- Store what was loaded, if the loader still holds its lease and nothing newer is known.
--
-- KEYS[1..n]        the entries
-- KEYS[n+1..2n]     their leases
-- ARGV[1]           the loader's token
-- ARGV[2i], ARGV[2i+1]   entry i, packed, and how long it is kept, in ms
-- ARGV[2n+2]        the channel of the local tiers, '' where nobody keeps copies
--
-- Answers n numbers: 0 no lease; 1 stored; 2 below the floor.
--
-- The race: 1. a reader loads v1; 2. a writer commits v2; 3. the writer invalidates; 4. the reader fills v1.
-- Step 3 took the lease, so step 4 is refused; even if the tombstone of step 3 has been evicted since.
-- Where the lease survived (granted after step 3, but the load came from an old snapshot), the floor refuses v1.
-- What does not begin as our entries do was not written by us, and goes.
-- The local tiers are told of what has another version than before: a copy of the same version is as good.
-- Versions are 20 digits with leading zeros: they compare as text.

local n = #KEYS / 2
local ours = '^' .. string.rep('%d', 33) .. '[vat]$'
local channel = ARGV[2 * n + 2]
local told = {}
local answers = {}
for i = 1, n do
    local entry, kept_ms = ARGV[2 * i], ARGV[2 * i + 1]
    if redis.call('GET', KEYS[n + i]) ~= ARGV[1] then
        answers[i] = 0
    else
        redis.call('DEL', KEYS[n + i])
        local header = redis.call('GETRANGE', KEYS[i], 0, 33)
        if header ~= '' and not string.match(header, ours) then
            redis.call('DEL', KEYS[i])
            header = ''
        end
        if string.sub(entry, 1, 20) < redis.call('GETRANGE', KEYS[i], 0, 19) then
            answers[i] = 2
        else
            redis.call('SET', KEYS[i], entry, 'PX', kept_ms)
            answers[i] = 1
            if string.sub(entry, 1, 20) ~= string.sub(header, 1, 20) then
                told[#told + 1] = string.sub(entry, 1, 20) .. KEYS[i]
            end
        end
    end
end
if channel ~= '' and #told > 0 then
    redis.call('PUBLISH', channel, table.concat(told, '\n'))
end
return answers
