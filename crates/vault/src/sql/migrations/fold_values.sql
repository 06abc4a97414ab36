-- fold_values
SELECT event, field, sealed FROM datum_before WHERE subject = $1
