-- counter_read
SELECT number FROM counter WHERE name = $1
