-- audit_clear
DELETE FROM audit_verdict WHERE at = $1
