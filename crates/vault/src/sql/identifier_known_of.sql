-- identifier_known_of
-- The identifiers are blind values of 12 bytes, one after the other, and the second argument says how many.
-- COALESCE tells PostgreSQL that they are bytes; CAST has no word for it that both engines know.
WITH RECURSIVE slot (place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM slot WHERE place + 1 < $2)
SELECT slot.place, s.id, (SELECT COALESCE(MAX(e.id), 0) FROM event e WHERE e.subject = i.subject)
FROM slot JOIN identifier i
    ON i.blind = substr(COALESCE($1, (SELECT key_check FROM vault)), slot.place * 12 + 1, 12)
JOIN subject s ON s.bucket = i.subject / 1024 AND s.slot = i.subject % 1024
