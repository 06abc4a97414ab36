-- epoch_current
SELECT number FROM epoch WHERE ended_at IS NULL
