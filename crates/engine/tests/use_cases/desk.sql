CREATE TABLE contacts (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT NOT NULL, created_at TIMESTAMP NOT NULL);
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL REFERENCES contacts (id), body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL);
INSERT INTO contacts VALUES (1, 'Ada Quaimarque', 'ada@example.org', '2025-09-01 09:00:00'),
    (2, 'Bo Autre', 'bo@example.org', '2025-09-02 09:00:00');
INSERT INTO tickets VALUES (31, 1, 'question of ada', '2025-09-01 09:00:00'),
    (32, 2, 'question of bo', '2025-09-02 09:00:00');
