-- Grant the right to load entries.
--
-- KEYS[1..n]      the entries
-- KEYS[n+1..2n]   their leases
-- ARGV[1]         the caller's token
-- ARGV[2]         how long a lease lives, in ms
-- ARGV[3..n+2]    each entry's header as the caller saw it, '' where it saw none
--
-- Answers n pairs: {0, ''} somebody else loads; {1, ''} granted; {2, entry} it is not what you saw.
--
-- The entry is looked at again, because between the caller's read and now
--   1. another process may have filled it: then there is nothing to load;
--   2. a writer may have invalidated it: then the caller must know the new floor before it loads.

local n = #KEYS / 2
local replies = {}
for i = 1, n do
    local entry = redis.call('GET', KEYS[i]) or ''
    if string.sub(entry, 1, 34) ~= ARGV[i + 2] then
        replies[i] = {2, entry}
    elseif redis.call('SET', KEYS[n + i], ARGV[1], 'NX', 'PX', ARGV[2]) then
        replies[i] = {1, ''}
    else
        replies[i] = {0, ''}
    end
end
return replies
