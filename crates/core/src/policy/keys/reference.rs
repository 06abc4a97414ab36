//! The reference page of the policy language, made from the table of keys.

use super::example::{GROUPS, Shown};
use super::{Key, all, of};

const HEAD: &str = "# The policy language, edition 1

A policy is a folder of `*.toml` files, read as one document. Tables that only hold other tables may
stand in several files; a table that says something itself, and a key, may stand in one only. Names
refer to names, in any order; an unknown one is an error. `*` stands for a name that you give: up to
64 bytes of letters, digits, `-` and `_`.

Where a list is asked for, one value alone is a list of one. A text that people read can be
translated (see [translations](#translations)); periods, dates and facts are said in each language by
Kept itself. What is marked *as published* is for writing down a notice as it is; `kept check` says
what is wrong with it.

`kept check` reads a policy and judges it; `kept fmt` lays its files out alike; `kept schema` prints
a JSON Schema by which editors complete and check what you type ([how](guides/editors.md)). The
examples on this page are one policy, which is read when Kept is tested, and the tables are made from
the one table of keys that the reader itself uses.
";

const KEEP: &str = "
### Retention sentences

How long data are kept is said by a sentence (`keep` of a purpose and of a custody, every key of
`[own]`):

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

An event is written by its name, `contract-end`, or in words, `the last contact`, `the end of the
contract`. The built-in ones are `collection`, `contract-start`, `contract-end`, `account-deletion`,
`last-contact`, `request-received`, `request-closed`, `left-organisation`, `consent-given` and
`consent-end`; your own are declared as `[event.name]`. Sentences under `[own]` know `disclosure` and
`verification` too (`until verified`). A period ends at midnight after its last day, in the zone of
the leading controller, and is counted from its origin, so that month ends are kept. `at most` counts
from the start of the purpose and bounds every stage.

A `request` is one by which somebody uses a right of theirs. Questions, orders and applications are none: a
purpose that serves these counts from `collection`, or from an event of your own.

- `3 years after the last contact`
- `for the contract, then 10 years in the archive`
- `for the calendar year of the request, then 2 years in the archive`
- `3 years after the latest of collection and last-contact, at most 10 years`
- `until the first of contract-end and account-deletion, then anonymised`
- `until verified, at most 1 month`

Where there is no figure, a table says the criterion, with the event that ends it or a review, one of
which it must have: `keep = { criterion = \"as long as the project runs\", ends = \"project-end\",
review = \"every 12 months\", at-most = \"10 years\", then = \"anonymised\" }`. An overdue review stops new
use and never erases anything; the audit calls it broken. A review is recorded for each person whose data
stay by it, as the event `reviewed`: `kept record reviewed --person email=ada@example.org`.
";

const TRANSLATIONS: &str = "
### Translations

`texts/fr.toml` holds the French of a policy, each text under the path of what it translates. A text
may note the one that it was made from: `of` is the start of the SHA-256 of that text. When the text
changes, `kept check` reports the translation as stale ([text/stale](diagnostics.md#text/stale)).

```toml
[purpose.orders]
title = \"Commandes\"
description = { text = \"Pour envoyer ce que vous avez commandé.\", of = \"1a2b3c4d\" }

[data.contact]
fields.name.title = \"Nom\"
```

`kept texts DIR --lang fr` shows what is missing, as comments to be filled in, and what is stale;
with `--write` it writes the file. What is translated, and your own comments, stay as they are.
";

/// The reference as Markdown.
pub fn markdown() -> String {
    let mut page = HEAD.to_owned();
    page.push_str(&contents());
    for group in GROUPS {
        page.push_str(&format!("\n## {}\n", group.title));
        group.tables.iter().for_each(|table| page.push_str(&chapter(table)));
        if group.tables.iter().any(|table| table.table == "purpose") {
            page.push_str(KEEP);
        }
        if group.tables.iter().any(|table| table.table == "notice") {
            page.push_str(TRANSLATIONS);
        }
    }
    page
}

/// The subjects and their tables, each a link.
fn contents() -> String {
    let mut text = String::from("\n| subject | tables |\n|---|---|\n");
    for group in GROUPS {
        let links: Vec<String> =
            group.tables.iter().map(|shown| format!("[`{0}`](#{0})", shown.table)).collect();
        text.push_str(&format!("| {} | {} |\n", group.title, links.join(", ")));
    }
    text.push_str("| How long | [retention sentences](#retention-sentences) |\n| Languages | [translations](#translations) |\n");
    text
}

/// A table of the language: what it is, how it looks, its keys, and those of the tables within.
fn chapter(shown: &Shown) -> String {
    let opens = of("").find(|key| key.key == shown.table);
    let mut text = format!("\n### {}\n\n{}", shown.table, opens.map_or("", |key| key.meaning));
    if let Some(article) = opens.map(|key| key.article).filter(|article| !article.is_empty()) {
        text.push_str(&format!(" ({article})"));
    }
    text.push('\n');
    if !shown.about.is_empty() {
        text.push_str(&format!("\n{}\n", shown.about));
    }
    text.push_str(&format!("\n```toml\n{}```\n", shown.example));
    for section in sections(shown.table) {
        text.push_str(&format!("\n#### `[{section}]`\n\n| key | holds | default | meaning | article | example |\n|---|---|---|---|---|---|\n"));
        of(section).for_each(|key| text.push_str(&row(key)));
    }
    text
}

/// The sections of a table that have keys worth a line, in their order: a section whose only key is
/// a name that the author gives, and opens a table, says nothing by itself.
fn sections(table: &str) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for key in all() {
        let within =
            key.section == table || key.section.strip_prefix(table).is_some_and(|rest| rest.starts_with('.'));
        if within && !found.contains(&key.section) {
            found.push(key.section);
        }
    }
    found
        .retain(|section| of(section).any(|key| key.key != "*" || !matches!(key.shape, super::Shape::Table)));
    found
}

fn row(key: &Key) -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    format!(
        "| `{}` | {} | {} | {} | {} | `{}` |\n",
        key.key,
        cell(&key.shape.words()),
        cell(key.default),
        cell(key.meaning),
        cell(key.article),
        cell(key.example),
    )
}
