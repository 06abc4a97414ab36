-- bucket_open
SELECT id, epoch, wrapped, members FROM bucket
WHERE members < 1024 ORDER BY id DESC LIMIT 1
