-- subject_make
INSERT INTO subject (id, bucket, slot, vault_key, ledger_key, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
