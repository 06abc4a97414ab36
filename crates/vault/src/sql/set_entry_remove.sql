-- set_entry_remove
DELETE FROM set_entry WHERE sequence = $1
