-- counter_put
INSERT INTO counter (name, number) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET number = excluded.number
