-- outbox_change
UPDATE outbox SET sealed = $2 WHERE id = $1
