//! The trait behind which a store stands, and its one implementation over all engines.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kept_core::identifier::Identifier;
use kept_core::plan::{PersonRows, StorePlan};
use kept_core::policy::model::Engine;
use kept_core::policy::model::store::{self, Store, Url};

use crate::apply::{self, Applied, Failed, Possible};
use crate::engine::{Access, Limits, Mode, Place, Session};
use crate::fault::StoreFault;
use crate::files::Folder;
use crate::find::{self, Found};
use crate::http::{Address, Endpoint, SECRET_MIN, Secret};
use crate::map::Map;
use crate::read;
use crate::schema::Schema;
use kept_core::ledger::Durable;

/// A store of the company's.
pub trait Connector: Send + std::fmt::Debug {
    /// Looks at the schema anew.
    ///
    /// # Errors
    /// As the store answers.
    fn describe(&mut self) -> Result<Schema, StoreFault>;

    /// Finds a person by an identifier, and by the identifiers of what was found.
    ///
    /// # Errors
    /// As the store answers; [`StoreFault::NoTable`] and [`StoreFault::NoColumn`] where the map
    /// names what is not there.
    fn find(&mut self, map: &Store, by: &Identifier, durable: &Durable) -> Result<Vec<Found>, StoreFault>;

    /// Reads everything that hangs on the rows in which a person was found, others masked.
    ///
    /// # Errors
    /// As [`Connector::find`].
    fn read(&mut self, map: &Store, persons: &[Found], durable: &Durable) -> Result<PersonRows, StoreFault>;

    /// Carries out a plan in one transaction and looks again at what became of it; `follows` is asked right
    /// before the commit whether the plan still follows from what is known of the person.
    ///
    /// # Errors
    /// [`Failed`]; the store is as it was.
    fn apply(
        &mut self,
        map: &Store,
        plan: &StorePlan,
        mode: apply::Mode,
        follows: &mut dyn FnMut() -> bool,
        durable: &Durable,
    ) -> Result<Applied, Failed>;

    /// What of a plan the store can take as its schema is now.
    ///
    /// # Errors
    /// As [`Connector::find`].
    fn possible(&mut self, map: &Store, plan: &StorePlan) -> Result<Possible, StoreFault>;

    /// How the engine finds and reads this person: each statement with its plan, line by line.
    ///
    /// # Errors
    /// As [`Connector::find`].
    fn explain(
        &mut self,
        map: &Store,
        by: &Identifier,
        durable: &Durable,
    ) -> Result<Vec<(String, Vec<String>)>, StoreFault>;

    /// The connection underneath, for sweeps and audits.
    fn session(&mut self) -> &mut Session;
}

