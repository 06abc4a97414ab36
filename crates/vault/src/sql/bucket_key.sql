-- bucket_key
SELECT epoch, wrapped FROM bucket WHERE id = $1
