-- 0004_audit
-- What the audits said, by statement: names of the policy and counts, nothing of anybody.

CREATE TABLE audit_run (
    at {integer} PRIMARY KEY,
    policy TEXT NOT NULL,
    kept {integer} NOT NULL,
    broken {integer} NOT NULL,
    cannot_tell {integer} NOT NULL,
    stated {integer} NOT NULL
) {strict};

-- `wrong` is how many rows, people or acts break the statement.
CREATE TABLE audit_verdict (
    at {integer} NOT NULL REFERENCES audit_run (at),
    statement TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('kept', 'broken', 'cannot-tell', 'stated')),
    wrong {integer} NOT NULL,
    PRIMARY KEY (statement, at)
) {strict};
CREATE INDEX audit_verdict_at ON audit_verdict (at);
