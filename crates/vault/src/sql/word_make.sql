-- word_make
INSERT INTO word (id, text) VALUES ($1, $2) ON CONFLICT (text) DO NOTHING
