-- 0011_leaner
-- What events say in words of the policy alone (which data were collected and for which purposes),
-- once for all of them: a sealed event then holds a number. Nobody is named, and which event says
-- it is sealed.

-- The number is a keyed digest of the text.
CREATE TABLE phrase (
    id {integer} PRIMARY KEY,
    text TEXT NOT NULL
) {strict};

-- Entries come in the order of their days: nothing asks this index, and each entry wrote a page of it.
DROP INDEX entry_day;
