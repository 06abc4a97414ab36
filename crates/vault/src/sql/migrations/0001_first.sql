-- 0001_first
-- The first schema. Words in braces differ between the engines; everything else is one text.

-- Proof that the key store belongs to this database.
CREATE TABLE vault (
    one {integer} PRIMARY KEY CHECK (one = 1),
    key_check {bytes} NOT NULL CHECK (length(key_check) = 32)
) {strict};

-- Numbers that only rise: requests of a year, buckets, versions of exceptions.
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    number {integer} NOT NULL
) {strict};

-- Epochs of keys: each ends when the next begins, and its key is destroyed some time later.
CREATE TABLE epoch (
    number {integer} PRIMARY KEY,
    begun_at {integer} NOT NULL,
    ended_at {integer},
    last_erasure {integer},
    destroyed_at {integer},
    CHECK ((ended_at IS NULL) = (last_erasure IS NULL)),
    CHECK (destroyed_at IS NULL OR ended_at IS NOT NULL)
) {strict};

-- The key of up to 1,024 subjects, wrapped by the epoch's key.
CREATE TABLE bucket (
    id {integer} PRIMARY KEY,
    epoch {integer} NOT NULL,
    version {integer} NOT NULL,
    members {integer} NOT NULL CHECK (members BETWEEN 0 AND 1024),
    wrapped {bytes} NOT NULL
) {strict};

-- A person, by a random number. A key column that is NULL was destroyed.
CREATE TABLE subject (
    id {bytes} PRIMARY KEY CHECK (length(id) = 16),
    bucket {integer} NOT NULL REFERENCES bucket (id),
    slot {integer} NOT NULL CHECK (slot BETWEEN 0 AND 1023),
    vault_key {bytes} CHECK (length(vault_key) = 60),
    ledger_key {bytes} CHECK (length(ledger_key) = 60),
    created_at {integer} NOT NULL,
    erasure {integer},
    erased_at {integer},
    scrubbed_at {integer},
    UNIQUE (bucket, slot),
    CHECK ((erasure IS NULL) = (erased_at IS NULL))
) {strict};
CREATE INDEX subject_unscrubbed ON subject (erasure) WHERE scrubbed_at IS NULL AND erasure IS NOT NULL;

-- By which a subject is found: HMAC of controller, kind and canonical value.
CREATE TABLE identifier (
    blind {bytes} PRIMARY KEY CHECK (length(blind) = 32),
    subject {bytes} NOT NULL REFERENCES subject (id),
    controller TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed {bytes} NOT NULL
) {strict};
CREATE INDEX identifier_subject ON identifier (subject);

-- Timelines, append-only. `about` and `words` are sealed.
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
) {strict};

-- Requests of people, by the number that people quote.
CREATE TABLE request (
    number TEXT PRIMARY KEY,
    subject {bytes} NOT NULL REFERENCES subject (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'paused', 'answered')),
    received_at {integer} NOT NULL,
    changed_at {integer} NOT NULL,
    version {integer} NOT NULL,
    sealed {bytes} NOT NULL
) {strict};
CREATE INDEX request_subject ON request (subject, received_at);
CREATE INDEX request_state ON request (state, received_at);

-- Plans in progress: found again after a crash, worked on by one at a time.
CREATE TABLE work (
    id {integer} PRIMARY KEY,
    subject {bytes} NOT NULL REFERENCES subject (id),
    case_number TEXT NOT NULL,
    store TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('planned', 'intended', 'applied', 'waiting', 'verified', 'refused')),
    attempts {integer} NOT NULL,
    next_attempt_at {integer},
    lease {bytes},
    leased_until {integer},
    intent {integer},
    last_error TEXT,
    version {integer} NOT NULL,
    sealed {bytes} NOT NULL,
    changed_at {integer} NOT NULL,
    UNIQUE (case_number, store)
) {strict};
CREATE INDEX work_next ON work (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX work_subject ON work (subject);

-- Keys of the rows of held, restricted and contested people, so that sweeps pass them by.
CREATE TABLE store_key (
    subject {bytes} NOT NULL REFERENCES subject (id),
    store TEXT NOT NULL,
    table_name TEXT NOT NULL,
    key_blind {bytes} NOT NULL CHECK (length(key_blind) = 32),
    key_sealed {bytes} NOT NULL,
    PRIMARY KEY (store, table_name, key_blind, subject)
) {strict};
CREATE INDEX store_key_subject ON store_key (subject, store);

-- A cache of the standing of each ground; recomputed when the policy changes.
CREATE TABLE ground_now (
    subject {bytes} NOT NULL REFERENCES subject (id),
    ground {bytes} NOT NULL CHECK (length(ground) = 32),
    purpose TEXT NOT NULL,
    keep TEXT NOT NULL,
    usage TEXT NOT NULL,
    marked {integer} NOT NULL CHECK (marked IN (0, 1)),
    next_change_at {integer},
    policy_version TEXT NOT NULL,
    PRIMARY KEY (subject, ground)
) {strict};
CREATE INDEX ground_now_due ON ground_now (next_change_at, subject) WHERE next_change_at IS NOT NULL;
CREATE INDEX ground_now_purpose ON ground_now (purpose, subject);
CREATE INDEX ground_now_policy ON ground_now (policy_version, subject);

-- Published policies, in clear.
CREATE TABLE policy (
    digest TEXT PRIMARY KEY,
    effective_from {integer} NOT NULL,
    published_at {integer} NOT NULL,
    files TEXT NOT NULL
) {strict};

-- Refusals that outlive an erasure: HMAC with a key that never rotates away.
CREATE TABLE refusal (
    blind {bytes} PRIMARY KEY CHECK (length(blind) = 32),
    purpose TEXT NOT NULL,
    recorded_at {integer} NOT NULL
) {strict};

-- The ledger's entries, numbered from 0 without gap. The leaf stays for ever; the sealed payload
-- goes with its purpose's period. An entry about many has no subject of its own.
CREATE TABLE entry (
    sequence {integer} PRIMARY KEY CHECK (sequence >= 0),
    subject {bytes} REFERENCES subject (id),
    number {integer},
    purpose TEXT NOT NULL,
    day {integer} NOT NULL,
    leaf {bytes} NOT NULL,
    sealed {bytes},
    UNIQUE (subject, number),
    CHECK ((subject IS NULL) = (number IS NULL))
) {strict};
CREATE INDEX entry_day ON entry (purpose, day);

-- The people of an entry about many.
CREATE TABLE member (
    sequence {integer} NOT NULL REFERENCES entry (sequence),
    place {integer} NOT NULL,
    subject {bytes} NOT NULL REFERENCES subject (id),
    commitment {bytes} NOT NULL CHECK (length(commitment) = 32),
    sealed {bytes},
    PRIMARY KEY (sequence, place)
) {strict};
CREATE INDEX member_subject ON member (subject, sequence);

-- One key for each purpose and day of entries, so that a day's payloads end everywhere at once.
CREATE TABLE day_key (
    purpose TEXT NOT NULL,
    day {integer} NOT NULL,
    epoch {integer} NOT NULL,
    wrapped {bytes} NOT NULL CHECK (length(wrapped) = 60),
    PRIMARY KEY (purpose, day)
) {strict};
