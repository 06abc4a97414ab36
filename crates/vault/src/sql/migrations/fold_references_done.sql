-- fold_references_done
DELETE FROM reference_before WHERE subject = $1
