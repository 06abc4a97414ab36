//! Stores whose tables are files: CSV, or JSON with an object a line, in one folder.
//!
//! The files are taken into a private copy, an SQLite database in memory that no disk ever sees;
//! everything is asked and changed there, with the same statements as in any SQLite store. Changed
//! files are written anew and renamed over the old ones: that is the commit. Why so, and what it
//! costs: `docs/decisions/0016-files-as-a-private-copy.md`. Not here: SQL, and what rows mean.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::engine::{Access, Limits, Mode, Rows, sqlite};
use crate::fault::StoreFault;
use crate::sql::Arg;

mod commit;
mod csv;
mod folder;
mod json;
pub(crate) mod layout;
mod lines;
mod place;
mod table;

use commit::Prepared;
use folder::{Found, Lock, Share, Stamp};
use layout::Column;
pub use place::Folder;
pub(crate) use place::Wanted;
use table::Table;

/// How often a folder is read again while somebody else writes to it.
const ATTEMPTS: u32 = 3;

/// Something wrong at a place of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wrong {
    /// The place, in bytes.
    at: usize,
    /// What it is.
    what: &'static str,
}

impl Wrong {
    fn new(at: usize, what: &'static str) -> Self {
        Self { at, what }
    }
}

/// An open folder.
#[derive(Debug)]
pub struct Link {
    folder: Folder,
    access: Access,
    limits: Limits,
    copy: sqlite::Link,
    tables: Vec<Table>,
    /// The files of the folder as they were when the copy was made.
    seen: Vec<Seen>,
    /// The tables of which rows were touched in this transaction.
    touched: Arc<Mutex<BTreeSet<String>>>,
    /// The transaction that is open.
    open: Option<Mode>,
    lock: Option<Lock>,
}

/// A file of the folder; of one that nobody maps only that it is there.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    found: Found,
    stamp: Option<Stamp>,
}

/// The tables with their columns: what a copy made anew may have otherwise.
type Shape = Vec<(String, Vec<Column>)>;

impl Link {
    /// Opens a folder and takes its files in.
    ///
    /// # Errors
    /// [`StoreFault::Unreachable`] when there is no such folder, [`StoreFault::File`] with file and
    /// line for what can't be read for sure, [`StoreFault::FileChanged`] while somebody writes.
    pub fn open(folder: &Folder, access: Access, limits: Limits) -> Result<Self, StoreFault> {
        folder::need(&folder.path)?;
        let mut link = Self {
            folder: folder.clone(),
            access,
            limits,
            copy: sqlite::Link::private(limits)?,
            tables: Vec::new(),
            seen: Vec::new(),
            touched: Arc::default(),
            open: None,
            lock: None,
        };
        link.load()?;
        Ok(link)
    }

    /// From now on a statement may take so long.
    pub fn limit_statements(&mut self, limit: Duration) {
        self.limits.statement = limit;
        self.copy.limit_statements(limit);
    }

    /// Takes the files in anew where they changed. Whether their columns did.
    ///
    /// # Errors
    /// As [`Link::open`].
    pub fn refresh(&mut self) -> Result<bool, StoreFault> {
        if self.open.is_some() || self.look()? == self.seen {
            return Ok(false);
        }
        let before = self.shape();
        self.load()?;
        Ok(self.shape() != before)
    }

    /// Begins a transaction. To change anything the folder is locked first.
    ///
    /// # Errors
    /// As [`Link::open`]; [`StoreFault::SchemaChanged`] when the columns are others than before.
    pub fn begin(&mut self, mode: Mode) -> Result<(), StoreFault> {
        if mode == Mode::Change {
            if self.access == Access::Read {
                return Err(StoreFault::ReadOnly);
            }
            self.lock = Lock::take(&self.folder.path, Share::Alone, self.limits.lock)?;
        }
        let begun = self.refresh().and_then(|is_other| match is_other {
            true => Err(StoreFault::SchemaChanged),
            false => self.copy.batch(if mode == Mode::Look { "BEGIN" } else { "BEGIN IMMEDIATE" }),
        });
        match begun {
            Ok(()) => self.open = Some(mode),
            Err(_) => self.lock = None,
        }
        begun
    }

