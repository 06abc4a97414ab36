//! What the vault promises, run on both engines by the same functions.

#![cfg(test)]

mod crash;
mod epochs;
mod erasure;
mod grounds;
mod holdings;
mod ledger;
mod many;
mod opening;
mod requests;
mod shared;
mod subjects;
mod tail;
mod timelines;
mod together;
mod world;
