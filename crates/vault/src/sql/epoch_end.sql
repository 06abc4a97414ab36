-- epoch_end
UPDATE epoch SET ended_at = $2, last_erasure = $3 WHERE number = $1 AND ended_at IS NULL
