-- holding_list_of
-- The people are ids of 16 bytes, one after the other, and the second argument says how many.
-- COALESCE tells PostgreSQL that they are bytes; CAST has no word for it that both engines know.
WITH RECURSIVE slot (place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM slot WHERE place + 1 < $2)
SELECT slot.place, s.vault_key, s.ledger_key, s.bucket, s.slot,
    (SELECT MAX(e.id) FROM event e WHERE e.subject = s.bucket * 1024 + s.slot),
    d.id, d.says, d.fields, d.sealed
FROM slot JOIN subject s
    ON s.id = substr(COALESCE($1, (SELECT key_check FROM vault)), slot.place * 16 + 1, 16)
LEFT JOIN event d ON d.subject = s.bucket * 1024 + s.slot AND d.sealed IS NOT NULL
