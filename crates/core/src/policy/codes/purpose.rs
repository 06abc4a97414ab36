//! Codes about purposes and their legal bases.

use super::codes;
use crate::policy::check::Judge;
use crate::policy::model::{Basis, OccasionKind, Purpose};

mod arms;
mod fit;
mod frozen;
mod uses;

codes! {
    UNKNOWN_BASIS "purpose/unknown-basis" Error "Art. 6(1) GDPR"
        "The law knows six legal bases and this word is none of them. Write `consent`, `contract`, `legal-obligation`, `vital-interest`, `public-task` or `legitimate-interest`; the last four name the law, the task or the interest in a table."
    TWO_BASES "purpose/two-bases" Warning "Art. 6(1), 13(1)(c) GDPR"
        "The purpose names several bases. People's rights follow from the basis: consent can be withdrawn, an interest can be objected to, a legal duty neither. So one basis leads, the one that allows least, until the purpose is split into one for each."
    UNKNOWN_CONTROLLER "purpose/unknown-controller" Error -
        "The purpose is answered for by a controller that the policy does not declare. Until the name is known the leading controller stands in. Correct the name, or declare the controller."
    UNKNOWN_PEOPLE "purpose/unknown-people" Error -
        "The purpose concerns a kind of people that the policy does not declare, so it would reach nobody of that kind. Correct the name, or say under `[people]` who they are."
    UNKNOWN_DATA "purpose/unknown-data" Error -
        "The purpose needs a category, a field or a group that the policy does not declare. The list of data is closed: what is not declared is not collected. Correct the name, or declare the category."
    UNKNOWN_RECIPIENT "purpose/unknown-recipient" Error "Art. 13(1)(e) GDPR"
        "The purpose gives data to a recipient that the policy does not declare, so people would not be told who receives their data. Correct the name, or declare the recipient with role and country."
    UNKNOWN_SOURCE "purpose/unknown-source" Error "Art. 14(2)(f) GDPR"
        "The purpose joins data with those of a source that the policy does not declare. Correct the name, or declare the source with what it gives."
    UNKNOWN_EVENT "purpose/unknown-event" Error -
        "The purpose starts with an event that the policy does not know, so it would never begin. Use a built-in event, or declare your own as `[event.name]`."
    UNKNOWN_ROLE "purpose/unknown-role" Error -
        "The archive of the purpose is open to a role that the policy does not declare, so it would be open to nobody. Correct the name, or declare the role."
    UNKNOWN_SPECIAL "purpose/unknown-special" Error -
        "The condition of Art. 9(2) is given for something that is neither a category of special data of this policy nor a kind of it. Name the category, or mark the category as `special`."
    BAD_CONDITION "purpose/bad-condition" Error "Art. 9(2) GDPR"
        "A special category may be processed under one of the ten points of Art. 9(2), written `9(2)(a)` to `9(2)(j)`. This is none of them, so it allows nothing."
    BAD_WITHDRAWAL "purpose/bad-withdrawal" Error "Art. 7(3) GDPR"
        "After a withdrawal use stops at once; what becomes of data already held is either `erase`, or `locked` and a length of time in which they are kept and not used."
    UNKNOWN_PURPOSE "purpose/unknown-purpose" Error -
        "Data are said to have been collected for a purpose that the policy does not declare, so nobody can tell whether the other use fits it. Correct the name, or declare the purpose."
    USE_INCOMPLETE "purpose/incomplete-use" Error "Art. 5(1)(b), 6(4) GDPR"
        "Data that were collected for one purpose may be used for another only if it is said which data, for what they were collected, and what allows it: a consent of its own, a law, or an assessment that the two purposes are compatible. The help says which part is missing."
    USE_TWICE "purpose/use-twice" Error "Art. 6(4) GDPR"
        "A further use rests on a consent or a law, or else on an assessment that it is compatible with what people were told. Here both are named, and they lead to different rights. Keep the one that applies."
    MIXED_BASES "purpose/mixed-bases" Error "Art. 6(1) GDPR"
        "Some bases of this purpose hold for a part of the people and this one does not say for whom. Say it for each: a list of tables with `for`, of which the last may be `for = \"others\"`."
    BAD_AUDIENCE "purpose/bad-audience" Error -
        "`others` stands for everybody whom no other basis of the purpose names. Beside a kind of people in the same list it says nothing. Let it stand alone, or name kinds of people only."
    UNREACHED_BASIS "purpose/unreached-basis" Error "Art. 6(1) GDPR"
        "Of the bases by audience the first that fits counts. All people of this part are covered by an earlier one, so this basis never counts, and what it promises is never kept. Put the narrower part first."
    IDLE_RECONFIRM "purpose/idle-reconfirm" Error "Art. 7 GDPR"
        "The purpose says how often consent is asked for again, but it does not rest on consent. Remove `reconfirm`, or correct the basis."
    ONLY_ELSEWHERE "purpose/only-elsewhere" Error "Art. 5(1)(c) GDPR"
        "The purpose is confined to a part of a category that it does not use at all. Either the category is missing in its `data`, or the line under `only` is left over from another purpose."
    DECIDES_NOTHING "purpose/decides-nothing" Error "Art. 13(2)(f), 22 GDPR"
        "The table about automated decisions says something about them, but not what is decided. People are told of the decision itself first. Add `what`, or write the whole as one text."
    FROZEN_INCOMPLETE "purpose/incomplete-frozen" Error "Art. 16, 17(3)(b) GDPR"
        "Data that may not be changed are so from an event on and by a law, and people whose correction is refused are told both. Write `frozen = { once = \"order-placed\", law = \"…\" }`."
    FROZEN_ELSEWHERE "purpose/frozen-elsewhere" Error "Art. 16, 17(3)(b) GDPR"
        "The purpose freezes data that it does not need, so that nothing would be frozen. Add them to its `data`, or name others under `frozen`."
    FROZEN_BY_CHOICE "purpose/frozen-by-choice" Warning "Art. 16, 17 GDPR"
        "People may have wrong data corrected, and only a law can forbid it: the purpose freezes data and rests neither on a legal obligation nor on a public task. Split the duty off as a purpose of its own, or remove `frozen`."
    NO_BASIS "purpose/no-basis" Error "Art. 6(1) GDPR"
        "Processing without a legal basis is unlawful. Name one, or shut the purpose with `off` and the reason, so that nothing is used for it until somebody decides."
    NO_RETENTION "purpose/no-retention" Error "Art. 13(2)(a) GDPR"
        "People are told how long their data are kept, or by which criterion that is decided. The purpose says neither, and kept could never let the data go. Write `keep` as a sentence, or as a criterion with an end or a review."
    NO_DATA "purpose/no-data" Error "Art. 5(1)(c) GDPR"
        "The purpose names no data, so nothing can be collected, used or erased for it. Name the categories or fields that it needs."
    NO_INTEREST "purpose/no-interest" Error "Art. 13(1)(d) GDPR"
        "A purpose that rests on a legitimate interest says which interest that is, so that people can weigh it and object. Write `basis = { legitimate-interest = \"…\" }` with the interest in words."
    NO_LAW "purpose/no-law" Error "Art. 6(3) GDPR"
        "A legal obligation and a public task are laid down in a law, and the notice names it. A contract of one's own choosing is none. Write `basis = { legal-obligation = \"…\" }` with law and article."
    NO_WITHDRAWAL "purpose/no-withdrawal" Error "Art. 7(3) GDPR"
        "Consent can be withdrawn at any time, as easily as it was given, and people are told how. The controller of this purpose has no e-mail address and no postal address to withdraw at."
    MARKETING_BASIS "purpose/marketing-basis" Error "Art. 6(1)(a), 6(1)(f), 21(2) GDPR"
        "Direct marketing rests on consent, or on a legitimate interest where the law allows that without consent. It is no part of a contract and no duty, and it ends when the person objects. Choose one of the two."
    REVIVES "purpose/no-end" Warning "Art. 5(1)(e) GDPR"
        "The purpose rests on consent and its period is counted from an event that the person may repeat, with no longest period. As long as the event comes again, the consent is never asked for again. Consider `at most`."
    SHUT "purpose/shut" Advice "Art. 6(1) GDPR"
        "The purpose is shut: nothing is collected or used for it, and the notice says why. Data held for it only are due for erasure. Open it by naming a basis and removing `off`."
    ARCHIVE_CLOSED "purpose/archive-closed" Advice "Art. 5(1)(f), 32 GDPR"
        "The data of this purpose go into an archive that no role may read, so they are kept and can't serve what they are kept for. Write `archive = { reason = \"…\", roles = [\"…\"] }`."
    ARCHIVE_UNUSED "purpose/archive-unused" Warning -
        "The purpose says who may read its archive, but its `keep` has no stage in the archive. Either the archive or the stage was forgotten: write `then 5 years in the archive`, or remove `archive`."
    IDLE_WITHDRAWAL "purpose/idle-withdrawal" Warning "Art. 7(3) GDPR"
        "The purpose says what becomes of data when consent is withdrawn, but it does not rest on consent. People can't withdraw what they did not give. Remove `after-withdrawal`, or correct the basis."
    STAYS_ON_MARKETING "purpose/marketing-stays" Error "Art. 21(3) GDPR"
        "When a person objects to direct marketing, their data are no longer processed for it, and nothing outweighs that. A marketing purpose can't stay on an erasure request. Remove `on-erasure`."
    DUTY_ON_OTHER_BASIS "purpose/duty-on-other-basis" Warning "Art. 6(1)(c) GDPR"
        "The purpose serves a legal duty and rests on another basis. A duty is a basis of its own: people can't object to it or withdraw from it, and the notice would promise that they can. Split the duty off, with `basis = { legal-obligation = \"…\" }`."
    INTEREST_OF_AUTHORITY "purpose/interest-of-authority" Error "Art. 6(1) GDPR"
        "A public authority can't rest its tasks on a legitimate interest (6(1), last sentence): what it does is for the law to allow. Write `basis = { public-task = \"…\" }` with the law, or another basis."
    VAGUE_INTEREST "purpose/vague-interest" Warning "Art. 13(1)(d) GDPR"
        "The interest is named only as an interest: `our legitimate interests`, `business purposes`. People can't weigh that. Say what is pursued: finding fraud, securing the network, telling customers about similar products."
    VAGUE_AIM "purpose/vague-aim" Warning "Art. 5(1)(b), 13(1)(c) GDPR"
        "The purpose says only that data serve the business or improve the service, which could cover anything. A purpose is specific enough when people can tell what is and what is not done with their data (WP260). Say what is done."
    REQUIRED_CONSENT "purpose/required-consent" Warning "Art. 7(4) GDPR"
        "The purpose rests on consent and says that giving the data is required. Consent that has to be given is not free. If the data are needed for the service, the basis is the contract; else remove `required`."
    REQUIRED_UNSAID "purpose/required-unsaid" Advice "Art. 13(2)(e) GDPR"
        "No purpose says whether people have to give their data, by law or by contract, and what follows if they don't. A notice says so. Write `required` at the purposes that need data from people."
    SOFT_OPT_IN "purpose/soft-opt-in" Warning "Art. 13(1)-(2) Directive 2002/58/EC"
        "Marketing by e-mail or text message without consent is allowed to one's own customers, for similar products, if they could refuse when the address was taken and in each message. The purpose says less. Split the basis by audience, with `opt-out = \"at collection and in each message\"`, and ask others for consent."
    ARM_MISSING "purpose/arm-missing" Error "Art. 6(1) GDPR"
        "The basis depends on the audience and leaves out people whom the purpose concerns, so there is no basis for them. Add an arm for them, or one `for = \"others\"`."
    NEVER_COLLECTED "purpose/never-collected" Error "Art. 5(1)(b) GDPR"
        "Data are used a second time which the first purpose does not collect. One of the two names is wrong: correct `collected-for`, or add the data to that purpose."
    CONSENT_STRETCHED "purpose/consent-stretched" Error "Art. 6(4), 7 GDPR"
        "Data that people gave with consent for one purpose are used for another as compatible. A consent covers what it was given for; compatibility can't widen it (6(4)). Ask for a consent of its own."
    ASSESSMENT "purpose/no-assessment" Warning "Art. 6(4), 5(2) GDPR"
        "Another use is called compatible and no dated assessment is named. Compatibility is weighed before, by the points of Art. 6(4), and shown on request. Write the assessment and its date `on`."
    SECOND_BASIS "purpose/second-basis" Error "Art. 6(1), 6(4) GDPR"
        "Data are used a second time by a consent of its own, and the purpose that uses them does not rest on consent. Correct the basis, or say what else allows it."
}

