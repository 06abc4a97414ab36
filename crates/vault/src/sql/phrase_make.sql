-- phrase_make
INSERT INTO phrase (id, text) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING
