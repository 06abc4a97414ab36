-- once_forget
DELETE FROM once WHERE answered_at < $1