/// Each purpose has what the law asks of it.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for purpose in judge.policy.purposes.values() {
        if let Some(reason) = &purpose.off {
            let message = format!("`{}` is shut: {}", purpose.name, reason.written);
            judge.say(&SHUT, &purpose.path("off"), message, "name what is missing and remove `off`");
        } else {
            parts(judge, purpose);
        }
        basis(judge, purpose);
        fit::check(judge, purpose);
        arms::check(judge, purpose);
        uses::check(judge, purpose);
        marketing(judge, purpose);
        archive(judge, purpose);
        frozen::check(judge, purpose);
    }
    fit::required(judge);
}

fn parts(judge: &mut Judge<'_>, purpose: &Purpose) {
    let name = &purpose.name;
    if purpose.data.is_empty() {
        judge.say(
            &NO_DATA,
            &purpose.path("data"),
            format!("`{name}` names no data"),
            "write `data = [\"…\"]`",
        );
    }
    if purpose.basis == Basis::Missing {
        let help =
            "write `basis = \"consent\"` or the like, or shut it with `off = \"the notice states no basis\"`";
        judge.say(&NO_BASIS, &purpose.path("basis"), format!("`{name}` has no legal basis"), help);
    }
    if purpose.retention == crate::policy::model::Retention::Missing {
        let help = "write `keep = \"3 years after the last contact\"` or the like";
        judge.say(
            &NO_RETENTION,
            &purpose.path("keep"),
            format!("`{name}` does not say how long data are kept"),
            help,
        );
    }
}

