-- entry_leaf
SELECT leaf FROM entry WHERE sequence = $1
