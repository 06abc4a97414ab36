-- set_entry_make
INSERT INTO set_entry (sequence, commitments) VALUES ($1, $2)
