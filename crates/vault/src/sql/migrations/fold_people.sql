-- fold_people
SELECT DISTINCT subject FROM event_before ORDER BY subject LIMIT 500
