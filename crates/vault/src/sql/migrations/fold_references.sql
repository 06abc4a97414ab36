-- fold_references
SELECT blind, event FROM reference_before WHERE subject = $1
