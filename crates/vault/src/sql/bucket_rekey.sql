-- bucket_rekey
UPDATE bucket SET wrapped = $2, epoch = $3, version = version + 1 WHERE id = $1
