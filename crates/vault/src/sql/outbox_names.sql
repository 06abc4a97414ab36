-- outbox_names
SELECT DISTINCT webhook FROM outbox ORDER BY webhook
