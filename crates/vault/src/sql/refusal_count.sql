-- refusal_count
SELECT count(*), MIN(recorded_at) FROM refusal WHERE recorded_at < $1
