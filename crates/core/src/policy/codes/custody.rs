//! Codes about data held for others, as a processor.

use super::codes;
use crate::policy::check::Judge;
use crate::policy::model::{Custody, RecipientRole, Retention};

codes! {
    BASIS "custody/basis" Error "Art. 28(3)(a) GDPR"
        "Data held as a processor rest on the customer's instructions. The customer has the legal basis, and a processor that names one of its own becomes a controller (Art. 28(10)). Remove `basis`; if the data serve a purpose of your own, declare that as a `[purpose]`."
    UNKNOWN_DATA "custody/unknown-data" Error -
        "Data of a category that the policy does not declare are said to be held for others. Correct the name, or declare the category; `data` may be left out where the customer decides what there is."
    UNKNOWN_RECIPIENT "custody/unknown-recipient" Error "Art. 28(2) GDPR"
        "A sub-processor is named that the policy does not declare as a recipient, so nobody can say who it is and where. Correct the name, or declare it."
    NO_AGREEMENT "custody/no-agreement" Error "Art. 28(3) GDPR"
        "A processor acts only under a contract with the controller whose data they are. The policy names none, so there is nothing that allows to hold these data. Write `under = \"…\"`."
    NO_CUSTOMER "custody/no-customer" Warning "Art. 30(2)(a) GDPR"
        "The record of a processor names the controllers on whose behalf it acts. The policy does not say for whom these data are held. Write `for` with the kind of customers."
    NO_RETURN "custody/no-return" Error "Art. 28(3)(g) GDPR"
        "When the service ends, a processor returns or erases the data as the controller chooses. The policy does not say what becomes of them. Write `then = \"return or erase\"`."
    NO_PERIOD "custody/no-period" Warning "Art. 28(3), 30(2) GDPR"
        "The duration of the processing is part of the contract with the controller, and the policy does not say how long these data are held. Write `keep`, for instance `for the contract, then 30 days`."
    NO_REQUESTS "custody/no-requests" Warning "Art. 28(3)(e) GDPR"
        "A processor helps the controller to answer people who use their rights. The policy does not say what is done with requests about these data. Write `requests = \"pass on in 2 working days\"`."
    NO_TASKS "custody/no-tasks" Warning "Art. 28(3), 30(2)(b) GDPR"
        "The contract and the record say what is done with the data for the controller. The policy names no task. Write `tasks = [\"…\"]`."
    NOT_A_PROCESSOR "custody/not-a-processor" Error "Art. 28(2), 28(4) GDPR"
        "Customers' data go to a recipient that acts for itself. A processor may engage other processors, bound to the same duties, and may not give the data to anybody who decides about them. Correct the role, or take the recipient out."
    OWN_PURPOSE "custody/own-purpose" Warning "Art. 28(10) GDPR"
        "The same data are held for customers and used for a purpose of one's own. A processor that decides about purposes is a controller for them. Keep the two apart: give customers' data a category of their own."
}

/// What a processor's contract and record hold.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for custody in judge.policy.custody.values() {
        contract(judge, custody);
        handling(judge, custody);
    }
}

fn contract(judge: &mut Judge<'_>, custody: &Custody) {
    let (id, path) = (&custody.id, format!("custody.{}", custody.id));
    if custody.under.is_none() {
        let message = format!("`{id}` is held under no agreement");
        judge.say(&NO_AGREEMENT, &format!("{path}.under"), message, "write `under = \"…\"`");
    }
    if custody.customer.is_none() {
        let message = format!("nothing says for whom `{id}` is held");
        judge.say(&NO_CUSTOMER, &format!("{path}.for"), message, "write `for = \"customer\"`");
    }
    if custody.then.is_none() {
        let message = format!("nothing says what becomes of `{id}` at the end");
        judge.say(&NO_RETURN, &format!("{path}.then"), message, "write `then = \"return or erase\"`");
    }
    if custody.retention == Retention::Missing {
        let message = format!("nothing says how long `{id}` is held");
        judge.say(&NO_PERIOD, &format!("{path}.keep"), message, "write `keep = \"for the contract\"`");
    }
}

fn handling(judge: &mut Judge<'_>, custody: &Custody) {
    let (id, path) = (&custody.id, format!("custody.{}", custody.id));
    if custody.requests.is_none() {
        let message = format!("nothing says what is done with requests about `{id}`");
        let help = "write `requests = \"pass on in 2 working days\"`";
        judge.say(&NO_REQUESTS, &format!("{path}.requests"), message, help);
    }
    if custody.tasks.is_empty() {
        let message = format!("nothing says what is done with `{id}`");
        judge.say(&NO_TASKS, &format!("{path}.tasks"), message, "write `tasks = [\"…\"]`");
    }
    let policy = judge.policy;
    for recipient in custody.recipients.iter().filter_map(|name| policy.recipients.get(name)) {
        if recipient.role != RecipientRole::Processor {
            let message = format!("`{}` receives customers' data and is no processor", recipient.id);
            judge.say(
                &NOT_A_PROCESSOR,
                &format!("{path}.recipients"),
                message,
                "take it out, or correct its role",
            );
        }
    }
    for datum in &custody.data {
        if let Some(purpose) = policy.purposes_of(datum).next() {
            let message = format!("`{datum}` is held for others, and `{}` uses it", purpose.name);
            judge.say(
                &OWN_PURPOSE,
                &format!("{path}.data"),
                message,
                "give customers' data a category of their own",
            );
        }
    }
}
