-- subject_opened
-- By the buckets of keys, of which there is one for a thousand people.
SELECT CAST(COALESCE(SUM(members), 0) AS BIGINT) FROM bucket
