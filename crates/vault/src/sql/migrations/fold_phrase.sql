-- fold_phrase
SELECT text FROM phrase WHERE id = $1
