//! The reference page of the policy language, made from the table of keys.

use super::{Key, all};

const HEAD: &str = "# The policy language, edition 1\n
A policy is a folder of `*.toml` files, read as one document. Tables that only hold other tables may
stand in several files; a table that says something itself, and a key, may stand in one only. Names
refer to names, in any order; an unknown one is an error. Files in `texts/` are translations:
`texts/fr.toml` holds texts under the path of what they translate, `[purpose.billing]` and
`title = \"Facturation\"`. `*` stands for a name that you give.

This page is made from the table of keys that the reader itself uses.
";

const KEEP: &str = "
## Retention sentences

```text
keep     = stage { \", then \" stage } [ \", at most \" span ] [ \", then anonymised\" ]
stage    = limit [ \" in the archive\" | \" locked\" ]
limit    = \"until \" when | span \" after \" when | \"for the \" occasion
         | \"for the calendar year of the \" occasion | span
when     = event | \"the first of \" list | \"the latest of \" list
list     = event { \",\" event } \"and\" event
span     = number unit { number unit }        days, weeks, months, years
occasion = contract | request | consent | collection
```

An event is written by its name, `contract-end`, or in words, `the last contact`. The built-in ones
are `collection`, `contract-start`, `contract-end`, `account-deletion`, `last-contact`,
`request-received`, `request-closed`, `left-organisation`, `consent-given` and `consent-end`; your
own are declared as `[event.name]`. A period ends at midnight after its last day, in the zone of
the leading controller, and is counted from its origin, so that month ends are kept.

- `3 years after the last contact`
- `for the contract, then 10 years in the archive`
- `for the calendar year of the request, then 2 years in the archive`
- `3 years after the latest of collection and last-contact, at most 10 years`
- `until the first of contract-end and account-deletion, then anonymised`
";

/// The reference as Markdown.
pub fn markdown() -> String {
    let mut page = HEAD.to_owned();
    let mut sections: Vec<&str> = Vec::new();
    for key in all() {
        if !sections.contains(&key.section) {
            sections.push(key.section);
        }
    }
    for section in sections {
        let title = if section.is_empty() { "At the top".to_owned() } else { format!("`[{section}]`") };
        page.push_str(&format!("\n## {title}\n\n| key | holds | default | meaning | article | example |\n|---|---|---|---|---|---|\n"));
        super::of(section).for_each(|key| page.push_str(&row(key)));
    }
    page.push_str(KEEP);
    page
}

fn row(key: &Key) -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    let default = if key.default.is_empty() { String::new() } else { key.default.to_owned() };
    format!(
        "| `{}` | {} | {} | {} | {} | `{}` |\n",
        key.key,
        cell(&key.shape.words()),
        cell(&default),
        cell(key.meaning),
        cell(key.article),
        cell(key.example),
    )
}
