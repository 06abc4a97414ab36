CREATE TABLE accounts (
    id INTEGER PRIMARY KEY, contract_id TEXT NOT NULL UNIQUE, full_name TEXT, email TEXT NOT NULL, phone TEXT,
    username TEXT, password_hash TEXT, created_at TIMESTAMP NOT NULL, closed_at TIMESTAMP,
    last_seen_at TIMESTAMP, archived_at TIMESTAMP, optin_at TIMESTAMP, optout_at TIMESTAMP);
CREATE TABLE invoices (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id), contract_id TEXT NOT NULL,
    number TEXT NOT NULL, address TEXT NOT NULL, issued_at TIMESTAMP);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY, sender_id INTEGER REFERENCES accounts (id),
    recipient_id INTEGER REFERENCES accounts (id), sender_name TEXT, recipient_name TEXT, body TEXT,
    sent_at TIMESTAMP NOT NULL);
INSERT INTO accounts VALUES
    (1, 'C-1', 'Ada Quaimarque', 'ada@example.org', '+33 1 99 00 00 01', 'ada-q', 'hash-of-ada', '2023-01-10 09:00:00',
     '2025-06-30 10:00:00', '2025-06-01 08:00:00', NULL, '2023-01-10 09:05:00', NULL),
    (2, 'C-2', 'Bo Autre', 'bo@example.org', '+33 1 99 00 00 02', 'bo-a', 'hash-of-bo', '2024-02-10 09:00:00',
     NULL, '2026-02-20 08:00:00', NULL, NULL, NULL),
    (3, 'C-3', 'Cy Tiers', 'cy@example.org', '+33 1 99 00 00 02', 'cy-t', 'hash-of-cy', '2022-02-10 09:00:00',
     '2025-05-31 10:00:00', '2025-05-20 08:00:00', NULL, NULL, NULL);
INSERT INTO invoices VALUES
    (11, 1, 'C-1', 'F-11', '1 quai Ada', '2023-02-01 00:00:00'),
    (12, 2, 'C-2', 'F-12', '2 quai Bo', '2024-03-01 00:00:00');
INSERT INTO messages VALUES
    (21, 1, 3, 'Ada Quaimarque', 'Cy Tiers', 'between ada and cy', '2025-01-05 10:00:00'),
    (22, 2, NULL, 'Bo Autre', NULL, 'bo alone', '2025-02-05 10:00:00');
