-- ground_contact
SELECT s.id, g.contact, g.next_change_at FROM ground_now g
JOIN subject s ON s.bucket = g.subject / 1024 AND s.slot = g.subject % 1024
WHERE g.purpose = $1 AND g.subject > $2
    AND (g.contact <> 0 OR (g.next_change_at IS NOT NULL AND g.next_change_at <= $3))
ORDER BY g.subject LIMIT $4
