-- set_entry_find
SELECT m.place, s.commitments FROM set_member m JOIN set_entry s ON s.sequence = m.sequence
WHERE m.subject = $1 AND m.sequence = $2
