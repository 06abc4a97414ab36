-- vault_check
SELECT key_check FROM vault WHERE one = 1
