//! The same shop in Cedar: a policy for each purpose and kind of act, the person's standing as
//! attributes of an entity, the question as the context of a request.

use std::collections::{BTreeSet, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use kept_core::standing::{Ground, Mark, Stage};

use crate::people::Person;
use crate::shop::{Asked, RECIPIENTS, USES, Use, Verb, fields, fields_of};

/// Policies, and every question with its person made ready, so that only the decision is timed.
#[derive(Debug)]
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    people: Vec<Entities>,
    asked: Vec<(usize, Request)>,
}

impl Cedar {
    /// Makes everything ready.
    ///
    /// # Errors
    /// When Cedar takes a text or a value otherwise than meant.
    pub fn new(people: &[Person], asked: &[Asked]) -> anyhow::Result<Self> {
        let policies =
            PolicySet::from_str(&USES.iter().flat_map(policies_of).collect::<Vec<_>>().join("\n"))?;
        let people = people.iter().map(entities).collect::<anyhow::Result<_>>()?;
        let asked =
            asked.iter().map(|asked| Ok((asked.person, request(asked)?))).collect::<anyhow::Result<_>>()?;
        Ok(Self { authorizer: Authorizer::new(), policies, people, asked })
    }

    /// Whether the question of this place is allowed.
    pub fn allows(&self, place: usize) -> bool {
        let (person, request) = &self.asked[place];
        let answer = self.authorizer.is_authorized(request, &self.policies, &self.people[*person]);
        answer.decision() == Decision::Allow
    }
}

/// What a purpose permits. Each text says by itself all that its permission needs.
fn policies_of(one: &Use) -> Vec<String> {
    let list = |names: &[String]| {
        let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        format!("[{}]", quoted.join(", "))
    };
    let texts = |names: &[&str]| list(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    let name = one.name;
    let common = format!(
        "context.purpose == \"{name}\" && {}.containsAll(context.fields) && !resource.restrictedWholly && \
         !resource.restricted.containsAny(context.fields)",
        list(&fields_of(one))
    );
    let live = format!(
        "{common} && resource.live.contains(\"{name}\") && (context.role == \"\" || {}.contains(context.role))",
        texts(one.roles)
    );
    let mut policies = vec![permit("read", &live)];
    if !one.archive.is_empty() {
        let archived = format!(
            "{common} && resource.archived.contains(\"{name}\") && {}.contains(context.role)",
            texts(one.archive)
        );
        policies.push(permit("read", &archived));
    }
    let by = if one.marketing.is_empty() {
        String::new()
    } else {
        let ways: Vec<String> = one
            .marketing
            .iter()
            .map(|way| {
                format!("(context.channel == \"{way}\" && resource.agreed.contains(\"{name}/{way}\"))")
            })
            .collect();
        format!(" && ({})", ways.join(" || "))
    };
    policies.push(permit("contact", &format!("{live} && resource.told{by}")));
    let agreed = |to: &&&str| {
        RECIPIENTS.iter().any(|(known, country, contract)| *known == **to && *contract && *country != "IN")
    };
    let to: Vec<&str> = one.recipients.iter().filter(agreed).copied().collect();
    if !to.is_empty() {
        policies.push(permit(
            "disclose",
            &format!("{live} && resource.told && {}.contains(context.recipient)", texts(&to)),
        ));
    }
    policies
}

fn permit(act: &str, when: &str) -> String {
    format!("permit(principal, action == Action::\"{act}\", resource) when {{ {when} }};")
}

fn uid(kind: &str, name: &str) -> anyhow::Result<EntityUid> {
    Ok(EntityUid::from_type_name_and_id(EntityTypeName::from_str(kind)?, EntityId::new(name)))
}

fn set(names: impl IntoIterator<Item = String>) -> RestrictedExpression {
    RestrictedExpression::new_set(names.into_iter().map(RestrictedExpression::new_string))
}

/// The person as an entity: what stands, purpose by purpose.
fn entities(person: &Person) -> anyhow::Result<Entities> {
    let by_field = |mark: &Mark| match mark {
        Mark::Restricted(case) => {
            person.standing.restrictions.iter().any(|held| held.case == *case && !held.data.is_empty())
        }
        _ => false,
    };
    let unmarked = |ground: &&Ground| ground.marks.iter().all(by_field);
    let in_stage = |stage: Stage| -> BTreeSet<String> {
        let grounds = person.standing.grounds.iter().filter(|ground| ground.stage() == stage);
        grounds.filter(unmarked).filter_map(|ground| ground.purpose()).map(ToString::to_string).collect()
    };
    let live = in_stage(Stage::Live);
    // Several grounds of a purpose: what is live is not in the archive.
    let archived: Vec<String> =
        in_stage(Stage::Archived).into_iter().filter(|name| !live.contains(name)).collect();
    let agreed =
        person.standing.grounds.iter().filter(|ground| ground.stage() == Stage::Live).filter(unmarked);
    let agreed: BTreeSet<String> = agreed
        .filter_map(|ground| Some((ground.purpose()?.to_string(), ground.channels.as_ref())))
        .flat_map(|(name, channels)| {
            let of = USES.iter().find(|one| one.name == name).map_or(&[][..], |one| one.marketing);
            let open = move |way: &&&str| {
                channels.is_none_or(|open| open.iter().any(|channel| channel.word() == **way))
            };
            of.iter().filter(open).map(move |way| format!("{name}/{way}")).collect::<Vec<_>>()
        })
        .collect();
    let named = |field: &String| {
        let restrictions = person.standing.restrictions.iter();
        restrictions.flat_map(|held| &held.data).any(|data| field.starts_with(data.category.as_str()))
    };
    let wholly = person.standing.restrictions.iter().any(|held| held.data.is_empty());
    let attributes = [
        ("live", set(live)),
        ("archived", set(archived)),
        ("agreed", set(agreed)),
        ("restricted", set(fields().into_iter().filter(named))),
        ("restrictedWholly", RestrictedExpression::new_bool(wholly)),
        ("told", RestrictedExpression::new_bool(person.told)),
    ];
    let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let entity = Entity::new(uid("Person", "somebody")?, attributes, HashSet::new())?;
    Ok(Entities::from_entities([entity], None)?)
}

fn request(asked: &Asked) -> anyhow::Result<Request> {
    let (verb, channel, recipient) = match asked.verb {
        Verb::Read => ("read", "", ""),
        Verb::Contact(way) => ("contact", way, ""),
        Verb::Disclose(to) => ("disclose", "", to),
    };
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let context = Context::from_pairs([
        ("purpose".to_owned(), text(asked.purpose)),
        ("fields".to_owned(), set(asked.fields.iter().cloned())),
        ("role".to_owned(), text(asked.role.unwrap_or_default())),
        ("channel".to_owned(), text(channel)),
        ("recipient".to_owned(), text(recipient)),
    ])?;
    Ok(Request::new(
        uid("Application", "shop")?,
        uid("Action", verb)?,
        uid("Person", "somebody")?,
        context,
        None,
    )?)
}
