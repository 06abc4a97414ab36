//! The client against the OpenAPI document: every path, every member of a body and every word of a query
//! has its counterpart. A member that the service gains and the client lacks fails this test.

#[cfg(test)]
mod whole {
    use std::collections::{BTreeMap, BTreeSet};
    use std::io::{BufRead, BufReader, Read as _, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::{Arc, Mutex};

    use kept_client::{
        Act, Age, Client, Collection, Consent, Disclosure, Edit, ListRecords, Mailing, Manner, NewRecord,
        Occasion, Options, Person, Proof, Question, Read, ReadRecord, Rejection, Row, Screen, Screened, Verb,
    };
    use serde_json::Value;

    const DOCUMENT: &str = include_str!("../../web/src/api/openapi.json");

    /// What the client says otherwise: a run is rehearsed by a member of its body, and not by its query too.
    const OTHERWISE: [&str; 1] = ["post /v1/sweep ?dry-run"];

    /// Everything that was asked: `post /v1/read`, `post /v1/read person`, `get /v1/forecast ?until`.
    type Said = Arc<Mutex<BTreeSet<String>>>;

    /// A service that answers everything with an empty object and notes what was asked.
    fn listening(said: &Said) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let said = Arc::clone(said);
        std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| answer(stream, &said)));
        address
    }

    fn answer(stream: TcpStream, said: &Said) {
        let mut reader = BufReader::new(stream);
        let mut first = String::new();
        reader.read_line(&mut first).unwrap();
        let (mut length, mut line) = (0, String::new());
        while reader.read_line(&mut line).unwrap() > 2 {
            let lower = line.to_lowercase();
            length =
                lower.strip_prefix("content-length:").map_or(length, |rest| rest.trim().parse().unwrap());
            if lower.starts_with("idempotency-key:") {
                said.lock().unwrap().insert("idempotency-key".to_owned());
            }
            line.clear();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap().to_lowercase(), words.next().unwrap());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let asked = format!("{method} {path}");
        let mut said = said.lock().unwrap();
        said.extend(
            query
                .split('&')
                .filter(|one| !one.is_empty())
                .map(|one| format!("{asked} ?{}", one.split_once('=').unwrap().0)),
        );
        if let Ok(body) = serde_json::from_slice::<Value>(&body) {
            gather(&body, &asked, &mut said);
        }
        said.insert(asked);
        drop(said);
        let end = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
        reader.get_mut().write_all(end.as_bytes()).unwrap();
    }

    fn gather(value: &Value, at: &str, said: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                for (name, inner) in members {
                    let below = format!("{at} {name}");
                    gather(inner, &below, said);
                    said.insert(below);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| gather(item, at, said)),
            _ => {}
        }
    }

    /// Everything that the document declares, in the same words.
    fn declared() -> BTreeSet<String> {
        let document: Value = serde_json::from_str(DOCUMENT).unwrap();
        let mut all = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let asked = format!("{method} {path}");
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    if parameter["in"] == "query" {
                        all.insert(format!("{asked} ?{}", parameter["name"].as_str().unwrap()));
                    }
                }
                let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                members(&document, schema, &asked, &mut all);
                all.insert(asked);
            }
        }
        all
    }

    fn members(document: &Value, schema: &Value, at: &str, all: &mut BTreeSet<String>) {
        if let Some(to) = schema["$ref"].as_str() {
            let target = document.pointer(to.trim_start_matches('#')).unwrap();
            return members(document, target, at, all);
        }
        for choice in
            ["oneOf", "anyOf"].into_iter().flat_map(|key| schema[key].as_array().into_iter().flatten())
        {
            members(document, choice, at, all);
        }
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            let below = format!("{at} {name}");
            members(document, inner, &below, all);
            all.insert(below);
        }
        if schema["items"].is_object() {
            members(document, &schema["items"], at, all);
        }
    }

    fn text(word: &str) -> Option<String> {
        Some(word.to_owned())
    }

    fn texts() -> Vec<String> {
        vec!["x".to_owned()]
    }

    fn named() -> BTreeMap<String, String> {
        BTreeMap::from([("a.b".to_owned(), "x".to_owned())])
    }

    fn consent(age: Age, dated: bool) -> Consent {
        Consent {
            purpose: "x".to_owned(),
            channels: texts(),
            wording: Some(1),
            age: Some(age),
            proof: Some(Proof {
                language: text("en"),
                how: text("form"),
                source: text("x"),
                guardian: text("x"),
                evidence: named(),
            }),
            controller: text("x"),
            sources: texts(),
            dated,
        }
    }

    fn collection() -> Collection {
        Collection {
            purposes: texts(),
            fields: named(),
            people: text("x"),
            age: Some(Age::Years(20)),
            source: text("x"),
            consents: vec![consent(Age::Years(20), true), consent(Age::Born("2001-12-31".to_owned()), true)],
            events: texts(),
            about: Some(Occasion::Contract("x".to_owned())),
            notice: text("x"),
            controller: text("x"),
            asks: text("access"),
        }
    }

    fn acts() -> Vec<Act> {
        let (word, case) = (|| "x".to_owned(), || "R-2026-0001".to_owned());
        let event = |about| Act::Event { event: word(), about: Some(about), data: texts() };
        let collected = |about| Collection { about: Some(about), ..collection() };
        let born = Some(Age::Born("2001-12-31".to_owned()));
        vec![
            Act::Collect(collection()),
            Act::Collect(Collection { age: born, ..collected(Occasion::Request(word())) }),
            event(Occasion::Contract(word())),
            event(Occasion::Request(word())),
            Act::Link { recipient: word(), contract: word(), ended: true },
            Act::Told { version: word() },
            Act::Agreed { version: word() },
            Act::Died {},
            Act::GuardianReported {},
            Act::ReportDismissed { ground: word(), approver: word() },
            Act::GiveConsent(consent(Age::Years(20), false)),
            Act::GiveConsent(consent(Age::Born("2001-12-31".to_owned()), false)),
            Act::WithdrawConsent { purpose: word(), channels: texts() },
            Act::Object { purpose: text("x") },
            Act::DecideObjection {
                purpose: word(),
                rejected: Some(Rejection { ground: word(), approver: word(), told: true }),
            },
            Act::Restrict { data: texts(), reason: word(), review_on: text("2026-12-31") },
            Act::TellOfLifting { case: case() },
            Act::Lift { case: case() },
            Act::PlaceHold {
                data: texts(),
                reason: word(),
                approver: word(),
                review_on: "2026-12-31".to_owned(),
            },
            Act::ReleaseHold { case: case() },
        ]
    }

    fn questions(person: &Person) -> Vec<Question> {
        let verbs = [
            Verb::Collect { people: text("x"), age: Some(20), consents: true },
            Verb::Contact("email".to_owned()),
            Verb::Disclose("x".to_owned()),
        ];
        let question = |verb| Question {
            fields: texts(),
            role: text("x"),
            exception: text("claims"),
            source: text("x"),
            controller: text("x"),
            ..Question::new(person, "x", verb)
        };
        verbs.into_iter().map(question).collect()
    }

    /// What is answered is nothing that the client reads: only what it asks counts here.
    fn asked<T, E>(_: Result<T, E>) {}

    fn ask_all(kept: &Client, person: &Person) {
        let word = || "x".to_owned();
        let options = Options {
            happened_at: text("2026-03-02T10:00:00Z"),
            actor: text("x"),
            idempotency_key: text("x"),
            dry_run: true,
        };
        acts().iter().for_each(|act| asked(kept.record(person, act, &options)));
        asked(kept.decide_all(&questions(person)));
        asked(kept.read(&Read {
            person: person.clone(),
            purpose: word(),
            fields: texts(),
            role: text("x"),
            exception: text("claims"),
            reason: text("x"),
            controller: text("x"),
            actor: text("x"),
        }));
        asked(kept.disclose(&Disclosure {
            person: person.clone(),
            recipient: word(),
            purpose: word(),
            fields: texts(),
            contract: text("x"),
            controller: text("x"),
            role: text("x"),
            paid: true,
            evidence: named(),
            actor: text("x"),
        }));
        asked(kept.audience_of(("x", Some("x")), "email"));
        asked(kept.address(&Mailing {
            message: word(),
            purpose: word(),
            channel: "email".to_owned(),
            controller: text("x"),
            template: word(),
            reached_at: "https://example.org".to_owned(),
            people: vec![person.clone()],
            actor: text("x"),
        }));
    }

    fn ask_the_rest(kept: &Client, person: &Person) {
        let word = || "x".to_owned();
        asked(kept.why_at(person, Some("a.b"), Some("2026-03-02T10:00:00Z")));
        asked(kept.export_consents(person));
        asked(kept.statistics("x", "x", Some("x")));
        asked(kept.anonymous_records("x"));
        asked(kept.screenings(&Screen {
            purpose: word(),
            role: text("x"),
            count: Some(1),
            after: text("x"),
            actor: text("x"),
        }));
        asked(kept.secret_releases("x", Some("x")));
        asked(kept.end_secrecy((person, 1), "x", Some("x")));
        asked(kept.decide_screening(&Screened {
            purpose: word(),
            person: word(),
            record: 1,
            field: word(),
            decision: "keep".to_owned(),
            role: text("x"),
            reason: word(),
            asks: text("access"),
            actor: text("x"),
        }));
        asked(kept.forecast("2030-12-31"));
        asked(kept.sweep(Some("x"), true));
        asked(kept.requests(Some(1)));
        asked(kept.audit(true, Some("2026-01-01")));
        asked(kept.audit_page(true, Some("2026-01-01")));
        asked(kept.audit_history(Some("2026-01-01")));
        asked(kept.webhooks());
        asked(kept.metrics());
    }

    fn ask_for_records(kept: &Client, person: &Person) {
        let word = || "x".to_owned();
        let manner = Manner { idempotency_key: text("x"), dry_run: true };
        let born = Age::Born("2001-12-31".to_owned());
        for (about, age) in [(Occasion::Contract(word()), Age::Years(20)), (Occasion::Request(word()), born)]
        {
            let record = NewRecord {
                key: word(),
                person: person.clone(),
                purpose: word(),
                fields: named(),
                people: text("x"),
                age: Some(age),
                source: text("x"),
                consents: vec![
                    consent(Age::Years(20), true),
                    consent(Age::Born("2001-12-31".to_owned()), true),
                ],
                events: texts(),
                about: Some(about),
                notice: text("x"),
                controller: text("x"),
                asks: text("access"),
                happened_at: text("2026-03-02T10:00:00Z"),
                actor: text("x"),
            };
            asked(kept.put_record(&record, &manner));
        }
        asked(kept.read_record(&ReadRecord {
            key: word(),
            purpose: word(),
            fields: texts(),
            role: text("x"),
            reason: text("x"),
            controller: text("x"),
            actor: text("x"),
        }));
        asked(kept.records(&ListRecords {
            person: person.clone(),
            purpose: word(),
            fields: texts(),
            after: Some(1),
            count: Some(1),
            role: text("x"),
            reason: text("x"),
            controller: text("x"),
            actor: text("x"),
        }));
        let edit =
            Edit { key: word(), purpose: word(), controller: text("x"), reason: text("x"), actor: text("x") };
        asked(kept.change_record(&edit, &named(), &manner));
        asked(kept.correct_record((&edit, "y"), &named(), &manner));
        asked(kept.delete_record(&edit, &manner));
    }

    #[test]
    fn every_path_and_every_member_of_the_openapi_document_has_its_counterpart_in_the_client() {
        let said = Said::default();
        let kept = Client::new(&listening(&said), "kept_key").unwrap();
        let row = Row { store: "shop".to_owned(), table: "people".to_owned(), key: "17".to_owned() };
        let person = Person { row: Some(row), ..Person::email("ada@example.org") };
        ask_all(&kept, &person);
        ask_the_rest(&kept, &person);
        ask_for_records(&kept, &person);
        let said = said.lock().unwrap();
        assert!(said.contains("idempotency-key"));
        let lacking: Vec<String> = declared()
            .into_iter()
            .filter(|one| !said.contains(one) && !OTHERWISE.contains(&one.as_str()))
            .collect();
        assert!(lacking.is_empty(), "the client lacks: {lacking:#?}");
    }
}
