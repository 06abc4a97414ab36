//! Whether a template may be sent: whoever gets a message that they can refuse finds in it a link by which
//! they do (7(3), 21(4); Directive 2002/58/EC, 13(4)). Not here: to whom it may be sent (`decision`).

use crate::policy::Policy;
use crate::policy::model::{Channel, Message, MessageClass};

use super::Refused;

/// What stands in a template in the place of each person's own link.
pub const PLACE_OF_LINK: &str = "{{unsubscribe}}";

/// Looks at the template of a message of the policy before it goes out by a channel.
///
/// # Errors
/// [`Refused`] for a message or a channel that the policy does not have, and for a template without the
/// place of the link where the message needs one.
pub fn check_template<'p>(
    policy: &'p Policy,
    (name, channel): (&str, Channel),
    template: &str,
) -> Result<&'p Message, Refused> {
    let message = policy.messages.get(name).ok_or_else(|| Refused::NoMessage(name.to_owned()))?;
    if !message.channels.is_empty() && !message.channels.contains(&channel) {
        return Err(Refused::NotByMessage(name.to_owned(), channel));
    }
    if needs_link(policy, message, channel) && !seen(template).contains(PLACE_OF_LINK) {
        return Err(Refused::NoUnsubscribeLink(name.to_owned()));
    }
    Ok(message)
}

/// Marketing does, and what a purpose says people may refuse in each message, wherever there is text.
fn needs_link(policy: &Policy, message: &Message, channel: Channel) -> bool {
    let purpose = policy.purposes.get(&message.purpose);
    let refusable = purpose.is_some_and(|purpose| purpose.is_marketing() || purpose.unsubscribe);
    channel != Channel::Phone && (message.class == MessageClass::Marketing || refusable)
}

/// The template without its comments (`<!-- … -->`), which nobody sees.
fn seen(template: &str) -> String {
    let mut seen = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("<!--") {
        seen.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    seen + rest
}

#[cfg(test)]
mod tests {
    use super::seen;

    #[test]
    fn what_stands_in_a_comment_is_not_seen() {
        assert_eq!(seen("a<!-- b -->c<!--d--> e"), "ac e");
        assert_eq!(seen("a <!-- never closed"), "a ");
        assert_eq!(seen("plain"), "plain");
    }
}
