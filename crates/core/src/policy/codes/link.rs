//! Codes about pages that the notice points to, and about addresses of the web anywhere.

use super::codes;
use crate::policy::check::Judge;

codes! {
    BROKEN "link/broken" Error "Art. 12(1) GDPR"
        "The address is empty or can't be one, so whoever follows the link finds nothing. An address begins with `https://` and names a host with a dot. Paste it from the browser, or remove the link."
    PLAIN "link/plain" Advice "Art. 32 GDPR"
        "The address begins with `http://`, so what people read there, and type there, can be read on the way. Write `https://`."
}

/// Pages, the cookie statement, and controllers' websites.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    for link in policy.notice.links.values() {
        address(judge, &format!("link.{}.url", link.id), &link.url);
    }
    if let Some(link) = policy.cookies.as_ref().and_then(|cookies| cookies.link.as_deref()) {
        address(judge, "cookies.link", link);
    }
    for controller in policy.controllers.values() {
        if let Some(website) = &controller.website {
            address(judge, &format!("controller.{}.website", controller.id), website);
        }
    }
}

fn address(judge: &mut Judge<'_>, path: &str, url: &str) {
    let url = url.trim();
    let relative = url.starts_with('/') && url.len() > 1;
    if url.is_empty() {
        judge.say(&BROKEN, path, "the link leads nowhere", "write its address, `https://…`");
    } else if !relative && !is_address(url) {
        let message = format!("`{url}` is not an address of the web");
        judge.say(&BROKEN, path, message, "write it as `https://example.com/page`");
    } else if url.starts_with("http://") {
        judge.say(&PLAIN, path, format!("`{url}` is not encrypted"), "write `https://`");
    }
}

/// `http(s)://host.end`, with or without a port and a path.
fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    let host = host.and_then(|host| host.split(':').next());
    let plain = !url.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    let clean = |label: &str| {
        !label.is_empty()
            && label.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
    };
    plain && host.is_some_and(|host| host.contains('.') && host.split('.').all(clean))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_has_a_scheme_and_a_dotted_host() {
        for right in
            ["https://a.be", "https://www.a-b.example/x?y#z", "http://a.example:8080/", "https://é.fr"]
        {
            assert!(is_address(right), "{right}");
        }
        for wrong in
            ["www.a.be", "https://", "https://a", "https://a b.c", "https://a..be", "mailto:a@b.c", "#"]
        {
            assert!(!is_address(wrong), "{wrong}");
        }
    }
}
