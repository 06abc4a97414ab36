-- The database that store.toml maps, in SQL that PostgreSQL and SQLite both read.
-- Instants are UTC without an offset, `2024-03-01 09:30:00`.

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    surname TEXT,
    first_name TEXT,
    email TEXT NOT NULL UNIQUE,
    phone TEXT,
    photo_file TEXT,
    created_at TIMESTAMP NOT NULL,
    contract_ended_at TIMESTAMP,
    deleted_at TIMESTAMP,
    last_seen_at TIMESTAMP,
    news_optin_at TIMESTAMP,
    news_optout_at TIMESTAMP,
    events_optin_at TIMESTAMP,
    events_optout_at TIMESTAMP
);
CREATE INDEX users_email ON users (lower(email));
CREATE INDEX users_deleted ON users (deleted_at);

CREATE TABLE boards (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    content TEXT,
    image_file TEXT,
    video_file TEXT,
    link TEXT,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX boards_user ON boards (user_id);

CREATE TABLE contracts (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    surname TEXT,
    first_name TEXT,
    email TEXT NOT NULL UNIQUE,
    postal_address TEXT,
    phone TEXT,
    billing_address TEXT,
    card TEXT,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    account_deleted_at TIMESTAMP,
    archived_at TIMESTAMP
);
CREATE INDEX contracts_email ON contracts (lower(email));
CREATE INDEX contracts_ended ON contracts (ended_at);

CREATE TABLE support_cases (
    id INTEGER PRIMARY KEY,
    surname TEXT,
    first_name TEXT,
    phone TEXT,
    email TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP
);
CREATE INDEX support_cases_email ON support_cases (lower(email));

CREATE TABLE participants (
    id INTEGER PRIMARY KEY,
    surname TEXT,
    first_name TEXT,
    phone TEXT,
    badge TEXT NOT NULL UNIQUE,
    registered_at TIMESTAMP NOT NULL
);
CREATE INDEX participants_registered ON participants (registered_at);

CREATE TABLE trainees (
    id INTEGER PRIMARY KEY,
    surname TEXT,
    first_name TEXT,
    postal_address TEXT,
    email TEXT NOT NULL,
    trained_at TIMESTAMP NOT NULL
);
CREATE INDEX trainees_email ON trainees (lower(email));

CREATE TABLE applicants (
    id INTEGER PRIMARY KEY,
    surname TEXT,
    first_name TEXT,
    email TEXT NOT NULL,
    phone TEXT,
    applied_at TIMESTAMP NOT NULL
);
CREATE INDEX applicants_email ON applicants (lower(email));

CREATE TABLE subscribers (
    id INTEGER PRIMARY KEY,
    full_name TEXT,
    email TEXT NOT NULL UNIQUE,
    subscribed_at TIMESTAMP NOT NULL,
    last_contact_at TIMESTAMP,
    unsubscribed_at TIMESTAMP,
    events_optin_at TIMESTAMP,
    events_optout_at TIMESTAMP
);
CREATE INDEX subscribers_email ON subscribers (lower(email));
CREATE INDEX subscribers_contact ON subscribers (last_contact_at);

CREATE TABLE visits (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    ip_address TEXT,
    system TEXT,
    browser TEXT,
    language TEXT,
    connected_at TIMESTAMP NOT NULL
);
CREATE INDEX visits_user ON visits (user_id);
CREATE INDEX visits_connected ON visits (connected_at);

CREATE TABLE rights_requests (
    id INTEGER PRIMARY KEY,
    user_id INTEGER REFERENCES users (id),
    request TEXT NOT NULL,
    answer TEXT,
    paper_file TEXT,
    received_at TIMESTAMP NOT NULL,
    verified_at TIMESTAMP,
    closed_at TIMESTAMP
);
CREATE INDEX rights_requests_user ON rights_requests (user_id);
