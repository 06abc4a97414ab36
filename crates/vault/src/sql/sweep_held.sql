-- sweep_held
SELECT changed_at, COALESCE(leased_until, changed_at) FROM work WHERE case_number = $1 AND store = $2
