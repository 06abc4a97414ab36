-- member_make
INSERT INTO member (sequence, place, subject, commitment, sealed) VALUES ($1, $2, $3, $4, $5)