    /// Commits: the changed files are replaced, then the copy agrees.
    ///
    /// # Errors
    /// [`StoreFault::FileChanged`], [`StoreFault::Full`] and the like: then no file was replaced.
    pub fn commit(&mut self) -> Result<(), StoreFault> {
        let touched = self.touched.lock().map(|mut touched| std::mem::take(&mut *touched));
        let touched = touched.unwrap_or_default();
        let mut prepared = Prepared::new(&self.folder.path);
        for table in self.tables.iter().filter(|table| table.is_whole) {
            let is_touched = touched.contains(&table.found.table.to_lowercase());
            if is_touched || table.has_other_rows(&mut self.copy)? {
                prepared.add(table, &mut self.copy)?;
            }
        }
        let replaced = match prepared.finish() {
            Ok(replaced) => replaced,
            Err(fault) => {
                // What is in the folder now must be looked at again.
                self.seen.clear();
                return Err(fault);
            }
        };
        for one in replaced {
            let table = self.tables.iter_mut().find(|table| table.found.table == one.table);
            let seen = self.seen.iter_mut().find(|seen| seen.found.table == one.table);
            let (Some(table), Some(seen)) = (table, seen) else { continue };
            table.rows = one.rows;
            table.layout.digest = one.digest;
            if let Some(stamp) = one.stamp {
                table.stamp = stamp.clone();
                seen.stamp = Some(stamp);
            }
        }
        self.copy.batch("COMMIT")?;
        self.open = None;
        self.lock = None;
        Ok(())
    }

    /// Undoes a transaction, if one is open.
    pub fn roll_back(&mut self) {
        if let Ok(mut touched) = self.touched.lock() {
            touched.clear();
        }
        // A refused ROLLBACK means that there is no transaction any more.
        let _undone = self.copy.batch("ROLLBACK");
        self.open = None;
        self.lock = None;
    }

    /// Runs a statement and returns its rows.
    ///
    /// # Errors
    /// As SQLite answers, and as [`Link::begin`] outside a transaction.
    pub fn query(&mut self, text: &str, args: &[Arg]) -> Result<Rows, StoreFault> {
        self.alone(|copy| copy.query(text, args), is_question(text))
    }

    /// Runs a statement and returns the number of rows changed.
    ///
    /// # Errors
    /// As [`Link::query`].
    pub fn execute(&mut self, text: &str, args: &[Arg]) -> Result<u64, StoreFault> {
        self.alone(|copy| copy.execute(text, args), false)
    }

    /// Runs fixed statements.
    ///
    /// # Errors
    /// As [`Link::query`].
    pub fn batch(&mut self, text: &str) -> Result<(), StoreFault> {
        self.alone(|copy| copy.batch(text), is_question(text))
    }

    /// A handle that interrupts the statement in progress.
    pub fn interrupter(&self) -> rusqlite::InterruptHandle {
        self.copy.interrupter()
    }

    /// Runs work in a transaction of its own where none is open.
    fn alone<T>(
        &mut self,
        work: impl FnOnce(&mut sqlite::Link) -> Result<T, StoreFault>,
        is_question: bool,
    ) -> Result<T, StoreFault> {
        if self.open.is_some() {
            return work(&mut self.copy);
        }
        self.begin(if is_question { Mode::Look } else { Mode::Change })?;
        let outcome = work(&mut self.copy);
        if outcome.is_ok() && !is_question {
            let committed = self.commit();
            if committed.is_err() {
                self.roll_back();
            }
            return committed.and(outcome);
        }
        self.roll_back();
        outcome
    }

    /// Finishes what another run could not.
    fn recover(&self) -> Result<(), StoreFault> {
        let path = &self.folder.path;
        let is_wanted = match self.access {
            Access::Read => commit::is_interrupted(path),
            Access::Write => commit::is_interrupted(path) || commit::has_left_overs(path),
        };
        if is_wanted {
            let _lock = match self.lock {
                Some(_) => None,
                None => Lock::take(path, Share::Alone, self.limits.lock)?,
            };
            commit::resume(path)?;
        }
        Ok(())
    }

    fn load(&mut self) -> Result<(), StoreFault> {
        self.recover()?;
        let mut attempt = 1;
        loop {
            match self.load_once() {
                Err(StoreFault::FileChanged { .. }) if attempt < ATTEMPTS => attempt += 1,
                loaded => return loaded,
            }
        }
    }

    fn load_once(&mut self) -> Result<(), StoreFault> {
        let path = self.folder.path.clone();
        let _shared = match self.lock {
            Some(_) => None,
            None => Lock::take(&path, Share::Looking, self.limits.lock)?,
        };
        self.seen.clear();
        self.tables.clear();
        // The old copy goes before the new one is made.
        self.copy = sqlite::Link::private(self.limits)?;
        let seen = self.look()?;
        self.need_room(&seen)?;
        self.copy.batch("BEGIN")?;
        let (archives, own): (Vec<&Seen>, Vec<&Seen>) = seen.iter().partition(|seen| self.is_archive(seen));
        for seen in own.into_iter().chain(archives) {
            let table = self.take(seen)?;
            self.tables.extend(table);
        }
        self.copy.batch("COMMIT")?;
        self.finish_copy()?;
        self.seen = seen;
        Ok(())
    }

