//! The company's databases behind one trait (being filled).

pub mod private_postgres;
