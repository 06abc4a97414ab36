-- identifier_known
SELECT i.subject, (SELECT COALESCE(MAX(e.id), 0) FROM event e WHERE e.subject = i.subject)
FROM identifier i WHERE i.blind = $1
