-- member_of_subject
SELECT e.sequence, e.subject, e.purpose, e.day, e.leaf, e.sealed
FROM entry e
WHERE e.sequence IN (SELECT m.sequence FROM set_member m WHERE m.subject = $1
    UNION ALL SELECT o.sequence FROM member o WHERE o.subject = $1)
ORDER BY e.sequence
