-- store_key_of_subject
SELECT store, table_name, key_blind, key_sealed FROM store_key
WHERE subject = $1 ORDER BY store, table_name, key_blind
