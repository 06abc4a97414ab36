-- policy_make
INSERT INTO policy (digest, effective_from, published_at, files) VALUES ($1, $2, $3, $4)
