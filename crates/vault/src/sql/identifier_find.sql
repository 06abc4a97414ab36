-- identifier_find
SELECT s.id, CAST(length(i.sealed) AS BIGINT) FROM identifier i
JOIN subject s ON s.bucket = i.subject / 1024 AND s.slot = i.subject % 1024
WHERE i.blind = $1
