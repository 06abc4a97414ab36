-- store_key_remove
DELETE FROM store_key WHERE subject = $1
