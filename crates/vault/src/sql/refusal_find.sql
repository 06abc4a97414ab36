-- refusal_find
SELECT recorded_at FROM refusal WHERE blind = $1
