-- exception_remove
DELETE FROM exception WHERE subject = $1
