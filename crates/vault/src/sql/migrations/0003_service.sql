-- 0003_service
-- Applications that ask over the network, and when the service last did what it does on schedule.

-- The key stands as a keyed digest; a name is never given twice.
CREATE TABLE application (
    name TEXT PRIMARY KEY,
    key_blind {bytes} NOT NULL UNIQUE CHECK (length(key_blind) = 32),
    scope TEXT NOT NULL,
    made_at {integer} NOT NULL,
    revoked_at {integer}
) {strict};

CREATE TABLE duty_done (
    name TEXT PRIMARY KEY,
    done_at {integer} NOT NULL
) {strict};
