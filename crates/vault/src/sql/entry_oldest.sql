-- entry_oldest
SELECT day FROM entry WHERE sealed IS NOT NULL ORDER BY sequence LIMIT 1
