-- fold_make
INSERT INTO event (subject, id, happened_at, recorded_after, says, about, words, fields, sealed, reference)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
