-- identifier_list
SELECT blind, controller, kind, sealed FROM identifier
WHERE subject = $1 ORDER BY controller, kind, blind
