//! The gate: may these fields of this person be collected, read, used to make contact, disclosed or
//! decided about by machine, for this purpose, now?
//!
//! A [`Gate`] is a policy made ready for many questions, a [`View`] a person's standing made ready
//! for it; [`Gate::decide`] compares the two without allocating. The answer is never wider than
//! [`Standing::may_use`](crate::standing::Standing::may_use): a property test holds the two together. Not here: how a standing comes
//! about (`standing`), and who wrote down that a question was asked (`kept-engine`).

mod answer;
mod bits;
pub mod demand;
mod gate;
pub mod origin;
mod question;
mod recipient;
pub mod secrecy;
mod view;

#[cfg(test)]
mod tests;

pub use answer::{Allowed, Answer, Refusal};
pub use gate::{Gate, bits_of};
pub use question::{Act, Aim, Exception, FieldId, PeopleId, PurposeId, Question, RecipientId, RoleId};
pub use recipient::refusal as recipient_refusal;
pub use view::{View, human_asked};