    fn finish_copy(&mut self) -> Result<(), StoreFault> {
        if self.access == Access::Read {
            self.copy.batch("PRAGMA query_only = ON")?;
        }
        let touched = Arc::clone(&self.touched);
        if let Ok(mut touched) = touched.lock() {
            touched.clear();
        }
        let note = Arc::clone(&self.touched);
        self.copy.on_change(move |table| {
            if let Ok(mut touched) = note.lock()
                && !touched.contains(table)
            {
                touched.insert(table.to_lowercase());
            }
        })
    }

    fn is_archive(&self, seen: &Seen) -> bool {
        self.wanted(&seen.found).is_some_and(|wanted| !wanted.archive_of.is_empty())
    }

    fn wanted(&self, found: &Found) -> Option<&Wanted> {
        self.folder.wanted.get(&found.table.to_lowercase())
    }

    /// Takes one file in. Of a file that nobody maps only what its columns are, and nothing where that
    /// can't be told.
    fn take(&mut self, seen: &Seen) -> Result<Option<Table>, StoreFault> {
        let nothing = Wanted::default();
        let wanted = self.folder.wanted.get(&seen.found.table.to_lowercase());
        let is_whole = wanted.is_some() || self.folder.is_whole;
        let archived: Vec<Column> = self
            .tables
            .iter()
            .filter(|table| wanted.is_some_and(|wanted| wanted.archive_of.contains(&table.found.table)))
            .flat_map(|table| table.layout.columns.clone())
            .collect();
        let how = (&self.folder.format, wanted.unwrap_or(&nothing), is_whole);
        match Table::load(&mut self.copy, seen.found.clone(), how, &archived) {
            Err(_) if !is_whole => Ok(None),
            loaded => loaded.map(Some),
        }
    }

    /// The files of the folder as they are now.
    fn look(&self) -> Result<Vec<Seen>, StoreFault> {
        let Folder { path, format, wanted, is_whole } = &self.folder;
        let mut seen: Vec<Seen> = Vec::new();
        for wanted in wanted.values() {
            if let Some(found) = folder::file_of(path, format, &wanted.name) {
                if let Some(other) = seen.iter().find(|known: &&Seen| known.found.path == found.path) {
                    let (one, other) = (&found.table, &other.found.table);
                    let what = format!("`{other}` and `{one}` are one file; map it once");
                    return Err(StoreFault::Map { what });
                }
                let stamp = Stamp::now(&found.path);
                seen.push(Seen { found, stamp });
            }
        }
        for found in folder::all(path, format)? {
            let is_known = seen.iter().any(|known| known.found.path == found.path);
            let is_taken = seen.iter().any(|known| known.found.table.eq_ignore_ascii_case(&found.table));
            if !is_known && !is_taken {
                let stamp = if *is_whole { Stamp::now(&found.path) } else { None };
                seen.push(Seen { found, stamp });
            }
        }
        Ok(seen)
    }

    fn need_room(&self, seen: &[Seen]) -> Result<(), StoreFault> {
        let bytes: u64 = seen.iter().filter_map(|seen| seen.stamp.as_ref()).map(Stamp::bytes).sum();
        if bytes <= folder::BYTES_MAX {
            return Ok(());
        }
        let megabytes = |bytes: u64| bytes >> 20;
        Err(StoreFault::Map {
            what: format!(
                "the files of `{}` hold {} MB, and at most {} MB are worked on in memory; \
                 keep them in a database, SQLite for one, and declare that as the store",
                self.folder.path.display(),
                megabytes(bytes),
                megabytes(folder::BYTES_MAX)
            ),
        })
    }

    fn shape(&self) -> Shape {
        let shape = |table: &Table| (table.found.table.clone(), table.layout.columns.clone());
        self.tables.iter().map(shape).collect()
    }
}

/// Whether a text only asks.
fn is_question(text: &str) -> bool {
    let text = text.trim_start();
    let begins = |word: &str| text.get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word));
    ["SELECT", "EXPLAIN", "PRAGMA", "WITH", "BEGIN"].iter().any(|word| begins(word))
}
