-- audit_statement
SELECT at, verdict, wrong FROM audit_verdict
WHERE statement = $1 AND at >= $2 ORDER BY at
