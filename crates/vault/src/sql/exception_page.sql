-- exception_page
SELECT subject FROM exception WHERE subject > $1 ORDER BY subject LIMIT $2
