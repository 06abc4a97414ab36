-- reference_find
SELECT s.id, e.id FROM event e
JOIN subject s ON s.bucket = e.subject / 1024 AND s.slot = e.subject % 1024
WHERE e.reference = $1
