//! People by a row of a store, as audiences give them and errors offer them: the identifiers that lead to this
//! person alone stand in its place.
//!
//! Not here: Kept's own numbers (`numbered`), and rows that an answer picks among several (`person`).

use kept_core::identifier::Identifier;
use kept_core::ledger::{Durable, Kind, Outcome};
use kept_core::name::PurposeName;
use kept_core::plan::{Key, Value, key_text};
use kept_core::time::Instant;
use kept_vault::{Fault, SubjectId, Tx};

use crate::company::{Act, Company};
use crate::desk::Whom;
use crate::failure::Failure;
use crate::person::{Located, PersonRefusal, Pick, locate};
use crate::remembered::Remembered;

impl Company {
    /// Puts identifiers in the place of rows. Whoever is named by identifiers alone stays as named.
    pub(crate) fn recognise_rows(
        &mut self,
        people: &mut [&mut Whom],
        purpose: Option<&PurposeName>,
        now: Instant,
    ) -> Result<(), Failure> {
        let mut by_row: Vec<&mut &mut Whom> =
            people.iter_mut().filter(|whom| !whom.picks.is_empty()).collect();
        if by_row.is_empty() {
            return Ok(());
        }
        let mut entry = self.entry(Kind::Read, now)?;
        entry.purpose = purpose.filter(|purpose| self.policy().purposes.contains_key(*purpose)).cloned();
        (entry.outcome, entry.rule) = (Outcome::Intended, Some("row".to_owned()));
        let ((), receipt) = self.act("recognise_rows", |tx| {
            self.still_admitted(tx)?;
            Ok(((), Act { entry: entry.clone(), subject: None }))
        })?;
        for whom in &mut by_row {
            whom.identifiers = self.identifiers_of_rows(whom, &receipt)?;
        }
        Ok(())
    }

    /// The identifiers that lead to the picked person and to nobody else. The picks stay: the identifiers lead
    /// on to others that several people have.
    fn identifiers_of_rows(&mut self, whom: &Whom, receipt: &Durable) -> Result<Vec<Identifier>, Failure> {
        let mut alone: Vec<Identifier> = Vec::new();
        for pick in &whom.picks {
            let located = self.at_row(pick, receipt)?;
            let given = &whom.identifiers;
            let is_theirs = |one: &Identifier| {
                [&located.identifiers, &located.ambiguous].iter().any(|of| of.contains(one))
            };
            if !given.is_empty() && !given.iter().any(is_theirs) {
                return Err(PersonRefusal::OtherRow.into());
            }
            self.check_record(&located, receipt)?;
            alone.extend(located.identifiers.into_iter().filter(Identifier::is_unique));
        }
        if alone.is_empty() { Err(PersonRefusal::NoRow.into()) } else { Ok(alone) }
    }

    /// Refuses where a record of Kept's own that an ambiguous identifier leads to may be this person's: what
    /// they refused would be overlooked.
    pub(crate) fn check_record(&self, located: &Located, receipt: &Durable) -> Result<(), Failure> {
        if located.ambiguous.is_empty() {
            return Ok(());
        }
        self.vault.read("check_record", |tx| {
            let own = self.known_subject(tx, &located.identifiers)?;
            for identifier in &located.ambiguous {
                let Some(subject) = self.known_subject(tx, std::slice::from_ref(identifier))? else {
                    continue;
                };
                if Some(subject) != own && !self.is_filed_apart(tx, (subject, located), receipt)? {
                    return Err(PersonRefusal::RecordOfEither.into());
                }
            }
            Ok(())
        })
    }

    /// Whether a record is filed by an identifier of somebody's own, and so is another person's.
    fn is_filed_apart(
        &self,
        tx: &mut Tx,
        (subject, located): (SubjectId, &Located),
        receipt: &Durable,
    ) -> Result<bool, Failure> {
        let known = match tx.identifiers(subject, receipt) {
            // Whoever was erased asks and refuses nothing any more; what outlives it is asked elsewhere.
            Err(Fault::Erased) => return Ok(true),
            known => known?,
        };
        let known = known.into_iter().filter_map(|one| Identifier::new(one.kind, &one.canonical).ok());
        Ok(known.filter(Identifier::is_unique).any(|one| !located.ambiguous.contains(&one)))
    }

    /// The person of a row.
    fn at_row(&mut self, pick: &Pick, receipt: &Durable) -> Result<Located, Failure> {
        let policy = self.policy().clone();
        let table = policy.stores.get(&pick.store).and_then(|store| store.tables.get(&pick.table));
        let Some(table) = table.filter(|table| !table.identifies.is_empty()) else {
            return Err(PersonRefusal::NoRow.into());
        };
        let fits = |key: &Key| table.key.is_empty() || table.key.len() == key.len();
        let whom = Whom { identifiers: Vec::new(), picks: vec![pick.clone()] };
        let mut down = None;
        for key in keys(&pick.key).into_iter().filter(fits) {
            let row = Remembered { store: pick.store.clone(), table: pick.table.clone(), key };
            let located = locate(&policy, &mut self.stores, &whom, &[row], receipt)?;
            if !located.found.is_empty() {
                return Ok(located);
            }
            down = down.or(located.unreached.into_iter().next());
        }
        Err(down.map_or(PersonRefusal::NoRow.into(), |down| {
            Failure::Store(format!("`{}` could not be asked: {}", down.store, down.problem))
        }))
    }
}

/// What a key can be that was written as one text: numbers where its parts look so, and texts.
fn keys(text: &str) -> Vec<Key> {
    let part = |part: &str| match part.parse::<i64>() {
        Ok(number) if number.to_string() == part => Value::Integer(number),
        _ => Value::Text(part.to_owned()),
    };
    let as_texts = |text: &str| text.split('/').map(|part| Value::Text(part.to_owned())).collect();
    let candidates: [Key; 4] = [
        text.split('/').map(part).collect(),
        as_texts(text),
        vec![part(text)],
        vec![Value::Text(text.to_owned())],
    ];
    let mut keys: Vec<Key> = Vec::new();
    for key in candidates {
        if key_text(&key) == text && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}
