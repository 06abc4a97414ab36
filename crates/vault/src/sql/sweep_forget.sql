-- sweep_forget
DELETE FROM work WHERE id = $1 AND lease = $2
