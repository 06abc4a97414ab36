-- reference_remove
DELETE FROM reference WHERE blind = $1
