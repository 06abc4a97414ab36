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
    if needs_link(policy, message, channel) && !seen(template).iter().any(|part| part.contains(PLACE_OF_LINK))
    {
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

/// Elements whose text runs to their own end, whatever it holds, and is not shown in the message.
const UNSEEN: [&str; 3] = ["style", "script", "title"];

/// The parts of a template that somebody sees: its text and its tags, without comments, without what
/// stands in [`UNSEEN`] elements, and without what stands in `template` elements, which may be nested.
/// One walk from the first sign to the last.
fn seen(template: &str) -> Vec<&str> {
    let mut seen = Vec::new();
    let (mut rest, mut depth) = (template, 0_usize);
    while !rest.is_empty() {
        let (text, after) = rest.split_once('<').unwrap_or((rest, ""));
        let (tag, behind) = tag(after);
        let name = name(tag).to_ascii_lowercase();
        let unseen = UNSEEN.contains(&name.as_str());
        if depth == 0 {
            seen.push(text);
            seen.extend(Some(tag).filter(|_| !unseen && name != "template"));
        }
        let ends = tag.starts_with('/');
        match name.as_str() {
            "template" if ends => depth = depth.saturating_sub(1),
            "template" => depth = depth.saturating_add(1),
            _ => {}
        }
        rest = if unseen && !ends { behind_end(behind, &name) } else { behind };
    }
    seen
}

/// The tag that begins behind a `<`, and what follows it. The tag is empty for a comment, a declaration
/// and a `<` of plain text. One that never ends is taken as text: so is the rest of a short message.
fn tag(after: &str) -> (&str, &str) {
    if after.starts_with("!--") {
        // `<!-->` is a whole comment: its end may use the dashes of its beginning.
        return ("", after.split_once("-->").map_or("", |(_, behind)| behind));
    }
    if after.starts_with(['!', '?']) {
        return ("", after.split_once('>').map_or("", |(_, behind)| behind));
    }
    let begins = after.strip_prefix('/').unwrap_or(after);
    if !begins.starts_with(|sign: char| sign.is_ascii_alphabetic()) {
        return ("", after);
    }
    let (mut quote, mut last) = (None, ' ');
    let is_end = |sign: char| {
        match quote {
            None if sign == '>' => return true,
            // A quotation mark is one only where a value begins.
            None if last == '=' && matches!(sign, '"' | '\'') => quote = Some(sign),
            Some(open) if sign == open => quote = None,
            _ => {}
        }
        last = if sign.is_whitespace() { last } else { sign };
        false
    };
    after.split_once(is_end).unwrap_or((after, ""))
}

fn name(tag: &str) -> &str {
    let tag = tag.strip_prefix('/').unwrap_or(tag);
    tag.split(|sign: char| sign.is_whitespace() || sign == '/').next().unwrap_or_default()
}

/// What follows the end of an element whose text holds no tags.
fn behind_end<'t>(text: &'t str, element: &str) -> &'t str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        let (word, follows) = after.split_at_checked(element.len()).unwrap_or_default();
        let whole = follows.starts_with(|sign: char| sign.is_whitespace() || matches!(sign, '/' | '>'));
        if whole && word.eq_ignore_ascii_case(element) {
            return tag(after).1;
        }
        rest = after;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::{PLACE_OF_LINK, seen};

    fn has_link(template: &str) -> bool {
        seen(template).iter().any(|part| part.contains(PLACE_OF_LINK))
    }

    #[test]
    fn what_stands_in_a_comment_is_not_seen() {
        assert_eq!(seen("a<!-- b -->c<!--d--> e").concat(), "ac e");
        assert_eq!(seen("a <!-- never closed").concat(), "a ");
        assert_eq!(seen("plain").concat(), "plain");
        assert!(!has_link("<!-- > {{unsubscribe}} -->") && !has_link("<!DOCTYPE {{unsubscribe}}>"));
        assert!(!has_link("{{unsub<!-- -->scribe}}"), "a comment joins nothing");
    }

    #[test]
    fn a_link_in_an_element_that_nobody_sees_is_none() {
        for template in [
            "<style>{{unsubscribe}}</style>",
            "<STYLE type='text/css'>a > b { } {{unsubscribe}}</Style >",
            "<script>let a = '<b>'; '</styles>'; {{unsubscribe}}</script>",
            "<script>'</scripted> {{unsubscribe}}'</script>",
            "<title>{{unsubscribe}}</title><p>News</p>",
            "<title\n>{{unsubscribe}}</title/><p>News</p>",
            "<style>{{unsubscribe}}",
            "<style data-x='{{unsubscribe}}'></style>",
            "<template><a href=\"{{unsubscribe}}\">Stop</a></template>",
            "<template><template></template>{{unsubscribe}}</template>",
            "<template><style></template></style>{{unsubscribe}}</template>",
            "<template a=\"</template>\">{{unsubscribe}}</template>",
            "<style><!--</style><!-- {{unsubscribe}} -->",
        ] {
            assert!(!has_link(template), "{template}");
        }
    }

    #[test]
    fn a_link_outside_of_them_is_seen() {
        for template in [
            "<a title=\"<!--\" href=\"{{unsubscribe}}\">Stop</a>",
            "<a title = '<style>' href={{unsubscribe}}>Stop</a>",
            "<p title=\"<template>\">{{unsubscribe}}</p>",
            "<style>a::before { content: '<!--' }</style>{{unsubscribe}}",
            "<title>News</title><script>1 < 2</script><p>{{unsubscribe}}</p>",
            "<template>x</template></template>{{unsubscribe}}",
            "<styled>{{unsubscribe}}</styled>",
            "<!--[if !mso]><!--><a href=\"{{unsubscribe}}\">Stop</a><!--<![endif]-->",
            "<!DOCTYPE html><!-->{{unsubscribe}}",
            "<p don't>{{unsubscribe}}<!-- it's -->",
            "I <3 you, a<b. Stop: {{unsubscribe}}",
            "\u{e9}t\u{e9} <\u{e9}> {{unsubscribe}}",
        ] {
            assert!(has_link(template), "{template}");
        }
    }

    #[test]
    fn a_long_template_of_beginnings_is_read_once() {
        for part in
            ["<", "<!", "<!--", "<a", "<a b=\"", "</", "<style>", "<style></", "<template>", "<title></title"]
        {
            assert!(!has_link(&part.repeat(200_000)), "{part}");
        }
    }
}
