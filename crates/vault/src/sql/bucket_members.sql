-- bucket_members
SELECT s.id, s.slot, s.vault_key, s.ledger_key, b.epoch, b.wrapped
FROM subject s JOIN bucket b ON b.id = s.bucket
WHERE s.bucket = $1
ORDER BY s.slot
