//! Which data there are, whom they are about, and where they come from.

use kept_core::notice::{DataFact, Fact, Said};
use kept_core::policy::model::{Category, DataSource, Field, Form, ObtainedConsent};

use crate::notice::compose::Composer;
use crate::notice::document::{Block, Inline, Table, TableRow};
use crate::words::{capital, within};

/// The section on data: a table of categories, then what else is said of them.
pub(super) fn blocks(composer: &Composer<'_>, said: &[&Said<'_>]) -> Vec<Block> {
    let words = composer.words;
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for one in said {
        match &one.fact {
            Fact::Data(category) => rows.push(row(composer, one, category)),
            _ => lines.push(composer.line(one)),
        }
    }
    let mut blocks = Vec::new();
    if !rows.is_empty() {
        let head = ["column-data", "column-fields", "column-source"];
        blocks.push(Block::Table(Table {
            caption: words.word("data-lead"),
            head: head.iter().map(|key| words.word(key)).collect(),
            rows,
        }));
    }
    if !lines.is_empty() {
        blocks.push(Block::List(lines));
    }
    blocks
}

fn row(composer: &Composer<'_>, said: &Said<'_>, category: &Category) -> TableRow {
    let (words, policy) = (composer.words, composer.policy);
    let mut title = vec![Inline::text(capital(&words.category(policy, &category.name)))];
    if let Some(special) = &category.special {
        let special = words.of_family("special", special);
        let special = words.say("data-special", &[("special", special.into())]);
        title.push(Inline::text(format!(" ({special})")));
    }
    let mut fields: Vec<_> = category.fields.values().map(|one| field(composer, category, one)).collect();
    fields.extend(category.open.iter().map(|open| words.text(policy, open)));
    if fields.is_empty() {
        fields.push(words.word("not-stated"));
    }
    let source = match &category.collected {
        Some(text) => words.text(policy, text),
        None => words.and(&words.sources(policy, category)),
    };
    let cell = |text: String| vec![Inline::text(capital(&text))];
    TableRow {
        statement: Some(said.statement.id.clone()),
        cells: vec![title, cell(words.commas(&fields)), cell(source)],
    }
}

/// A field, and whether it may be left out.
pub(super) fn field(composer: &Composer<'_>, category: &Category, field: &Field) -> String {
    let title = within(&composer.words.field(composer.policy, category, field));
    if field.optional {
        return composer.words.say("field-optional", &[("field", title.into())]);
    }
    title
}

/// A statement about data, as running text.
pub(super) fn text(composer: &Composer<'_>, fact: &Fact<'_>) -> Option<String> {
    Some(match fact {
        Fact::Form(form) => self::form(composer, form),
        Fact::DataMore(fact) => more(composer, fact),
        _ => return None,
    })
}

fn form(composer: &Composer<'_>, form: &Form) -> String {
    let (words, policy) = (composer.words, composer.policy);
    let facts = [
        ("form", words.text(policy, &form.title).into()),
        ("fields", words.data_in_a_list(&words.data(policy, &form.fields)).into()),
        ("purpose", words.purpose(policy, &form.purpose).into()),
    ];
    words.say("form", &facts)
}

fn more(composer: &Composer<'_>, fact: &DataFact<'_>) -> String {
    let (words, policy) = (composer.words, composer.policy);
    let title = |category: &Category| ("category", capital(&words.category(policy, &category.name)).into());
    match fact {
        DataFact::About(category) => {
            let people = within(&composer.people(&category.about));
            words.say("data-about", &[title(category), ("people", people.into())])
        }
        DataFact::Tell(category, when) => {
            words.say("data-tell", &[title(category), ("when", composer.clause(when).into())])
        }
        DataFact::Screen(category, one, screen) => {
            let name = capital(&words.field(policy, category, one));
            let within = words.span(screen.within);
            words.say("data-screen", &[title(category), ("field", name.into()), ("within", within.into())])
        }
        DataFact::Group(group) => {
            let data = words.commas(&words.data(policy, &group.of));
            let name = words.text(policy, &group.title);
            words.say("data-group", &[("group", name.into()), ("data", data.into())])
        }
        DataFact::Source(source) => from(composer, source),
        DataFact::SourceTold(_, when) => composer.with("source-told", "when", when),
        DataFact::SourceExempt(_, article) => {
            words.say("source-exempt", &[("article", words.article(article).into())])
        }
        DataFact::SourceConsent(_, consent) => self::consent(composer, consent),
    }
}

fn from(composer: &Composer<'_>, source: &DataSource) -> String {
    let words = composer.words;
    let name = ("source", within(&composer.clause(&source.name)).into());
    let first = if source.gives.is_empty() {
        words.say("source-plain", &[name])
    } else {
        let data = composer.data_listed(&source.gives);
        words.say("source", &[name, ("data", data.into())])
    };
    let public = source.public.then(|| words.word("source-public"));
    capital(&std::iter::once(first).chain(public).collect::<Vec<_>>().join(" "))
}

fn consent(composer: &Composer<'_>, consent: &ObtainedConsent) -> String {
    let words = composer.words;
    let mut said = Vec::new();
    if let Some(by) = &consent.obtained_by {
        said.push({
            let by = words.text_of_family(composer.policy, "by", by);
            words.say("source-consent-by", &[("by", by.into())])
        });
    }
    if !consent.proof.is_empty() {
        let proof: Vec<_> = consent.proof.iter().map(|one| words.of_family("proof", one)).collect();
        said.push(words.say("source-consent-proof", &[("proof", words.and(&proof).into())]));
    }
    if let Some(names) = &consent.names {
        said.push({
            let names = words.text_of_family(composer.policy, "names", names);
            words.say("source-consent-names", &[("names", names.into())])
        });
    }
    said.join(" ")
}
