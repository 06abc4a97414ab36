-- store_key_of_row
SELECT subject FROM store_key
WHERE store = $1 AND table_name = $2 AND key_blind = $3 ORDER BY subject
