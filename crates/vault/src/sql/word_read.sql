-- word_read
SELECT text FROM word WHERE id = $1
