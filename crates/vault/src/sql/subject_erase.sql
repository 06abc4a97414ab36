-- subject_erase
UPDATE subject SET
    vault_key = NULL,
    ledger_key = CASE WHEN $2 = 1 THEN NULL ELSE ledger_key END,
    erasure = $3,
    erased_at = COALESCE(erased_at, $4),
    scrubbed_at = NULL
WHERE id = $1
