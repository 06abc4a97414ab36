//! Deadlines (filled next).
