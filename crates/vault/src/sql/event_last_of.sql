-- event_last_of
-- The people are numbers of 13 digits, one after the other, and the second argument says how many.
WITH RECURSIVE slot (place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM slot WHERE place + 1 < $2)
SELECT slot.place, (SELECT MAX(e.id) FROM event e
    WHERE e.subject = CAST(substr(CAST($1 AS TEXT), slot.place * 13 + 1, 13) AS BIGINT))
FROM slot
