-- The database that store.toml maps, in SQL that PostgreSQL and SQLite both read.
-- Instants are UTC without an offset, `2024-03-01 09:30:00`.

CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    contract_id TEXT NOT NULL UNIQUE,
    full_name TEXT,
    email TEXT NOT NULL UNIQUE,
    phone TEXT,
    address TEXT,
    company TEXT,
    question TEXT,
    username TEXT,
    password_hash TEXT,
    created_at TIMESTAMP NOT NULL,
    contract_started_at TIMESTAMP,
    contract_ended_at TIMESTAMP,
    mail_optin_at TIMESTAMP,
    mail_optout_at TIMESTAMP,
    analysis_optin_at TIMESTAMP,
    analysis_optout_at TIMESTAMP,
    sharing_optin_at TIMESTAMP,
    sharing_optout_at TIMESTAMP
);
CREATE INDEX customers_email ON customers (lower(email));
CREATE INDEX customers_ended ON customers (contract_ended_at);

CREATE TABLE usage (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    online_minutes INTEGER,
    volume INTEGER,
    measured_at TIMESTAMP NOT NULL
);
CREATE INDEX usage_customer ON usage (customer_id);
CREATE INDEX usage_measured ON usage (measured_at);

CREATE TABLE invoices (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    number TEXT NOT NULL UNIQUE,
    amount_cents INTEGER NOT NULL,
    issued_at TIMESTAMP
);
CREATE INDEX invoices_customer ON invoices (customer_id);
CREATE INDEX invoices_issued ON invoices (issued_at);

CREATE TABLE recordings (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    tag TEXT,
    mail_text TEXT,
    call_file TEXT,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX recordings_customer ON recordings (customer_id);
CREATE INDEX recordings_recorded ON recordings (recorded_at);

CREATE TABLE line_orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    line TEXT,
    status TEXT,
    received_at TIMESTAMP NOT NULL
);
CREATE INDEX line_orders_customer ON line_orders (customer_id);

CREATE TABLE leads (
    id INTEGER PRIMARY KEY,
    full_name TEXT,
    email TEXT NOT NULL UNIQUE,
    received_at TIMESTAMP NOT NULL,
    consent_at TIMESTAMP,
    withdrawn_at TIMESTAMP
);
CREATE INDEX leads_email ON leads (lower(email));

CREATE TABLE problem_reports (
    id INTEGER PRIMARY KEY,
    full_name TEXT,
    email TEXT NOT NULL,
    problem TEXT NOT NULL,
    reported_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP
);
CREATE INDEX problem_reports_email ON problem_reports (lower(email));
