-- store_key_page
SELECT subject, key_blind, key_sealed FROM store_key
WHERE store = $1 AND table_name = $2
    AND (key_blind > $3 OR (key_blind = $3 AND subject > $4))
ORDER BY key_blind, subject LIMIT $5
