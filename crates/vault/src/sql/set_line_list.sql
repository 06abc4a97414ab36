-- set_line_list
SELECT lines FROM set_line WHERE subject = $1 ORDER BY until
