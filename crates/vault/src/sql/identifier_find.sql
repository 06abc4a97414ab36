-- identifier_find
SELECT subject FROM identifier WHERE blind = $1
