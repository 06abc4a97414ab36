-- set_line_make
-- The people are ids of 16 bytes, one after the other, and the third argument says how many; their lines
-- are of one length, the last argument.
-- COALESCE tells PostgreSQL that they are bytes; CAST has no word for it that both engines know.
WITH RECURSIVE slot (place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM slot WHERE place + 1 < $3)
INSERT INTO set_line (subject, until, lines)
SELECT substr(COALESCE($2, e.leaf), slot.place * 16 + 1, 16), e.sequence,
    substr(COALESCE($4, e.leaf), slot.place * $5 + 1, $5)
FROM entry e CROSS JOIN slot WHERE e.sequence = $1
