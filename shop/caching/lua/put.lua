-- Store committed rows, each unless something newer is known.
--
-- KEYS[1..n]       the entries
-- KEYS[n+1..2n]    their leases
-- ARGV[1]          the writer's token
-- ARGV[2]          how long a lease lives, in ms
-- ARGV[3]          how long a tombstone lives, in ms
-- ARGV[2i+2], ARGV[2i+3]   entry i, packed, and how long it is kept, in ms
--
-- Answers n numbers: 0 below the floor; 1 stored; 2 nothing is there: not stored, but the lease is yours.
--
-- The race: 1. writer A commits v1; 2. writer B commits v2; 3. B puts v2; 4. A puts v1. Step 4 is refused.
-- Where v2 has been evicted before step 4, nothing could refuse v1. So nothing is stored on nothing: the writer gets the
-- lease, loads again, and fills. What it loads is v2; and who writes v3 meanwhile takes the lease away.
-- Every lease is taken away: whoever is loading may have read the row before this write, and the floor would refuse
-- them; whoever comes next need not wait for them.
-- A negative entry above the put goes, and leaves its floor, as in invalidate.lua: there is a row after all.
-- What does not begin as our entries do was not written by us, and goes.

local n = #KEYS / 2
local ours = '^' .. string.rep('%d', 33) .. '[vat]$'
local answers = {}
for i = 1, n do
    local entry, kept_ms = ARGV[2 * i + 2], ARGV[2 * i + 3]
    redis.call('DEL', KEYS[n + i])
    local header = redis.call('GETRANGE', KEYS[i], 0, 33)
    if header ~= '' and not string.match(header, ours) then
        redis.call('DEL', KEYS[i])
        header = ''
    end
    if header == '' then
        redis.call('SET', KEYS[n + i], ARGV[1], 'PX', ARGV[2])
        answers[i] = 2
    elseif string.sub(entry, 1, 20) >= string.sub(header, 1, 20) then
        redis.call('SET', KEYS[i], entry, 'PX', kept_ms)
        answers[i] = 1
    else
        if string.sub(header, 34, 34) == 'a' then
            redis.call('SET', KEYS[i], string.sub(header, 1, 33) .. 't', 'PX', ARGV[3])
        end
        answers[i] = 0
    end
end
return answers
