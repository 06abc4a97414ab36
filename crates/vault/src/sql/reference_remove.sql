-- reference_remove
UPDATE event SET reference = NULL WHERE reference = $1
