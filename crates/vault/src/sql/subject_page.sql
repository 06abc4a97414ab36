-- subject_page
SELECT id, CASE WHEN vault_key IS NULL THEN 0 ELSE 1 END FROM subject
WHERE id > $1 AND (vault_key IS NOT NULL OR ledger_key IS NOT NULL)
ORDER BY id LIMIT $2
