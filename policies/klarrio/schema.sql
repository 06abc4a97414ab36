-- The database that store.toml maps, in SQL that PostgreSQL and SQLite both read.
-- Instants are UTC without an offset, `2024-03-01 09:30:00`.

CREATE TABLE vacancies (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL
);

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    held_at TIMESTAMP
);

CREATE TABLE customer_contacts (
    id INTEGER PRIMARY KEY,
    contract_id TEXT NOT NULL,
    full_name TEXT,
    email TEXT UNIQUE,
    phone TEXT,
    created_at TIMESTAMP NOT NULL,
    contract_started_at TIMESTAMP,
    contract_ended_at TIMESTAMP,
    project_ended_at TIMESTAMP,
    publicity_optin_at TIMESTAMP,
    publicity_optout_at TIMESTAMP
);
CREATE INDEX customer_contacts_email ON customer_contacts (lower(email));

CREATE TABLE partner_contacts (
    id INTEGER PRIMARY KEY,
    contract_id TEXT NOT NULL,
    full_name TEXT,
    email TEXT UNIQUE,
    phone TEXT,
    company TEXT,
    created_at TIMESTAMP NOT NULL,
    contract_started_at TIMESTAMP,
    contract_ended_at TIMESTAMP
);
CREATE INDEX partner_contacts_email ON partner_contacts (lower(email));

CREATE TABLE prospects (
    id INTEGER PRIMARY KEY,
    full_name TEXT,
    email TEXT UNIQUE,
    phone TEXT,
    office_address TEXT,
    company TEXT,
    role TEXT,
    created_at TIMESTAMP NOT NULL,
    news_optin_at TIMESTAMP,
    news_optout_at TIMESTAMP,
    events_optin_at TIMESTAMP,
    events_optout_at TIMESTAMP
);
CREATE INDEX prospects_email ON prospects (lower(email));
CREATE INDEX prospects_created ON prospects (created_at);

CREATE TABLE enquiries (
    id INTEGER PRIMARY KEY,
    full_name TEXT,
    email TEXT NOT NULL,
    phone TEXT,
    message TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    answered_at TIMESTAMP,
    consent_at TIMESTAMP,
    withdrawn_at TIMESTAMP
);
CREATE INDEX enquiries_email ON enquiries (lower(email));

CREATE TABLE document_requests (
    id INTEGER PRIMARY KEY,
    full_name TEXT,
    email TEXT NOT NULL,
    resource TEXT NOT NULL,
    requested_at TIMESTAMP NOT NULL,
    consent_at TIMESTAMP,
    withdrawn_at TIMESTAMP
);
CREATE INDEX document_requests_email ON document_requests (lower(email));

CREATE TABLE contest_entries (
    id INTEGER PRIMARY KEY,
    full_name TEXT,
    email TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    consent_at TIMESTAMP,
    withdrawn_at TIMESTAMP
);
CREATE INDEX contest_entries_email ON contest_entries (lower(email));

CREATE TABLE applicants (
    id INTEGER PRIMARY KEY,
    vacancy_id INTEGER REFERENCES vacancies (id),
    full_name TEXT,
    email TEXT NOT NULL,
    phone TEXT,
    home_address TEXT,
    cv_file TEXT,
    further TEXT,
    applied_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP,
    consent_at TIMESTAMP,
    withdrawn_at TIMESTAMP
);
CREATE INDEX applicants_email ON applicants (lower(email));

CREATE TABLE registrations (
    id INTEGER PRIMARY KEY,
    event_id INTEGER REFERENCES events (id),
    full_name TEXT,
    email TEXT NOT NULL,
    company TEXT,
    event_name TEXT,
    registered_at TIMESTAMP NOT NULL,
    held_at TIMESTAMP,
    followup_optin_at TIMESTAMP,
    followup_optout_at TIMESTAMP
);
CREATE INDEX registrations_email ON registrations (lower(email));

CREATE TABLE invoices (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES customer_contacts (id),
    number TEXT NOT NULL UNIQUE,
    addressee TEXT NOT NULL,
    address TEXT NOT NULL,
    amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
    account_number TEXT,
    issued_at TIMESTAMP
);
CREATE INDEX invoices_contact ON invoices (contact_id);
CREATE INDEX invoices_issued ON invoices (issued_at);

CREATE TABLE employees (
    id INTEGER PRIMARY KEY,
    full_name TEXT,
    email TEXT UNIQUE,
    home_address TEXT,
    born_on DATE,
    job_function TEXT,
    hours INTEGER,
    register_number TEXT,
    account_number TEXT,
    wage_cents INTEGER,
    started_at TIMESTAMP NOT NULL,
    left_at TIMESTAMP,
    archived_at TIMESTAMP
);
CREATE INDEX employees_email ON employees (lower(email));
CREATE INDEX employees_left ON employees (left_at);

CREATE TABLE trainings (
    id INTEGER PRIMARY KEY,
    employee_id INTEGER NOT NULL REFERENCES employees (id),
    course TEXT NOT NULL,
    followed_on TIMESTAMP NOT NULL
);
CREATE INDEX trainings_employee ON trainings (employee_id);

CREATE TABLE visitor_log (
    id INTEGER PRIMARY KEY,
    badge TEXT NOT NULL UNIQUE,
    full_name TEXT,
    company TEXT,
    host TEXT,
    arrived_at TIMESTAMP NOT NULL,
    left_at TIMESTAMP
);
CREATE INDEX visitor_log_arrived ON visitor_log (arrived_at);
