-- subject_row
SELECT bucket * 1024 + slot FROM subject WHERE id = $1
