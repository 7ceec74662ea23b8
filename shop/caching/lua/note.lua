-- Note up to when this server's memory reaches, if it is still the one that the caller has looked at.
--
-- KEYS[1]    the note
-- ARGV[1]    the server's identity, as the caller knows it
-- ARGV[2]    the time, in ms since 1970
--
-- Answers 1 where it is noted; 0 where this is another server.
--
-- The race: 1. somebody looks, and the server is the one of the note; 2. it restarts from a file of an hour ago;
-- 3. the somebody writes a new time over the note that came back with that file, and nobody learns of the lost hour.

local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local replication = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)')
if run .. '/' .. replication ~= ARGV[1] then
    return 0
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2])
return 1
