-- sweep_release
UPDATE work SET lease = NULL, leased_until = NULL WHERE id = $1 AND lease = $2
