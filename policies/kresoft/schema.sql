-- The database that store.toml maps, in SQL that PostgreSQL and SQLite both read.
-- Instants are UTC without an offset, `2024-03-01 09:30:00`.

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    contract_id TEXT,
    full_name TEXT,
    address TEXT,
    phone TEXT,
    email TEXT UNIQUE,
    job_function TEXT,
    created_at TIMESTAMP NOT NULL,
    contract_started_at TIMESTAMP,
    contract_ended_at TIMESTAMP,
    mailing_optin_at TIMESTAMP,
    mailing_optout_at TIMESTAMP
);
CREATE INDEX contacts_email ON contacts (lower(email));

CREATE TABLE questions (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    message TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    answered_at TIMESTAMP
);
CREATE INDEX questions_contact ON questions (contact_id);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    description TEXT NOT NULL,
    vat_number TEXT,
    account_number TEXT,
    amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
    placed_at TIMESTAMP
);
CREATE INDEX orders_contact ON orders (contact_id);
CREATE INDEX orders_placed ON orders (placed_at);

CREATE TABLE employees (
    id INTEGER PRIMARY KEY,
    full_name TEXT,
    address TEXT,
    register_number TEXT NOT NULL UNIQUE,
    account_number TEXT,
    wage_cents INTEGER,
    started_at TIMESTAMP NOT NULL,
    left_at TIMESTAMP,
    archived_at TIMESTAMP
);
CREATE INDEX employees_left ON employees (left_at);

CREATE TABLE candidates (
    id INTEGER PRIMARY KEY,
    full_name TEXT,
    email TEXT UNIQUE,
    phone TEXT,
    cv_file TEXT,
    received_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP,
    consent_at TIMESTAMP,
    withdrawn_at TIMESTAMP
);
CREATE INDEX candidates_email ON candidates (lower(email));
