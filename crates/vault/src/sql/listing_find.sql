-- listing_find
SELECT listed_at FROM listing WHERE store = $1 AND subject = $2
