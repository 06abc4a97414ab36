-- once_find
SELECT act_blind, answer FROM once WHERE key_blind = $1
