//! The kinds of acts and what may come of them, with the numbers under which they are written.
//!
//! Numbers are for ever: a kind may be added, never renumbered. Not here: acts without a person
//! and without a secret (`system`).

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $number:literal $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$item_doc])* $item,)+
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: &[Self] = &[$(Self::$item),+];

            /// The number under which it is written.
            pub const fn number(self) -> u64 {
                match self { $(Self::$item => $number,)+ }
            }

            /// The one with this number, if there is one.
            pub const fn from_number(number: u64) -> Option<Self> {
                match number { $($number => Some(Self::$item),)+ _ => None }
            }

            /// Its word, as pages and JSON show it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$item => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.pad(self.word())
            }
        }
    };
}

numbered! {
    /// What was done. Questions (`Decided`, `Audience`) are entries too, one a call.
    Kind {
        /// Data were collected (13, 14).
        Collected = 1 "collected",
        /// Consent was given (Art. 7).
        ConsentGiven = 2 "consent-given",
        /// Consent was withdrawn (7(3)).
        ConsentWithdrawn = 3 "consent-withdrawn",
        /// The person objected (21).
        Objected = 4 "objected",
        /// An objection was upheld or rejected.
        ObjectionDecided = 5 "objection-decided",
        /// The person was told of something (13, 14, 18(3), 19, 34).
        Told = 6 "told",
        /// Values were opened for a use.
        Read = 10 "read",
        /// The person was contacted.
        Contacted = 11 "contacted",
        /// Data were disclosed to a recipient.
        Disclosed = 12 "disclosed",
        /// Whether a use is allowed was asked.
        Decided = 13 "decided",
        /// Which people may be used for a purpose was asked.
        Audience = 14 "audience",
        /// An event was recorded that grounds depend on: a contract's end, a last contact.
        Recorded = 15 "recorded",
        /// A request moved: received, paused, extended, answered (12).
        RequestStep = 20 "request-step",
        /// A report or an export was made (15, 20).
        ReportMade = 21 "report-made",
        /// An erasure is about to be carried out in a store (17).
        ErasureIntended = 22 "erasure-intended",
        /// An erasure was carried out, with what the second look found.
        ErasureDone = 23 "erasure-done",
        /// A correction is about to be carried out (16).
        RectificationIntended = 24 "rectification-intended",
        /// A correction was carried out.
        RectificationDone = 25 "rectification-done",
        /// A retention sweep is about to be carried out (5(1)(e)).
        SweepIntended = 30 "sweep-intended",
        /// A retention sweep was carried out.
        SweepDone = 31 "sweep-done",
        /// Processing was restricted (18).
        RestrictionPlaced = 40 "restriction-placed",
        /// A restriction was lifted.
        RestrictionLifted = 41 "restriction-lifted",
        /// A person's data were put under a hold (17(3)(e)).
        HoldPlaced = 42 "hold-placed",
        /// A person's data were released from a hold.
        HoldReleased = 43 "hold-released",
        /// Somebody signed in.
        SignedIn = 50 "signed-in",
        /// Somebody tried to sign in.
        SignInRefused = 51 "sign-in-refused",
        /// Somebody signed out.
        SignedOut = 52 "signed-out",
        /// The promises were audited.
        Audited = 60 "audited",
        /// An incident was recorded or moved (33, 34).
        Incident = 61 "incident",
    }
}

numbered! {
    /// What came of it.
    Outcome {
        /// It is about to be done; `done` or `failed` follows.
        Intended = 1 "intended",
        /// It was done.
        Done = 2 "done",
        /// It was done in part; the second look says how far.
        Partly = 3 "partly",
        /// It could not be done.
        Failed = 4 "failed",
        /// The question was answered with yes.
        Allowed = 5 "allowed",
        /// The question was answered with no, or the act was refused.
        Refused = 6 "refused",
    }
}
