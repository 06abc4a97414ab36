-- bucket_rewrap
-- Both arguments are 1,024 wraps of 60 bytes, one a slot: one statement for the whole bucket.
-- COALESCE tells PostgreSQL that they are bytes; CAST has no word for it that both engines know.
UPDATE subject SET
    vault_key = CASE WHEN vault_key IS NULL THEN NULL
        ELSE substr(COALESCE($2, vault_key), CAST(slot * 60 + 1 AS INTEGER), 60) END,
    ledger_key = CASE WHEN ledger_key IS NULL THEN NULL
        ELSE substr(COALESCE($3, ledger_key), CAST(slot * 60 + 1 AS INTEGER), 60) END
WHERE bucket = $1 AND (vault_key IS NOT NULL OR ledger_key IS NOT NULL)
