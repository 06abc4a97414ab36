-- 0009_outbox
-- What waits to be told to webhooks. In clear: whom, by the random number, what, and when; sealed under a
-- key of its own: by which identifier the receiver knows the person, and what else is sent.

CREATE TABLE outbox (
    id {integer} PRIMARY KEY,
    webhook TEXT NOT NULL CHECK (length(webhook) <= 200),
    subject {bytes} NOT NULL REFERENCES subject (id),
    what TEXT NOT NULL,
    sealed {bytes} NOT NULL,
    made_at {integer} NOT NULL,
    attempts {integer} NOT NULL,
    next_attempt_at {integer} NOT NULL,
    leased_until {integer},
    problem TEXT
) {strict};
CREATE INDEX outbox_person ON outbox (webhook, subject, id);
CREATE INDEX outbox_due ON outbox (next_attempt_at, id);
