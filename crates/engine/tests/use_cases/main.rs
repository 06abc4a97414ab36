//! The use cases over real stores of both engines, made by each test: what is asked of them, what
//! goes wrong, and what the promises say.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's own set-up may fail loudly"
)]

mod again;
mod at_hand;
mod auditing;
mod auditing_acts;
mod auditing_slow;
mod bad_input;
mod changed_policy;
mod columns;
mod drawn;
mod earlier_versions;
mod encrypted;
mod erasing;
mod foretold;
mod giving;
mod guarding;
mod in_postgres;
mod labelled;
mod marking;
mod overtaken;
mod own_periods;
mod own_told;
mod promises;
mod promises_alike;
mod promises_arms;
mod promises_california;
mod promises_disclosure;
mod promises_emergency;
mod promises_keeping;
mod promises_marketing;
mod promises_more;
mod promises_objecting;
mod promises_origin;
mod promises_partners;
mod promises_transfers;
mod promises_units;
mod proving;
mod reaching;
mod reasons;
mod recording;
mod records;
mod reporting;
mod rows;
mod spread;
mod sweeping;
mod telling;
mod telling_later;
mod together;
mod unread_consents;
mod why_says;
mod world;
mod written_back;
