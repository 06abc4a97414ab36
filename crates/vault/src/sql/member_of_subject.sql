-- member_of_subject
SELECT e.sequence, e.subject, e.purpose, e.day, e.leaf, e.sealed
FROM member m JOIN entry e ON e.sequence = m.sequence
WHERE m.subject = $1 ORDER BY e.sequence
