//! Short acts of many callers, done by one thread in the order in which they come and committed together:
//! none waits for a thread of its own, and all that came while the disk wrote are in the next commit.
//!
//! Not here: what takes long or asks the company's stores (`desk`), and what an act does (`kept_engine`).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant as Clock};

use kept_core::time::Instant;
use kept_engine::Failure;
use kept_engine::company::Company;
use kept_engine::together::{Batch, Batches, Begun, Committed, NotCommitted, Prepared, Settling};
use tokio::sync::oneshot;

use super::desk::Trouble;

/// How many acts are committed together at the most.
const ACTS_MAX: usize = 64;

/// How long a transaction takes acts: other writers wait meanwhile, and so do the first of its callers.
const OPEN_FOR: Duration = Duration::from_millis(10);

/// Who waits for a turn, and the thread that gives them.
pub(super) struct Turns(Sender<Box<dyn Turn>>);

/// What came of a turn.
pub(super) enum Heard<T, P> {
    /// It was done, or refused.
    Done(Result<T, Trouble>),
    /// Nothing was done, and it is to be done by itself.
    ByItself(P),
    /// It panicked.
    Nothing,
}

impl Turns {
    /// Begins to give turns; the thread ends with the last of whoever may ask for one.
    pub(super) fn begin(company: Company, clock: fn() -> Instant) -> Self {
        let (queue, turns) = channel();
        let begun =
            thread::Builder::new().name("acts".to_owned()).spawn(move || give(company, &turns, clock));
        // Without a thread nobody receives, and everything is done by itself.
        drop(begun);
        Self(queue)
    }

    /// Waits for a turn, and until what was done is durable.
    pub(super) async fn take<T, P>(&self, prepare: P) -> Heard<T, P>
    where
        T: Send + 'static,
        P: FnMut(&mut Company, Instant) -> Result<Prepared<T>, Trouble> + Send + 'static,
    {
        let (reply, heard) = oneshot::channel();
        let waiting: Box<dyn Turn> = Box::new(Waiting { prepare, reply });
        if let Err(back) = self.0.send(waiting) {
            back.0.send_away();
        }
        heard.await.unwrap_or(Heard::Nothing)
    }
}

/// Somebody who waits for a turn.
trait Turn: Send {
    /// Does what is to be done in the open transaction; the rest follows when that is committed.
    fn begin(
        self: Box<Self>,
        company: &mut Company,
        open: &mut Open<'_>,
        now: Instant,
    ) -> Option<Box<dyn Settle>>;

    /// Says that nothing was done, and why.
    fn refuse(self: Box<Self>, why: &Failure);

    /// Says that it is to be done by itself.
    fn send_away(self: Box<Self>);
}

/// Somebody who waits for the commit.
trait Settle: Send {
    fn settle(self: Box<Self>, company: &mut Company, committed: Result<&Committed, &NotCommitted>);
}

/// The transaction, begun for the first who needs it.
struct Open<'b> {
    batches: &'b Batches,
    batch: Option<Batch<'b>>,
    since: Clock,
    /// Why it could not be begun.
    failed: Option<Failure>,
}

impl<'b> Open<'b> {
    fn new(batches: &'b Batches) -> Self {
        Self { batches, batch: None, since: Clock::now(), failed: None }
    }

    /// The transaction; none where it could not be begun.
    fn batch(&mut self) -> Option<&mut Batch<'b>> {
        if self.batch.is_none() {
            match self.batches.begin() {
                Ok(batch) => (self.batch, self.since) = (Some(batch), Clock::now()),
                Err(failure) => self.failed = Some(failure),
            }
        }
        self.batch.as_mut()
    }

    fn takes_more(&self, acts: usize) -> bool {
        self.failed.is_none() && acts < ACTS_MAX && self.since.elapsed() < OPEN_FOR
    }
}

/// Gives turns until nobody may ask for one any more.
fn give(mut company: Company, turns: &Receiver<Box<dyn Turn>>, clock: fn() -> Instant) {
    let batches = company.batches();
    while let Ok(first) = turns.recv() {
        let mut open = Open::new(&batches);
        let mut settling = Vec::new();
        let mut next = Some(first);
        while let Some(turn) = next {
            let begin = AssertUnwindSafe(|| turn.begin(&mut company, &mut open, clock()));
            // Whoever panicked hears nothing; its transaction takes no more and is undone for all.
            let Ok(begun) = catch_unwind(begin) else { break };
            settling.extend(begun);
            next = if open.takes_more(settling.len()) { turns.try_recv().ok() } else { None };
        }
        if let Some(why) = &open.failed {
            turns.try_iter().for_each(|turn| turn.refuse(why));
        }
        let Some(batch) = open.batch.filter(|_| !settling.is_empty()) else { continue };
        let committed = batch.commit();
        company.work_for(None);
        for one in settling {
            let settle = AssertUnwindSafe(|| one.settle(&mut company, committed.as_ref()));
            // Its caller hears nothing, which is told as a panic.
            drop(catch_unwind(settle));
        }
    }
}

struct Waiting<T, P> {
    prepare: P,
    reply: oneshot::Sender<Heard<T, P>>,
}

struct Acted<T, P> {
    settling: Settling<T>,
    waiting: Waiting<T, P>,
}

impl<T, P> Waiting<T, P> {
    /// Whoever has gone meanwhile hears nothing.
    fn hear(self, done: Result<T, Trouble>) {
        drop(self.reply.send(Heard::Done(done)));
    }

    fn by_itself(self) {
        drop(self.reply.send(Heard::ByItself(self.prepare)));
    }
}

impl<T, P> Turn for Waiting<T, P>
where
    T: Send + 'static,
    P: FnMut(&mut Company, Instant) -> Result<Prepared<T>, Trouble> + Send + 'static,
{
    fn begin(
        mut self: Box<Self>,
        company: &mut Company,
        open: &mut Open<'_>,
        now: Instant,
    ) -> Option<Box<dyn Settle>> {
        let prepared = match (self.prepare)(company, now) {
            Ok(prepared) if prepared.is_short() => prepared,
            Ok(_) => {
                self.by_itself();
                return None;
            }
            Err(trouble) => {
                self.hear(Err(trouble));
                return None;
            }
        };
        let Some(batch) = open.batch() else {
            if let Some(why) = &open.failed {
                self.refuse(why);
            }
            return None;
        };
        match prepared.begin(company, batch) {
            Ok(Begun::Settling(settling)) => return Some(Box::new(Acted { settling, waiting: *self })),
            Ok(Begun::ByItself) => self.by_itself(),
            Err(failure) => self.hear(Err(Trouble::of(&failure).known_to(company))),
        }
        None
    }

    fn refuse(self: Box<Self>, why: &Failure) {
        self.hear(Err(Trouble::of(why)));
    }

    fn send_away(self: Box<Self>) {
        self.by_itself();
    }
}

impl<T, P> Settle for Acted<T, P>
where
    T: Send + 'static,
    P: Send + 'static,
{
    fn settle(self: Box<Self>, company: &mut Company, committed: Result<&Committed, &NotCommitted>) {
        let Self { settling, waiting } = *self;
        match committed {
            Ok(committed) => {
                let settled = settling.settle(company, committed);
                waiting.hear(settled.map_err(|failure| Trouble::of(&failure).known_to(company)));
            }
            Err(NotCommitted::Undone(_)) => waiting.by_itself(),
            Err(NotCommitted::Unknown(fault)) => waiting.hear(Err(Trouble::Fault(fault.to_string()))),
        }
    }
}
