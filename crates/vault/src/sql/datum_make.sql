-- datum_make
INSERT INTO datum (subject, event, field, sealed) VALUES ($1, $2, $3, $4)
