-- audit_verdict_make
INSERT INTO audit_verdict (at, statement, verdict, wrong) VALUES ($1, $2, $3, $4)
