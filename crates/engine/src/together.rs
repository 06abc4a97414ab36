//! Short acts that are committed together, for a service that does many: what is prepared begins in an open
//! transaction, and is settled when that is committed.
//!
//! Not here: what an act does (`record`, `reading`, `decide`), and who collects them (`kept-web`).

use std::sync::Arc;

use kept_vault::together::Together;
pub use kept_vault::together::{Committed, NotCommitted};
use kept_vault::vault::Acted;
use kept_vault::{Tx, Vault};

use crate::company::Company;
use crate::failure::Failure;

/// What an act does within a transaction. It may run again, so it has no effect but through that.
type Doing<V> = Box<dyn FnMut(&Company, &mut Tx) -> Result<V, Failure> + Send>;

/// What follows when it is durable.
type Following<V, T> = Box<dyn FnOnce(&mut Company, Acted<V>) -> Result<T, Failure> + Send>;

/// A use case, ready to be done.
pub struct Prepared<T>(Box<dyn Prepare<T> + Send>);

impl<T> std::fmt::Debug for Prepared<T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Prepared").finish_non_exhaustive()
    }
}

/// The two manners in which a use case is done.
trait Prepare<T> {
    fn is_short(&self) -> bool;
    fn begin(self: Box<Self>, company: &Company, batch: &mut Batch<'_>) -> Result<Begun<T>, Failure>;
    fn alone(self: Box<Self>, company: &mut Company) -> Result<T, Failure>;
}

/// How far a use case came in an open transaction.
pub enum Begun<T> {
    /// It is done when the transaction is committed.
    Settling(Settling<T>),
    /// Nothing was done: it is no short act, or the store was busy with it.
    ByItself,
}

impl<T> std::fmt::Debug for Begun<T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Settling(_) => "settling",
            Self::ByItself => "by itself",
        })
    }
}

/// What an act comes to when its transaction is committed.
pub struct Settling<T>(Settle<T>);

type Settle<T> = Box<dyn FnOnce(&mut Company, &Committed) -> Result<T, Failure> + Send>;

impl<T> std::fmt::Debug for Settling<T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Settling").finish_non_exhaustive()
    }
}

impl<T> Settling<T> {
    /// What came of the act.
    ///
    /// # Errors
    /// What goes wrong after the act, which is done.
    pub fn settle(self, company: &mut Company, by: &Committed) -> Result<T, Failure> {
        (self.0)(company, by)
    }
}

impl<T: 'static> Prepared<T> {
    /// A short act upon Kept's own store alone.
    pub(crate) fn short<V: Send + 'static>(
        name: &'static str,
        doing: impl FnMut(&Company, &mut Tx) -> Result<V, Failure> + Send + 'static,
        following: impl FnOnce(&mut Company, Acted<V>) -> Result<T, Failure> + Send + 'static,
    ) -> Self {
        Self(Box::new(Short { name, doing: Box::new(doing), following: Box::new(following) }))
    }

    /// What takes long, or asks stores.
    pub fn long(doing: impl FnOnce(&mut Company) -> Result<T, Failure> + Send + 'static) -> Self {
        Self(Box::new(Long(doing)))
    }

    /// Whether it is a short act upon Kept's own store alone, that may share its commit.
    pub fn is_short(&self) -> bool {
        self.0.is_short()
    }

    /// Begins it in an open transaction, where it is a short act.
    ///
    /// # Errors
    /// Why it was not done; the transaction goes on without it.
    pub fn begin(self, company: &Company, batch: &mut Batch<'_>) -> Result<Begun<T>, Failure> {
        self.0.begin(company, batch)
    }

    /// Does it in a transaction of its own, or in as many as it takes.
    ///
    /// # Errors
    /// Those of the use case.
    pub fn alone(self, company: &mut Company) -> Result<T, Failure> {
        self.0.alone(company)
    }

    /// The same, and what is made of its answer.
    #[must_use]
    pub fn map<U: 'static>(self, then: impl FnOnce(&Company, T) -> U + Send + 'static) -> Prepared<U> {
        Prepared(Box::new(Mapped { of: self, then }))
    }
}

struct Short<V, T> {
    name: &'static str,
    doing: Doing<V>,
    following: Following<V, T>,
}

impl<V: Send + 'static, T: 'static> Prepare<T> for Short<V, T> {
    fn is_short(&self) -> bool {
        true
    }

    fn begin(self: Box<Self>, company: &Company, batch: &mut Batch<'_>) -> Result<Begun<T>, Failure> {
        let Self { mut doing, following, .. } = *self;
        let pending = match batch.0.act(|tx| doing(company, tx)) {
            Err(Failure::Vault(fault)) if fault.is_passing() => return Ok(Begun::ByItself),
            acted => acted?,
        };
        Ok(Begun::Settling(Settling(Box::new(move |company, by| following(company, pending.settle(by)?)))))
    }

    fn alone(self: Box<Self>, company: &mut Company) -> Result<T, Failure> {
        let Self { name, mut doing, following } = *self;
        let acted = company.vault.act_among_others(name, |tx| doing(company, tx))?;
        following(company, acted)
    }
}

struct Long<F>(F);

impl<T: 'static, F: FnOnce(&mut Company) -> Result<T, Failure> + Send + 'static> Prepare<T> for Long<F> {
    fn is_short(&self) -> bool {
        false
    }

    fn begin(self: Box<Self>, _: &Company, _: &mut Batch<'_>) -> Result<Begun<T>, Failure> {
        Ok(Begun::ByItself)
    }

    fn alone(self: Box<Self>, company: &mut Company) -> Result<T, Failure> {
        (self.0)(company)
    }
}

struct Mapped<T, F> {
    of: Prepared<T>,
    then: F,
}

impl<T: 'static, U: 'static, F> Prepare<U> for Mapped<T, F>
where
    F: FnOnce(&Company, T) -> U + Send + 'static,
{
    fn is_short(&self) -> bool {
        self.of.is_short()
    }

    fn begin(self: Box<Self>, company: &Company, batch: &mut Batch<'_>) -> Result<Begun<U>, Failure> {
        let Self { of, then } = *self;
        Ok(match of.begin(company, batch)? {
            Begun::ByItself => Begun::ByItself,
            Begun::Settling(settling) => Begun::Settling(Settling(Box::new(move |company, by| {
                let settled = settling.settle(company, by)?;
                Ok(then(company, settled))
            }))),
        })
    }

    fn alone(self: Box<Self>, company: &mut Company) -> Result<U, Failure> {
        let Self { of, then } = *self;
        let done = of.alone(company)?;
        Ok(then(company, done))
    }
}

/// Where transactions for several acts are begun.
#[derive(Clone, Debug)]
pub struct Batches(Arc<Vault>);

/// An open transaction that takes short acts, one after the other. It keeps all other writers waiting.
#[derive(Debug)]
pub struct Batch<'v>(Together<'v>);

impl Company {
    /// Where transactions for several short acts are begun.
    pub fn batches(&self) -> Batches {
        Batches(Arc::clone(&self.vault))
    }
}

impl Batches {
    /// Begins a transaction, when it is this one's turn to write.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn begin(&self) -> Result<Batch<'_>, Failure> {
        Ok(Batch(self.0.together("acts")?))
    }
}

impl Batch<'_> {
    /// Makes everything durable that was done in it.
    ///
    /// # Errors
    /// [`NotCommitted`].
    pub fn commit(self) -> Result<Committed, NotCommitted> {
        self.0.commit()
    }
}
