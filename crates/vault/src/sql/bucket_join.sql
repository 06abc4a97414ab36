-- bucket_join
UPDATE bucket SET members = members + 1 WHERE id = $1 AND members = $2
