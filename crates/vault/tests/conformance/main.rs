//! What the vault promises, run on both engines by the same functions.

mod crash;
mod erasure;
mod grounds;
mod opening;
mod requests;
mod subjects;
mod timelines;
mod together;
mod world;
