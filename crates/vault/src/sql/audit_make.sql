-- audit_make
-- Two audits at one instant are one: the later word stands.
INSERT INTO audit_run (at, policy, kept, broken, cannot_tell, stated) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (at) DO UPDATE SET
    policy = excluded.policy,
    kept = excluded.kept,
    broken = excluded.broken,
    cannot_tell = excluded.cannot_tell,
    stated = excluded.stated
