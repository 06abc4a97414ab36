//! What those who watch over a company see: the audit as a page and its history, numbers for
//! Prometheus, consents as records that others read, and a certificate that an outsider checks.

use serde_json::{Value, json};

use super::company::{ADA as CUSTOMER, BOTH, Company, Desk};
use super::serving::{ADA, Service};

/// `name:key` as a browser sends it.
fn basic(key: &str) -> String {
    use base64::Engine as _;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("anybody:{key}")))
}

/// The value of a sample.
fn sample(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

#[test]
fn the_state_in_numbers_is_prometheus_text_behind_a_key_and_names_nobody() {
    let service = Service::start(&[]);
    let key = service.key("watch", &["audit", "decide", "consent"], &["newsletter"]);
    assert_eq!(service.get_as("", "/metrics").0, 401);
    let other = service.key("shop", &["decide"], &["newsletter"]);
    assert_eq!(service.get_as(&format!("Bearer {other}"), "/metrics").0, 403);
    let question = json!({ "questions": [{ "person": { "email": ADA }, "purpose": "newsletter", "verb": { "contact": "email" } }] });
    service.post(&key, "/v1/decide", &question);
    let consent = json!({ "person": { "email": ADA }, "purpose": "newsletter", "wording": 3, "proof": { "how": "sign-up form" } });
    assert_eq!(service.post(&key, "/v1/consents", &consent).0, 200);
    service.post(&key, "/v1/decide", &question);
    let (status, _, _) = service.get_as(&format!("Bearer {key}"), "/v1/audit");
    assert_eq!(status, 200);
    let (status, text, headers) = service.get_as(&basic(&key), "/metrics");
    assert_eq!(
        (status, headers["content-type"].to_str().unwrap()),
        (200, "text/plain; version=0.0.4; charset=utf-8")
    );
    assert_eq!(sample(&text, "kept_decisions_total{outcome=\"allowed\"}"), Some(1.0), "{text}");
    assert_eq!(sample(&text, "kept_decisions_total{outcome=\"refused\"}"), Some(1.0));
    assert_eq!(sample(&text, "kept_people"), Some(1.0));
    assert_eq!(sample(&text, "kept_requests_late"), Some(0.0));
    assert_eq!(sample(&text, "kept_sweep_late_seconds"), Some(0.0));
    assert!(sample(&text, "kept_statements{verdict=\"broken\"}").is_some());
    let route =
        "kept_http_request_duration_seconds_count{method=\"POST\",route=\"/v1/decide\",status=\"2xx\"}";
    assert_eq!(sample(&text, route), Some(2.0), "{text}");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        let family = name.split('{').next().unwrap();
        assert!(value.parse::<f64>().is_ok() && family.starts_with("kept_"), "{line}");
        let base = family.trim_end_matches("_bucket").trim_end_matches("_sum").trim_end_matches("_count");
        assert!(
            text.contains(&format!("# TYPE {family} ")) || text.contains(&format!("# TYPE {base} histogram")),
            "{line}"
        );
    }
    assert!(!text.contains(ADA) && !text.contains("example.org"), "{text}");
}

#[test]
fn paths_that_nobody_declared_are_one_line_of_the_numbers_however_many_are_asked() {
    let service = Service::start(&[]);
    let key = service.key("watch", &["audit"], &["newsletter"]);
    for path in ["/v1/people/ada@example.org", "/wp-login.php", "/ledger/tile/0/x001"] {
        assert_eq!(service.get_as("", path).0, 404);
    }
    let (_, text, _) = service.get_as(&format!("Bearer {key}"), "/metrics");
    let routes: Vec<&str> =
        text.lines().filter(|line| line.contains("_count{") && line.contains("4xx")).collect();
    assert_eq!(routes.len(), 2, "{routes:?}");
    assert!(!text.contains("ada@") && !text.contains("wp-login"), "{text}");
}