fn basis(judge: &mut Judge<'_>, purpose: &Purpose) {
    let (name, path) = (&purpose.name, purpose.path("basis"));
    for basis in bases(purpose) {
        match basis {
            Basis::LegitimateInterest(text) if text.written.is_empty() => {
                let help = "write `basis = { legitimate-interest = \"…\" }`";
                let message = format!("`{name}` does not say which interest it pursues");
                judge.say(&NO_INTEREST, &path, message, help);
            }
            Basis::LegalObligation(text) | Basis::PublicTask(text) | Basis::VitalInterest(text)
                if text.written.is_empty() =>
            {
                let help = format!("write `basis = {{ {} = \"…\" }}`", basis.word());
                judge.say(&NO_LAW, &path, format!("`{name}` does not say what it rests on"), help);
            }
            _ => {}
        }
    }
    if bases(purpose).any(Basis::is_consent) {
        let controller = judge.policy.controllers.get(&purpose.controller);
        if controller.is_some_and(|controller| controller.email.is_none() && controller.post.is_none()) {
            let help = "give the controller an `email` or a `post` address";
            judge.say(
                &NO_WITHDRAWAL,
                &path,
                format!("consent for `{name}` can't be withdrawn anywhere"),
                help,
            );
        }
        return;
    }
    if judge.places.has(&purpose.path("after-withdrawal")) && purpose.basis != Basis::Missing {
        let message = format!("`{name}` rests on no consent that could be withdrawn");
        let help = "remove it, or correct the basis";
        judge.say(&IDLE_WITHDRAWAL, &purpose.path("after-withdrawal"), message, help);
    }
}

