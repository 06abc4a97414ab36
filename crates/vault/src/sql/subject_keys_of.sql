-- subject_keys_of
-- The people are ids of 16 bytes, one after the other, and the second argument says how many.
-- COALESCE tells PostgreSQL that they are bytes; CAST has no word for it that both engines know.
WITH RECURSIVE slot (place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM slot WHERE place + 1 < $2)
SELECT s.id, s.vault_key, s.ledger_key, s.bucket, s.slot
FROM slot JOIN subject s
    ON s.id = substr(COALESCE($1, (SELECT key_check FROM vault)), slot.place * 16 + 1, 16)
