-- entry_forget
UPDATE entry SET sealed = NULL WHERE sequence = $1
