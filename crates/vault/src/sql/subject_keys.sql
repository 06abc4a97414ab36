-- subject_keys
SELECT s.vault_key, s.ledger_key, s.bucket, s.slot, b.epoch, b.wrapped
FROM subject s JOIN bucket b ON b.id = s.bucket
WHERE s.id = $1
