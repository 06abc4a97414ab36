-- store_key_make
INSERT INTO store_key (subject, store, table_name, key_blind, key_sealed)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (store, table_name, key_blind, subject) DO NOTHING
