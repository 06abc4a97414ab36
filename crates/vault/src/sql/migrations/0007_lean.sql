-- 0007_lean
-- What is kept of every person and record, with fewer bytes and fewer pages to write: rows lie in the tree of
-- their key on SQLite, blind values by which something is found have 16 bytes, and a ground names its policy
-- by a number.

DROP INDEX identifier_subject;
ALTER TABLE identifier RENAME TO identifier_before;
CREATE TABLE identifier (
    blind {bytes} NOT NULL CHECK (length(blind) = 16),
    subject {bytes} NOT NULL REFERENCES subject (id),
    controller TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed {bytes} NOT NULL,
    PRIMARY KEY (blind)
) {clustered};
INSERT INTO identifier (blind, subject, controller, kind, sealed)
SELECT substr(blind, 1, 16), subject, controller, kind, sealed FROM identifier_before ORDER BY blind;
DROP TABLE identifier_before;
CREATE INDEX identifier_subject ON identifier (subject);

ALTER TABLE event RENAME TO event_before;
CREATE TABLE event (
    subject {bytes} NOT NULL REFERENCES subject (id),
    id {integer} NOT NULL,
    happened_at {integer} NOT NULL,
    recorded_at {integer} NOT NULL,
    kind TEXT NOT NULL,
    purpose TEXT,
    about {bytes} NOT NULL,
    words {bytes},
    PRIMARY KEY (subject, id)
) {clustered};
INSERT INTO event (subject, id, happened_at, recorded_at, kind, purpose, about, words)
SELECT subject, id, happened_at, recorded_at, kind, purpose, about, words FROM event_before
ORDER BY subject, id;
DROP TABLE event_before;

ALTER TABLE datum RENAME TO datum_before;
CREATE TABLE datum (
    subject {bytes} NOT NULL REFERENCES subject (id),
    event {integer} NOT NULL,
    field TEXT NOT NULL,
    sealed {bytes} NOT NULL,
    PRIMARY KEY (subject, event, field)
) {clustered};
INSERT INTO datum (subject, event, field, sealed)
SELECT subject, event, field, sealed FROM datum_before ORDER BY subject, event, field;
DROP TABLE datum_before;

DROP INDEX reference_subject;
ALTER TABLE reference RENAME TO reference_before;
CREATE TABLE reference (
    blind {bytes} NOT NULL CHECK (length(blind) = 16),
    subject {bytes} NOT NULL REFERENCES subject (id),
    event {integer} NOT NULL,
    PRIMARY KEY (blind)
) {clustered};
INSERT INTO reference (blind, subject, event)
SELECT substr(blind, 1, 16), subject, event FROM reference_before ORDER BY blind;
DROP TABLE reference_before;
CREATE INDEX reference_subject ON reference (subject);

-- No policy has the number 0: all grounds are computed anew when they are next asked for.
DROP INDEX ground_now_due;
DROP INDEX ground_now_policy;
DROP INDEX ground_now_contact;
ALTER TABLE ground_now RENAME TO ground_before;
CREATE TABLE ground_now (
    subject {bytes} NOT NULL REFERENCES subject (id),
    place {integer} NOT NULL,
    purpose TEXT NOT NULL,
    keep TEXT NOT NULL,
    usage TEXT NOT NULL,
    marked {integer} NOT NULL CHECK (marked IN (0, 1)),
    next_change_at {integer},
    policy {integer} NOT NULL,
    contact {integer} NOT NULL,
    PRIMARY KEY (subject, place)
) {clustered};
INSERT INTO ground_now (subject, place, purpose, keep, usage, marked, next_change_at, policy, contact)
SELECT subject, ROW_NUMBER() OVER (PARTITION BY subject ORDER BY purpose, ground) - 1, purpose, keep, usage,
    marked, next_change_at, 0, contact
FROM ground_before;
DROP TABLE ground_before;
CREATE INDEX ground_now_due ON ground_now (next_change_at, subject) WHERE next_change_at IS NOT NULL;
CREATE INDEX ground_now_policy ON ground_now (policy, subject);
CREATE INDEX ground_now_contact ON ground_now (purpose, subject, contact, next_change_at);
