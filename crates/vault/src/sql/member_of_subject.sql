-- member_of_subject
-- Those of the first versions; later ones are lines.
SELECT sequence FROM member WHERE subject = $1
