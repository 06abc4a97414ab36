-- 0010_lines
-- In which entries about many a person is: one row a person for many entries. What an entry was about waits
-- in one row of its own until enough of them have come, and is then filed by person, all at once: a row for
-- each person and entry would change as many pages as there are people.

-- `total` is how many people wait, those of this row included.
CREATE TABLE set_pending (
    sequence {integer} PRIMARY KEY,
    total {integer} NOT NULL,
    people {bytes} NOT NULL
) {strict};

-- `lines` is the number of an entry (6 bytes) and the person's place in it (4 bytes), again and again, for
-- entries up to `until`.
CREATE TABLE set_line (
    subject {bytes} NOT NULL CHECK (length(subject) = 16),
    until {integer} NOT NULL,
    lines {bytes} NOT NULL,
    PRIMARY KEY (subject, until)
) {clustered};
INSERT INTO set_line (subject, until, lines)
SELECT subject, sequence, {line} FROM set_member ORDER BY subject, sequence;
DROP TABLE set_member;
