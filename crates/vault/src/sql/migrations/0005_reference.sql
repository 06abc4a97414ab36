-- 0005_reference
-- By which an application finds again what it had collected: HMAC of its own key for the record.

CREATE TABLE reference (
    blind {bytes} PRIMARY KEY CHECK (length(blind) = 32),
    subject {bytes} NOT NULL REFERENCES subject (id),
    event {integer} NOT NULL
) {strict};
CREATE INDEX reference_subject ON reference (subject);

-- The longer index begins with the same columns.
DROP INDEX ground_now_purpose;
