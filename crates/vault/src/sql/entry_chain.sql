-- entry_chain
SELECT number, leaf FROM entry WHERE subject = $1 ORDER BY number DESC LIMIT 1
