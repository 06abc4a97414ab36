-- identifier_remove
DELETE FROM identifier WHERE subject = $1
