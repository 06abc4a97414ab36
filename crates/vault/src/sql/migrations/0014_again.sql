-- 0014_again
-- A policy that was in force before may come into force again.
CREATE TABLE policy_again (
    digest TEXT NOT NULL,
    effective_from {integer} NOT NULL,
    published_at {integer} NOT NULL,
    files TEXT NOT NULL,
    PRIMARY KEY (effective_from, digest)
) {strict};
INSERT INTO policy_again (digest, effective_from, published_at, files)
SELECT digest, effective_from, published_at, files FROM policy;
DROP TABLE policy;
ALTER TABLE policy_again RENAME TO policy;
