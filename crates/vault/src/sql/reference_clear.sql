-- reference_clear
DELETE FROM reference WHERE subject = $1
