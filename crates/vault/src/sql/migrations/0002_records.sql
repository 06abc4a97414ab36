-- 0002_records
-- Values that Kept itself keeps, acts that are never done twice, and the people whom sweeps pass by.

-- One field of one collection; the value is sealed together with the field's name.
CREATE TABLE datum (
    subject {bytes} NOT NULL REFERENCES subject (id),
    event {integer} NOT NULL,
    field TEXT NOT NULL,
    sealed {bytes} NOT NULL,
    PRIMARY KEY (subject, event, field)
) {strict};

-- What was answered to a caller's own key: the same key gets the same answer again.
CREATE TABLE once (
    key_blind {bytes} PRIMARY KEY CHECK (length(key_blind) = 32),
    act_blind {bytes} NOT NULL CHECK (length(act_blind) = 32),
    answer TEXT NOT NULL,
    answered_at {integer} NOT NULL
) {strict};
CREATE INDEX once_answered ON once (answered_at);

-- Held, restricted and contested people, and those whose grounds ended by what Kept alone recorded.
CREATE TABLE exception (
    subject {bytes} PRIMARY KEY REFERENCES subject (id),
    since {integer} NOT NULL
) {strict};

-- In which stores the rows of such a person are known.
CREATE TABLE listing (
    store TEXT NOT NULL,
    subject {bytes} NOT NULL REFERENCES subject (id),
    listed_at {integer} NOT NULL,
    PRIMARY KEY (store, subject)
) {strict};
CREATE INDEX listing_subject ON listing (subject);

-- By which channels contact may be made for the purpose, as bits: on one ground of each purpose.
ALTER TABLE ground_now ADD COLUMN contact {integer} NOT NULL DEFAULT 0;
CREATE INDEX ground_now_contact ON ground_now (purpose, subject, contact, next_change_at);
