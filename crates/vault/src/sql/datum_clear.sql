-- datum_clear
DELETE FROM datum WHERE subject = $1
