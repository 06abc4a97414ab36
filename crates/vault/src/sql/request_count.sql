-- request_count
SELECT count(*) FROM request