/// Opens a store for reading and changing.
///
/// # Errors
/// [`StoreFault::Unreachable`] with a reason that names no password.
pub fn open(
    store: &Store,
    base: &Path,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Box<dyn Connector>, StoreFault> {
    open_with(store, base, env, Access::Write, Limits::default())
}

/// Opens a store with other access or limits: an audit needs reading only.
///
/// # Errors
/// As [`open`].
pub fn open_with(
    store: &Store,
    base: &Path,
    env: &dyn Fn(&str) -> Option<String>,
    access: Access,
    limits: Limits,
) -> Result<Box<dyn Connector>, StoreFault> {
    let place = place(store, base, env)?;
    Ok(Box::new(Sql { session: Session::open(place, access, limits)?, placed: None }))
}

/// Where a store is: its file or folder below the policy's folder, or its URL from the environment.
///
/// # Errors
/// [`StoreFault::Unreachable`] when the variable is not set.
pub fn place(store: &Store, base: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Place, StoreFault> {
    let written = match &store.url {
        Url::Written(text) => text.clone(),
        Url::Env(variable) => env(variable).filter(|value| !value.is_empty()).ok_or_else(|| {
            let why = format!("the environment variable `{variable}`, which holds its address, is not set");
            StoreFault::Unreachable { why }
        })?,
    };
    if let Some(http) = &store.http {
        let secret = secret(&http.secret, base, env)?;
        let authorities = authorities(http.ca.as_deref(), base)?;
        let address = Address { url: written, secret, allows_plain: http.allows_plain, authorities };
        return Ok(Place::Http(Endpoint::of(store, address)));
    }
    if let Some(format) = &store.files {
        let path = written.strip_prefix("file://").or_else(|| written.strip_prefix("file:"));
        let path = base.join(PathBuf::from(path.unwrap_or(&written)));
        return Ok(Place::Folder(Folder::of(store, path, format.clone())));
    }
    Ok(match store.engine {
        Engine::Postgres => Place::Server(written),
        Engine::Mariadb => Place::Mariadb(written),
        Engine::Sqlite => {
            let path = written.strip_prefix("sqlite://").or_else(|| written.strip_prefix("sqlite:"));
            Place::File(base.join(PathBuf::from(path.unwrap_or(&written))))
        }
    })
}

/// The authorities that certificates are checked against, where a file names them.
pub(crate) fn authorities(file: Option<&str>, base: &Path) -> Result<Option<Vec<u8>>, StoreFault> {
    let Some(file) = file else { return Ok(None) };
    std::fs::read(base.join(file)).map(Some).map_err(|_| StoreFault::Unreachable {
        why: format!("the file `{file}` with its authorities (`ca`) can't be read"),
    })
}

/// The secret that calls are signed with.
pub(crate) fn secret(
    from: &store::Secret,
    base: &Path,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Secret, StoreFault> {
    let (text, what) = match from {
        store::Secret::Env(variable) => (env(variable), format!("the environment variable `{variable}`")),
        store::Secret::File(file) => {
            (std::fs::read_to_string(base.join(file)).ok(), format!("the file `{file}`"))
        }
    };
    text.as_deref().and_then(Secret::new).ok_or_else(|| StoreFault::Unreachable {
        why: format!("{what} holds no secret of at least {SECRET_MIN} bytes to sign calls with"),
    })
}

/// A store that speaks SQL: any engine, and what is worked on in a private copy.
#[derive(Debug)]
struct Sql {
    session: Session,
    placed: Option<Placed>,
}

/// A schema with the places of a map.
#[derive(Debug)]
struct Placed {
    /// Which look at the schema it is of.
    number: u64,
    map: Store,
    schema: Arc<Schema>,
}

impl Connector for Sql {
    fn describe(&mut self) -> Result<Schema, StoreFault> {
        self.session.forget_schema();
        self.session.probe()?;
        self.session.schema()
    }

    fn find(&mut self, map: &Store, by: &Identifier, _: &Durable) -> Result<Vec<Found>, StoreFault> {
        self.looking(map, |session, map| find::find(session, map, by))
    }

    fn read(&mut self, map: &Store, persons: &[Found], _: &Durable) -> Result<PersonRows, StoreFault> {
        self.looking(map, |session, map| read::read(session, map, persons))
    }

    fn apply(
        &mut self,
        map: &Store,
        plan: &StorePlan,
        mode: apply::Mode,
        follows: &mut dyn FnMut() -> bool,
        _: &Durable,
    ) -> Result<Applied, Failed> {
        self.session.by_need(true);
        let mut run = || {
            let schema = self.session.schema()?.with_places(map);
            let map = Map::new(map, &schema)?;
            apply::apply_if(&mut self.session, &map, plan, mode, follows)
        };
        let applied = match run() {
            Err(Failed::Fault(StoreFault::SchemaChanged)) => run(),
            other => other,
        };
        self.session.by_need(false);
        applied
    }

    fn possible(&mut self, map: &Store, plan: &StorePlan) -> Result<Possible, StoreFault> {
        let schema = self.session.schema()?.with_places(map);
        Ok(apply::possible(&Map::new(map, &schema)?, plan))
    }

    fn explain(
        &mut self,
        map: &Store,
        by: &Identifier,
        _: &Durable,
    ) -> Result<Vec<(String, Vec<String>)>, StoreFault> {
        let schema = self.session.schema()?.with_places(map);
        let map = Map::new(map, &schema)?;
        self.session.explained(|session| {
            let found = find::find(session, &map, by)?;
            read::read(session, &map, &found).map(drop)
        })
    }

    fn session(&mut self) -> &mut Session {
        &mut self.session
    }
}

impl Sql {
    /// Looks, in one snapshot. A schema that changed since the last look is looked at again, and a
    /// connection that was cut is made again, once.
    fn looking<T>(
        &mut self,
        map: &Store,
        work: impl Fn(&mut Session, &Map<'_>) -> Result<T, StoreFault>,
    ) -> Result<T, StoreFault> {
        self.session.by_need(true);
        let mut look = || {
            let schema = self.placed(map)?;
            let map = Map::new(map, &schema)?;
            self.session.transaction(Mode::Look, |session| work(session, &map))
        };
        let found = match look() {
            Err(StoreFault::SchemaChanged | StoreFault::Unreachable { .. }) => look(),
            other => other,
        };
        self.session.by_need(false);
        found
    }

    /// The store's schema with the places of a map, made once for as long as both stay as they are.
    fn placed(&mut self, map: &Store) -> Result<Arc<Schema>, StoreFault> {
        let number = self.session.schema_number()?;
        if let Some(placed) = &self.placed
            && placed.number == number
            && placed.map == *map
        {
            return Ok(Arc::clone(&placed.schema));
        }
        let schema = Arc::new(self.session.schema()?.with_places(map));
        self.placed = Some(Placed { number, map: map.clone(), schema: Arc::clone(&schema) });
        Ok(schema)
    }
}
