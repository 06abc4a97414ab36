-- entry_make
INSERT INTO entry (sequence, subject, number, purpose, day, leaf, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7)
