-- once_make
INSERT INTO once (key_blind, act_blind, answer, answered_at) VALUES ($1, $2, $3, $4)
