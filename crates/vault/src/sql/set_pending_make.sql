-- set_pending_make
INSERT INTO set_pending (sequence, total, people)
VALUES ($1, $2 + COALESCE((SELECT p.total FROM set_pending p ORDER BY p.sequence DESC LIMIT 1), 0), $3)
RETURNING total
