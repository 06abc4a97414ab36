-- phrase_find
SELECT text FROM phrase WHERE id = $1
