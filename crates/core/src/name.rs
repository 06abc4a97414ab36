//! Names that a policy gives to things, as distinct types, so that a purpose is never taken for a
//! category. A name is cheap to clone and compares by its text.
//!
//! Not here: the rules for which names a policy may use (`policy`).

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as the policy writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(Arc::from(text))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(Arc::from(text))
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{:?}", &*self.0)
            }
        }
    )+};
}

names! {
    /// A controller: who decides why and how data are processed (Art. 4(7)).
    ControllerName,
    /// A kind of people whose data the policy covers: `user`, `prospect`.
    PersonKind,
    /// A category of personal data: `identification`, `billing`.
    CategoryName,
    /// A field within a category: `email` of `identification`.
    FieldName,
    /// A purpose of processing (Art. 5(1)(b)).
    PurposeName,
    /// A recipient or a kind of recipients (Art. 4(9)).
    RecipientName,
    /// A kind of dated event: `contract-end`, `last-contact`.
    EventKind,
    /// A webhook.
    WebhookName,
    /// A role of staff: `support`, `legal`.
    RoleName,
    /// A store: a database that holds personal data.
    StoreName,
    /// A table of a store, by the name the policy gives it.
    TableName,
    /// A column of a table, exactly as the database spells it.
    ColumnName,
    /// A kind of identifier by which a person is found: `email`, `customer-number`.
    IdentifierKind,
    /// A language by its two-letter code: `en`, `fr`, `nl`.
    Language,
    /// A case, request, hold or restriction, by the number under which it is filed.
    CaseId,
}