#[test]
fn the_audit_is_a_page_that_a_browser_opens_with_the_key_as_password() {
    let service = Service::start(&[]);
    let key = service.key("watch", &["audit"], &["newsletter"]);
    let (status, _, headers) = service.get_as("", "/audit");
    assert_eq!(status, 401);
    assert!(headers["www-authenticate"].to_str().unwrap().starts_with("Basic"));
    let (status, page, headers) = service.get_as(&basic(&key), "/audit");
    assert_eq!(status, 200, "{page}");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    assert_eq!(headers["cache-control"].to_str().unwrap(), "no-store");
    assert!(
        page.contains("Audit of the notice of The Club")
            && page.contains("<svg")
            && !page.contains("<script")
    );
    let (_, text, _) = service.get_as(&format!("Bearer {key}"), "/v1/audit/history");
    let history: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(history["days"].as_array().unwrap().len(), 1, "{history}");
}

#[test]
fn klr_87_consents_are_exported_as_records_with_wording_time_and_manner() {
    let service = Service::start(&[]);
    let key = service.key("shop", &["consent", "explain"], &["newsletter"]);
    let consent = json!({ "person": { "email": ADA }, "purpose": "newsletter", "wording": 3, "proof": { "how": "sign-up form", "language": "fr" } });
    assert_eq!(service.post(&key, "/v1/consents", &consent).0, 200);
    let whose = json!({ "person": { "email": ADA } });
    assert_eq!(
        service
            .post(
                &key,
                "/v1/consents/withdrawals",
                &json!({ "person": { "email": ADA }, "purpose": "newsletter" })
            )
            .0,
        200
    );
    let (status, exported) = service.post(&key, "/v1/consents/export", &whose);
    assert_eq!(status, 200, "{exported}");
    let record = &exported["@graph"][0];
    assert_eq!(record["@type"], "dpv:ConsentRecord");
    assert_eq!(record["dct:conformsTo"]["@id"], "https://w3id.org/dpv/schema/dpv-27560#record");
    assert_eq!(record["dpv:hasDataController"]["dpv:hasName"]["@value"], "The Club");
    assert_eq!(record["dpv:hasLegalBasis"]["@id"], "eu-gdpr:A6-1-a");
    let given = &record["dpv:hasConsentStatus"][0];
    assert_eq!(
        (&given["@type"], &given["dpv:hasIndicationMethod"]["@value"]),
        (&json!("dpv:ConsentGiven"), &json!("sign-up form"))
    );
    assert_eq!(given["dpv:hasNotice"]["dct:hasVersion"]["@value"], "3");
    assert_eq!(given["dpv:hasNotice"]["dct:language"]["@value"], "fr");
    assert!(given["dpv:isIndicatedAtTime"]["@value"].as_str().unwrap().ends_with('Z'));
    assert_eq!(record["dpv:hasConsentStatus"][1]["@type"], "dpv:ConsentWithdrawn");
    assert!(!exported.to_string().contains(ADA), "the address itself is not in it");
    let person = format!("email={ADA}");
    let printed = service.command(&["consent", "export", "--person", &person]).ending(0).json();
    assert_eq!(printed["@graph"][0]["dpv:hasConsentStatus"], record["dpv:hasConsentStatus"]);
}

#[test]
fn the_audit_of_a_company_is_written_as_a_page_and_told_day_by_day() {
    let company = Company::new(Desk::File);
    let path = company.file("audit.html");
    let path = path.to_string_lossy();
    super::company::answered(&mut company.command(&["audit", "--html", &path])).ending(1);
    let page = std::fs::read_to_string(path.as_ref()).unwrap();
    assert!(
        page.contains("Day by day") && page.contains("id=\"broken\"") && page.contains("kept sweep"),
        "{page}"
    );
    let told = super::company::answered(&mut company.command(&["audit", "--history"])).ending(0);
    assert!(told.out.contains("Broken now") && told.out.contains("purpose.billing.keep"), "{}", told.out);
    let json =
        super::company::answered(&mut company.command(&["audit", "--history", "--json"])).ending(0).json();
    assert_eq!(json["days"].as_array().unwrap().len(), 1);
    super::company::answered(&mut company.command(&["audit", "--since", "2026-01-01"])).ending(2);
}

