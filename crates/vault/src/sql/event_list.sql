-- event_list
SELECT id, happened_at, recorded_after, says, about, words FROM event
WHERE subject = $1 ORDER BY id
