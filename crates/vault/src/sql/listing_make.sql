-- listing_make
INSERT INTO listing (store, subject, listed_at) VALUES ($1, $2, $3)
ON CONFLICT (store, subject) DO UPDATE SET listed_at = excluded.listed_at
