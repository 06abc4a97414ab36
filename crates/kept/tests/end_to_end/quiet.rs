//! What the public notice and the answers of the API say of the technology behind them: nothing that
//! helps an attacker choose a tool.

use std::path::Path;

use super::company::kept;
use super::serving::Service;

/// Products that protect data or stand at the door, and kinds of locks.
const PRODUCTS: &[&str] = &[
    "rustls",
    "openssl",
    "boringssl",
    "libsodium",
    "argon2",
    "bcrypt",
    "chacha",
    "aes-",
    "ed25519",
    "hyper/",
    "axum",
    "tokio",
    "nginx",
    "sqlite",
    "sqlcipher",
    "postgres",
    "mariadb",
    "mysql",
];

fn says_nothing(what: &str, text: &str) {
    let text = text.to_lowercase();
    let named: Vec<&&str> = PRODUCTS.iter().filter(|product| text.contains(**product)).collect();
    assert!(named.is_empty(), "{what} names {named:?}");
}

#[test]
fn klr_70_neither_the_notice_nor_an_answer_of_the_api_names_a_security_product_or_its_version() {
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let klarrio = policies.join("klarrio").to_string_lossy().into_owned();
    for language in ["en", "fr", "nl"] {
        let notice = kept(&["notice", &klarrio, "--lang", language, "--format", "html"], &[]).ending(0);
        says_nothing(language, &notice.out);
        assert!(!notice.out.contains(env!("CARGO_PKG_VERSION")), "the program's version");
    }
    let service = Service::start(&[]);
    let key = service.key("reader", &["read"], &["enquiry"]);
    let bearer = format!("Bearer {key}");
    for (authorization, path) in [
        ("", "/notice"),
        ("", "/openapi.json"),
        ("", "/no-such-path"),
        ("", "/v1/audit"),
        ("Bearer kept_nonsense", "/v1/requests"),
        (bearer.as_str(), "/v1/audit"),
        (bearer.as_str(), "/v1/forecast?until=soon"),
    ] {
        let (_, text, headers) = service.get_as(authorization, path);
        says_nothing(path, &text);
        for (name, value) in &headers {
            assert!(!["server", "x-powered-by", "via"].contains(&name.as_str()), "{path}: {name}");
            says_nothing(path, value.to_str().unwrap_or_default());
        }
    }
    for body in ["", "{", "[]", "{\"purpose\": \"enquiry\"}"] {
        let (_, text) = service.post_text(&key, "/v1/read", body);
        says_nothing("a problem", &text);
    }
}

#[test]
fn a_name_that_looks_like_a_persons_is_not_repeated_to_the_caller() {
    let service = Service::start(&[]);
    let key = service.key("reader", &["read"], &["enquiry"]);
    let body = serde_json::json!({
        "person": { "email": "ada@example.org" }, "purpose": "enquiry", "fields": ["contact.Quaimarque", "contact.name"],
    });
    let (status, answer) = service.post(&key, "/v1/read", &body);
    assert_eq!(status, 200, "{answer}");
    assert!(!answer.to_string().contains("Quaimarque"), "{answer}");
    assert!(answer.to_string().contains("contact.name"), "{answer}");
}
