-- bucket_list
SELECT id, epoch, wrapped FROM bucket WHERE id > $1 ORDER BY id LIMIT 1000
