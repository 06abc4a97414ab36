-- set_pending_clear
DELETE FROM set_pending WHERE sequence <= $1
