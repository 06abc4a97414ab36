-- fold_values_done
DELETE FROM datum_before WHERE subject = $1
