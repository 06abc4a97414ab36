-- datum_list
SELECT event, field, sealed FROM datum WHERE subject = $1 ORDER BY field, event
