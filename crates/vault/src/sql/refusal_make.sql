-- refusal_make
INSERT INTO refusal (blind, purpose, recorded_at) VALUES ($1, $2, $3)
ON CONFLICT (blind) DO NOTHING
