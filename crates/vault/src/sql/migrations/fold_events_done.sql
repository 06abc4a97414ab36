-- fold_events_done
DELETE FROM event_before WHERE subject = $1