/// The bases of a purpose: those of its arms, or its one.
fn bases(purpose: &Purpose) -> impl Iterator<Item = &Basis> {
    let one = purpose.arms.is_empty().then_some(&purpose.basis);
    purpose.arms.iter().map(|arm| &arm.basis).chain(one)
}

fn marketing(judge: &mut Judge<'_>, purpose: &Purpose) {
    if !purpose.is_marketing() {
        return;
    }
    let fits = |basis: &Basis| {
        matches!(basis, Basis::Consent { .. } | Basis::LegitimateInterest(_) | Basis::Missing)
    };
    if let Some(basis) = bases(purpose).find(|basis| !fits(basis)) {
        let message = format!("`{}` is direct marketing on {}", purpose.name, basis.article());
        judge.say(
            &MARKETING_BASIS,
            &purpose.path("basis"),
            message,
            "write `basis = \"consent\"`, or name the legitimate interest",
        );
    }
    if matches!(purpose.erasure, crate::policy::model::Erasure::Stays(_)) {
        let message = format!("`{}` is direct marketing and can't outlast an objection", purpose.name);
        judge.say(&STAYS_ON_MARKETING, &purpose.path("on-erasure"), message, "remove `on-erasure`");
    }
}

fn archive(judge: &mut Judge<'_>, purpose: &Purpose) {
    use crate::policy::keep::{Limit, Phase};
    let Some(keep) = purpose.keep() else { return };
    let archived = keep.stages.iter().any(|stage| stage.phase == Phase::Archive);
    let roles = purpose.archive.as_ref().is_some_and(|archive| !archive.roles.is_empty());
    if archived && !roles && !judge.places.is_broken(&purpose.path("archive.roles")) {
        let message = format!("no role may read the archive of `{}`", purpose.name);
        judge.say(
            &ARCHIVE_CLOSED,
            &purpose.path("archive"),
            message,
            "write `archive = { reason = \"…\", roles = [\"…\"] }`",
        );
    }
    if !archived && purpose.archive.is_some() {
        let message = format!("`{}` says who reads its archive, but nothing is put there", purpose.name);
        judge.say(
            &ARCHIVE_UNUSED,
            &purpose.path("archive"),
            message,
            "write `then 5 years in the archive` in `keep`, or remove it",
        );
    }
    let renewed = keep.stages.iter().any(|stage| match &stage.limit {
        Limit::After(_, when) => when.events().iter().any(|event| event.as_str() == "last-contact"),
        _ => false,
    });
    if renewed
        && purpose.occasion == OccasionKind::Consent
        && keep.at_most.is_none()
        && !purpose.is_marketing()
        && !judge.places.is_broken(&purpose.path("marketing"))
    {
        let message = format!("the consent for `{}` may last for ever", purpose.name);
        judge.say(&REVIVES, &purpose.path("keep"), message, "add `, at most 10 years` or the like");
    }
}
