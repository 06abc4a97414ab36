-- sweep_running
SELECT leased_until FROM work WHERE case_number = $1 AND store = $2 AND leased_until > $3
