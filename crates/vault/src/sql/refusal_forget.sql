-- refusal_forget
DELETE FROM refusal WHERE recorded_at < $1
