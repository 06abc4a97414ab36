-- audit_verdicts
SELECT statement, verdict, wrong FROM audit_verdict WHERE at = $1 ORDER BY statement
