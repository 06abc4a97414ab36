-- entry_leaves
SELECT sequence, leaf FROM entry WHERE sequence >= $1 ORDER BY sequence LIMIT $2
