-- set_entry_find
SELECT commitments FROM set_entry WHERE sequence = $1
