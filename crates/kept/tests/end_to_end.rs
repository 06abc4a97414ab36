//! The built command on the made-up company: what a person at a terminal sees, and what is left in
//! the databases afterwards.

#[cfg(test)]
mod end_to_end {
    mod agreed;
    mod anonymous;
    mod answers;
    mod bad_input;
    mod bound_keys;
    mod by_row;
    mod client;
    mod clock;
    mod company;
    mod controllers;
    mod cookies;
    mod documents;
    mod dribbling;
    mod erasure;
    mod explained;
    mod files;
    mod frozen;
    #[cfg(debug_assertions)]
    mod killed;
    mod language;
    mod ledger;
    mod manners;
    mod masked;
    mod music_shop;
    mod naming;
    mod quiet;
    mod records;
    mod reports;
    mod restricting;
    mod retention;
    mod scanning;
    mod screening;
    mod secret;
    mod serving;
    mod storm;
    mod unsubscribing;
    mod versions;
    mod watching;
    mod webhooks;
}
