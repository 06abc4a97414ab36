-- exception_make
INSERT INTO exception (subject, since) VALUES ($1, $2)
ON CONFLICT (subject) DO NOTHING
