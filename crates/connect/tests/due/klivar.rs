//! Klivar.
