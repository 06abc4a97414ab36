//! Links of recipients to contracts: who looks after which one, since when and until when.
//!
//! Not here: what a link lets go (`decision`).

use crate::name::{EventKind, RecipientName};
use crate::timeline::{Happening, Occasion};

use super::{Admitted, Desk, Refused};

/// A recipient begins or ends to look after a contract.
pub(super) fn link(
    desk: &Desk<'_>,
    event: &EventKind,
    (recipient, about): (&RecipientName, &Occasion),
) -> Result<Admitted, Refused> {
    let unknown = || Refused::NoRecipient(recipient.clone());
    let (kind, member) = desk.policy.recipient(recipient).ok_or_else(unknown)?;
    if kind.linked_to.is_none() {
        return Err(Refused::NotLinked(recipient.clone()));
    }
    if member.is_none() && !kind.members.is_empty() {
        return Err(Refused::NoMember(recipient.clone()));
    }
    if !matches!(about, Occasion::Contract(_)) {
        return Err(Refused::NoContract);
    }
    let recipient = recipient.clone();
    let what = match event.as_str() {
        "linked" => Happening::Linked { recipient },
        "unlinked" => Happening::Unlinked { recipient },
        _ => return Err(Refused::NoEvent(event.clone(), desk.kinds_in_words())),
    };
    Ok(desk.admitted(vec![desk.event(about.clone(), Vec::new(), what)]))
}
