-- vault_make
INSERT INTO vault (one, key_check) VALUES (1, $1)
