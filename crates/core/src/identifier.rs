//! Identifiers of people and when two of them are the same (helper fills).
