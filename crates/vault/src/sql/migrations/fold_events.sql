-- fold_events
SELECT id, happened_at, recorded_at, about, words FROM event_before WHERE subject = $1 ORDER BY id
