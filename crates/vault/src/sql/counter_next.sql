-- counter_next
INSERT INTO counter (name, number) VALUES ($1, 1)
ON CONFLICT (name) DO UPDATE SET number = counter.number + 1
RETURNING number
