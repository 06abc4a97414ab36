-- reference_find
SELECT subject, event FROM reference WHERE blind = $1
