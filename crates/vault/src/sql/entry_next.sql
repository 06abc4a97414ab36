-- entry_next
SELECT COALESCE(MAX(sequence) + 1, 0) FROM entry
