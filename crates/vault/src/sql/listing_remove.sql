-- listing_remove
DELETE FROM listing WHERE subject = $1
