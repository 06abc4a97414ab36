//! What a retention sentence makes of events (filled next).
