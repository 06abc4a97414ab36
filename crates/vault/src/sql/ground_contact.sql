-- ground_contact
SELECT subject, contact, next_change_at FROM ground_now
WHERE purpose = $1 AND subject > $2
    AND (contact <> 0 OR (next_change_at IS NOT NULL AND next_change_at <= $3))
ORDER BY subject LIMIT $4
