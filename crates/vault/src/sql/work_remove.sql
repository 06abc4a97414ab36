-- work_remove
DELETE FROM work WHERE case_number = $1 AND state IN ('verified', 'refused')
