-- The database that store.toml maps, in SQL that PostgreSQL and SQLite both read.
-- Instants are UTC without an offset, `2024-03-01 09:30:00`.

CREATE TABLE plans (
    id INTEGER PRIMARY KEY,
    label TEXT NOT NULL
);

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    contract_id TEXT NOT NULL UNIQUE,
    plan_id INTEGER REFERENCES plans (id),
    invited_by INTEGER REFERENCES accounts (id),
    full_name TEXT,
    email TEXT UNIQUE,
    company TEXT,
    username TEXT UNIQUE,
    password_hash TEXT,
    settings TEXT,
    created_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    last_seen_at TIMESTAMP,
    archived_at TIMESTAMP,
    newsletter_optin_at TIMESTAMP,
    newsletter_optout_at TIMESTAMP,
    improvement_optin_at TIMESTAMP,
    improvement_optout_at TIMESTAMP,
    beta_optin_at TIMESTAMP,
    beta_optout_at TIMESTAMP
);
CREATE INDEX accounts_email ON accounts (lower(email));
CREATE INDEX accounts_username ON accounts (lower(username));
CREATE INDEX accounts_closed ON accounts (closed_at);
CREATE INDEX accounts_invited_by ON accounts (invited_by);

CREATE TABLE prospects (
    id INTEGER PRIMARY KEY,
    full_name TEXT,
    email TEXT NOT NULL UNIQUE,
    company TEXT,
    created_at TIMESTAMP NOT NULL,
    last_contact_at TIMESTAMP,
    form_consent_at TIMESTAMP,
    optin_at TIMESTAMP,
    optout_at TIMESTAMP
);
CREATE INDEX prospects_email ON prospects (lower(email));
CREATE INDEX prospects_last_contact ON prospects (last_contact_at);

CREATE TABLE contact_messages (
    id INTEGER PRIMARY KEY,
    prospect_id INTEGER NOT NULL REFERENCES prospects (id),
    subject TEXT,
    body TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL
);
CREATE INDEX contact_messages_prospect ON contact_messages (prospect_id);
CREATE INDEX contact_messages_received ON contact_messages (received_at);

CREATE TABLE invoices (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    contract_id TEXT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    addressee TEXT NOT NULL,
    address TEXT NOT NULL,
    amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
    issued_at TIMESTAMP
);
CREATE INDEX invoices_account ON invoices (account_id);

CREATE TABLE invoice_lines (
    id INTEGER PRIMARY KEY,
    invoice_id INTEGER NOT NULL REFERENCES invoices (id),
    label TEXT NOT NULL,
    amount_cents INTEGER NOT NULL
);
CREATE INDEX invoice_lines_invoice ON invoice_lines (invoice_id);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    sender_id INTEGER REFERENCES accounts (id),
    recipient_id INTEGER REFERENCES accounts (id),
    subject TEXT,
    body TEXT,
    sent_at TIMESTAMP NOT NULL
);
CREATE INDEX messages_sender ON messages (sender_id);
CREATE INDEX messages_recipient ON messages (recipient_id);

CREATE TABLE support_notes (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    question TEXT,
    comment TEXT,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX support_notes_account ON support_notes (account_id);

CREATE TABLE usage_events (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    function_used TEXT NOT NULL,
    visited_at TIMESTAMP NOT NULL
);
CREATE INDEX usage_events_account ON usage_events (account_id);
CREATE INDEX usage_events_visited ON usage_events (visited_at);

CREATE TABLE beta_reports (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    report TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX beta_reports_account ON beta_reports (account_id);

CREATE TABLE access_log (
    id INTEGER PRIMARY KEY,
    account_id INTEGER REFERENCES accounts (id),
    action TEXT NOT NULL,
    object TEXT,
    ip_address TEXT,
    user_agent TEXT,
    happened_at TIMESTAMP NOT NULL
);
CREATE INDEX access_log_account ON access_log (account_id);
CREATE INDEX access_log_happened ON access_log (happened_at);

CREATE TABLE rights_requests (
    id INTEGER PRIMARY KEY,
    account_id INTEGER REFERENCES accounts (id),
    request TEXT NOT NULL,
    answer TEXT,
    received_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP
);
CREATE INDEX rights_requests_account ON rights_requests (account_id);
CREATE INDEX rights_requests_received ON rights_requests (received_at);
