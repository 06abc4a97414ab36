//! Complaints to an authority, and what French law adds.

use super::{AUTHORITY_ADDRESS, AUTHORITY_OUTDATED, INSIDE_FIRST, NO_COMPLAINT};
use crate::law::names;
use crate::policy::check::Judge;
use crate::policy::model::{AuthorityNamed, InsideFirst};

/// Who may be complained to, and in which order.
pub(super) fn check(judge: &mut Judge<'_>) {
    let complaint = &judge.policy.rights.complaint;
    if complaint.inside_first == InsideFirst::Required {
        let message = "people have to complain inside first";
        judge.say(
            &INSIDE_FIRST,
            "rights.inside-first",
            message,
            "write `inside-first = \"asked\"`, or remove it",
        );
    }
    match &complaint.authority {
        AuthorityNamed::None => {
            let message = "no authority is named to which people may complain";
            judge.say(
                &NO_COMPLAINT,
                "rights.authority",
                message,
                "remove `authority`: the controller's is named then",
            );
        }
        AuthorityNamed::AsPublished { name, post } => published(judge, name, post.as_deref()),
        AuthorityNamed::Controllers | AuthorityNamed::ByResidence => {}
    }
}

fn published(judge: &mut Judge<'_>, name: &str, post: Option<&str>) {
    let said = format!("{name} {}", post.unwrap_or_default());
    if let Some(old) = names::outdated(&said, judge.at) {
        let message = format!("`{}` is out of date", old.name);
        judge.say(&AUTHORITY_OUTDATED, "rights.authority", message, format!("today it is: {}", old.instead));
    }
    let code = |post: &str| {
        post.split(|letter: char| !letter.is_ascii_digit()).any(|digits| (4..=5).contains(&digits.len()))
    };
    if let Some(post) = post.filter(|post| !code(post)) {
        let message = format!("`{post}` has no post code");
        judge.say(
            &AUTHORITY_ADDRESS,
            "rights.authority",
            message,
            "copy the address from the authority's site",
        );
    }
}
