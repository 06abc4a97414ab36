-- identifier_known
SELECT s.id, (SELECT COALESCE(MAX(e.id), 0) FROM event e WHERE e.subject = i.subject)
FROM identifier i JOIN subject s ON s.bucket = i.subject / 1024 AND s.slot = i.subject % 1024
WHERE i.blind = $1
