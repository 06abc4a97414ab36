-- exception_find
SELECT since FROM exception WHERE subject = $1