#[test]
fn klr_05_a_certificate_of_erasure_says_what_stays_and_holds_for_an_outsider_alone() {
    for desk in BOTH {
        let company = Company::new(desk);
        let person = format!("email={CUSTOMER}");
        let path = company.file("certificate.json");
        let certificate = path.to_string_lossy();
        let erase = ["request", "erase", "--person", &person, "--yes", "--certificate", &certificate];
        super::company::answered(&mut company.command(&erase)).ending(0);
        let words = std::fs::read_to_string(path.with_extension("md")).unwrap();
        assert!(words.contains("Certificate of erasure") && words.contains("stays"), "{words}");
        let text = std::fs::read_to_string(&path).unwrap();
        let made: Value = serde_json::from_str(&text).unwrap();
        let key = made["key"].as_str().unwrap().to_owned();
        assert!(!text.contains(CUSTOMER), "the certificate names no address");
        let stays =
            made["report"]["steps"].as_array().unwrap().iter().any(|step| step["action"]["do"] == "keep");
        assert!(stays, "{made}");
        // An outsider has the file and the key, and no ledger.
        let elsewhere = tempfile::tempdir().unwrap();
        let check = |text: &str, key: &str| {
            let file = elsewhere.path().join("c.json");
            std::fs::write(&file, text).unwrap();
            let policy = elsewhere.path().to_string_lossy().into_owned();
            super::company::kept(
                &[
                    "ledger",
                    "verify",
                    "--certificate",
                    &file.to_string_lossy(),
                    "--key",
                    key,
                    "--policy",
                    &policy,
                ],
                &[],
            )
        };
        let sound = check(&text, &key).ending(0);
        assert!(sound.out.contains("sound") && sound.out.contains("R-"), "{}", sound.out);
        let changed = made["report"]["stores"][0]["changed"].as_u64().unwrap();
        let forged =
            text.replace(&format!("\"changed\": {changed}"), &format!("\"changed\": {}", changed + 1));
        assert_ne!(forged, text);
        assert!(check(&forged, &key).ending(1).out.contains("the report is not the one that was signed"));
        let mut other = made.clone();
        let mut payload = other["entries"][0]["payload"].as_str().unwrap().to_owned();
        let last = payload.pop().unwrap();
        payload.push(if last == '0' { '1' } else { '0' });
        other["entries"][0]["payload"] = json!(payload);
        assert_eq!(check(&other.to_string(), &key).code, 1, "another entry");
        let mut cut = made.clone();
        cut["entries"].as_array_mut().unwrap().pop();
        assert_eq!(check(&cut.to_string(), &key).code, 1, "a shorter list");
        let stranger = key.replacen("kept/", "kept/x", 1);
        assert_ne!(check(&text, &stranger).code, 0, "another key");
    }
}

/// Whether a process holds a lock on a file, as Linux tells (`man 5 proc`).
#[cfg(target_os = "linux")]
fn is_locked_by(process: u32, file: &std::path::Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let number = format!(":{}", std::fs::metadata(file).unwrap().ino());
    let locks = std::fs::read_to_string("/proc/locks").unwrap();
    let words = locks.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    words.into_iter().any(|words| words[4] == process.to_string() && words[5].ends_with(&number))
}

#[test]
#[cfg(target_os = "linux")]
fn a_service_keeps_its_lock_on_the_store_so_that_whoever_looks_into_it_takes_no_log_away() {
    let service = Service::start(&[]);
    let key = service.key("shop", &["collect"], &["enquiry"]);
    let collect = |number: u32| {
        let address = format!("ada{number}@example.org");
        let body = json!({
            "person": { "email": address }, "purposes": ["enquiry"], "fields": { "contact.email": address },
        });
        let (status, told) = service.post(&key, "/v1/collect", &body);
        assert_eq!(status, 200, "{told}");
    };
    // Readers and the writer have connections of their own, opened one after the other.
    std::thread::scope(|scope| {
        for number in 0..8 {
            let collect = &collect;
            scope.spawn(move || collect(number));
        }
    });
    assert!(is_locked_by(service.process(), &service.path(".kept/kept.db")));
    for _ in 0..2 {
        let beside = rusqlite::Connection::open(service.path(".kept/kept.db")).unwrap();
        let seen: i64 = beside.query_row("SELECT count(*) FROM event", [], |row| row.get(0)).unwrap();
        assert!(seen >= 8, "what the service wrote is seen by everybody");
        drop(beside);
        collect(8);
    }
    assert!(is_locked_by(service.process(), &service.path(".kept/kept.db")));
}
