-- outbox_remove
DELETE FROM outbox WHERE id = $1
