-- identifier_make
INSERT INTO identifier (blind, subject, controller, kind, sealed) VALUES ($1, $2, $3, $4, $5)
