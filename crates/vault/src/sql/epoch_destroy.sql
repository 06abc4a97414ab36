-- epoch_destroy
UPDATE epoch SET destroyed_at = $2
WHERE number = $1 AND ended_at IS NOT NULL AND destroyed_at IS NULL
