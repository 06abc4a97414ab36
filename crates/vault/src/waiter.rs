//! A thread that waits until it is told something, once. Not here: who tells, and what.

use std::sync::{Arc, OnceLock};
use std::thread::{self, Thread};

/// Somebody who waits, each told alone: woken all at once they would only wait for each other.
#[derive(Debug)]
pub(crate) struct Waiter<T> {
    thread: Thread,
    told: Arc<OnceLock<T>>,
}

impl<T> Clone for Waiter<T> {
    fn clone(&self) -> Self {
        Self { thread: self.thread.clone(), told: Arc::clone(&self.told) }
    }
}

impl<T: Copy> Waiter<T> {
    /// The thread that asks.
    pub(crate) fn new() -> Self {
        Self { thread: thread::current(), told: Arc::default() }
    }

    /// Tells it; what comes second is not heard.
    pub(crate) fn tell(&self, what: T) {
        // Told already: it goes its way by what it heard first.
        let _ = self.told.set(what);
        self.thread.unpark();
    }

    /// What it is told, once it is.
    pub(crate) fn wait(&self) -> T {
        loop {
            match self.told.get() {
                Some(told) => return *told,
                None => thread::park(),
            }
        }
    }
}
