//! Codes about messages that are sent to people.

use super::codes;
use crate::policy::check::Judge;
use crate::policy::model::{Message, MessageClass};

codes! {
    NO_PURPOSE "message/no-purpose" Error "Art. 5(1)(b) GDPR"
        "A message uses an address for something, so it names the purpose that it serves. Without one nobody can say on which basis it is sent, and it is not. Name the purpose."
    UNKNOWN_PURPOSE "message/unknown-purpose" Error -
        "The message serves a purpose that the policy does not declare, so nobody can say on which basis it is sent. Correct the name, or declare the purpose."
    UNKNOWN_PEOPLE "message/unknown-people" Error -
        "The message goes to a kind of people that the policy does not declare, so it would reach nobody of that kind. Correct the name, or say under `[people]` who they are."
    UNEXPLAINED "message/unexplained" Warning "Art. 21(2) GDPR"
        "A message is called essential and nothing says why. The word takes a message out of reach of an objection, so each needs a reason: what the person asked for, or which contract it belongs to. Write `why`."
    MARKETING_CALLED_ESSENTIAL "message/marketing-called-essential" Error "Art. 21(2)-(3) GDPR"
        "The message is called essential and serves a purpose that is direct marketing. Mixed content is marketing, and whoever objected must not receive it. Write `class = \"marketing\"`, or name the purpose that it really serves."
    NOT_MARKETING "message/not-marketing" Error "Art. 21(2) GDPR"
        "The message is marketing and serves a purpose that is none, so nobody who objects to marketing would be spared. Name a marketing purpose, or give the purpose its `marketing` channels."
    OTHER_CHANNEL "message/other-channel" Error "Art. 6(1)(a), 21(2) GDPR"
        "The message goes by a channel that its purpose does not name, so consent and objection for that channel were never asked for. Add the channel to the purpose, or take it from the message."
    OTHER_PEOPLE "message/other-people" Error "Art. 5(1)(b) GDPR"
        "The message goes to people whom its purpose does not concern, so there is no ground for sending it to them. Add them to the purpose, or take them from the message."
}

/// Messages against the purposes that they serve.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for message in judge.policy.messages.values() {
        class(judge, message);
        reach(judge, message);
    }
}

fn class(judge: &mut Judge<'_>, message: &Message) {
    let path = format!("message.{}", message.id);
    let marketing =
        judge.policy.purposes.get(&message.purpose).map(crate::policy::model::Purpose::is_marketing);
    match (message.class, marketing) {
        (MessageClass::Essential, Some(true)) => {
            let found = format!("`{}` serves `{}`, which is marketing", message.id, message.purpose);
            judge.say(
                &MARKETING_CALLED_ESSENTIAL,
                &format!("{path}.class"),
                found,
                "write `class = \"marketing\"`",
            );
        }
        (MessageClass::Essential, _) if message.why.is_none() => {
            let found = format!("nothing says why `{}` is essential", message.id);
            judge.say(&UNEXPLAINED, &format!("{path}.why"), found, "write `why = \"…\"`");
        }
        (MessageClass::Marketing, Some(false)) => {
            let found = format!("`{}` is marketing, and `{}` is not", message.id, message.purpose);
            judge.say(&NOT_MARKETING, &format!("{path}.purpose"), found, "name a purpose with `marketing`");
        }
        _ => {}
    }
}

fn reach(judge: &mut Judge<'_>, message: &Message) {
    let path = format!("message.{}", message.id);
    let policy = judge.policy;
    let Some(purpose) = policy.purposes.get(&message.purpose) else { return };
    if message.class == MessageClass::Marketing
        && purpose.is_marketing()
        && message.channels.iter().any(|channel| !purpose.marketing.contains(channel))
    {
        let found = format!("`{}` goes by a channel that `{}` does not name", message.id, purpose.name);
        judge.say(
            &OTHER_CHANNEL,
            &format!("{path}.channels"),
            found,
            "add it to the purpose, or take it out",
        );
    }
    let strangers = message.people.iter().find(|kind| !purpose.people.contains(kind));
    if let Some(kind) = strangers.filter(|_| !purpose.people.is_empty()) {
        let found = format!("`{}` goes to `{kind}`, whom `{}` does not concern", message.id, purpose.name);
        judge.say(
            &OTHER_PEOPLE,
            &format!("{path}.people"),
            found,
            "add them to the purpose, or take them out",
        );
    }
}
