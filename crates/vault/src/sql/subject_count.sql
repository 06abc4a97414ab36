-- subject_count
SELECT count(*) FROM subject WHERE vault_key IS NOT NULL OR ledger_key IS NOT NULL
