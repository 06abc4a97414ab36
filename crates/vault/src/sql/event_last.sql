-- event_last
SELECT id, happened_at + recorded_after FROM event WHERE subject = $1 ORDER BY id DESC LIMIT 1
