-- 0006_members
-- The people of an entry about many: found by the person, and once for the entry the commitments of all
-- of them in their order. What opens one is worked out from the entry's salt and the person's key.

-- `member` keeps those of earlier versions, which had a salt of their own each.
CREATE TABLE set_entry (
    sequence {integer} PRIMARY KEY REFERENCES entry (sequence),
    commitments {bytes} NOT NULL
) {strict};

-- Many rows at once, of people whose keys were just read and of an entry just written: no foreign keys.
CREATE TABLE set_member (
    subject {bytes} NOT NULL CHECK (length(subject) = 16),
    sequence {integer} NOT NULL,
    place {integer} NOT NULL,
    PRIMARY KEY (subject, sequence, place)
) {clustered};
