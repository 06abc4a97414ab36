-- event_list_of
-- The people are numbers of 13 digits, one after the other, and the second argument says how many.
WITH RECURSIVE slot (place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM slot WHERE place + 1 < $2)
SELECT e.id, e.happened_at, e.recorded_after, e.says, e.about, e.words, slot.place
FROM slot JOIN event e
    ON e.subject = CAST(substr(CAST($1 AS TEXT), slot.place * 13 + 1, 13) AS BIGINT)
