-- 0012_folded
-- A collection, its values and the key by which it is found again are one row; people stand in the tables that
-- have a row for each of them by the place of their keys (bucket * 1024 + slot) and not by their number of 16
-- bytes; blind values have 12 bytes. What is sealed is moved by `fold`, which has the keys.

-- Words of the policy, each once: what collections say, and which fields are sealed together.
CREATE TABLE word (
    id {integer} PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) {strict};

DROP INDEX identifier_subject;
ALTER TABLE identifier RENAME TO identifier_before;
CREATE TABLE identifier (
    blind {bytes} NOT NULL CHECK (length(blind) = 12),
    subject {integer} NOT NULL,
    controller TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed {bytes} NOT NULL,
    PRIMARY KEY (blind)
) {clustered};
INSERT INTO identifier (blind, subject, controller, kind, sealed)
SELECT substr(i.blind, 1, 12), s.bucket * 1024 + s.slot, i.controller, i.kind, i.sealed
FROM identifier_before i JOIN subject s ON s.id = i.subject ORDER BY i.blind;
DROP TABLE identifier_before;
CREATE INDEX identifier_subject ON identifier (subject);

-- `recorded_after` is the time from `happened_at` until it was recorded, in microseconds. An event says `says`,
-- a word, or what is sealed in `about`; `sealed` are the values of the fields that the word `fields` names. Of
-- somebody whose keys are gone nothing of all this is left.
ALTER TABLE event RENAME TO event_before;
CREATE TABLE event (
    subject {integer} NOT NULL,
    id {integer} NOT NULL,
    happened_at {integer} NOT NULL,
    recorded_after {integer} NOT NULL,
    says {integer},
    about {bytes},
    words {bytes},
    fields {integer},
    sealed {bytes},
    reference {bytes} CHECK (length(reference) = 12),
    PRIMARY KEY (subject, id),
    CHECK ((fields IS NULL) = (sealed IS NULL))
) {clustered};
CREATE UNIQUE INDEX event_reference ON event (reference) WHERE reference IS NOT NULL;
ALTER TABLE datum RENAME TO datum_before;
ALTER TABLE reference RENAME TO reference_before;

-- No policy has the number 0: all grounds are computed anew when they are next asked for.
DROP INDEX ground_now_due;
DROP INDEX ground_now_policy;
DROP INDEX ground_now_contact;
DROP INDEX ground_now_unknown;
ALTER TABLE ground_now RENAME TO ground_before;
CREATE TABLE ground_now (
    subject {integer} NOT NULL,
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
SELECT s.bucket * 1024 + s.slot, g.place, g.purpose, g.keep, g.usage, g.marked, g.next_change_at, 0, g.contact
FROM ground_before g JOIN subject s ON s.id = g.subject;
DROP TABLE ground_before;
CREATE INDEX ground_now_due ON ground_now (next_change_at, subject) WHERE next_change_at IS NOT NULL;
CREATE INDEX ground_now_policy ON ground_now (policy, subject);
CREATE INDEX ground_now_contact ON ground_now (purpose, subject, contact, next_change_at);
CREATE INDEX ground_now_unknown ON ground_now (purpose, subject) WHERE keep = 'unknown';
