//! The threads of the service that tell webhooks: each webhook has threads of its own, so that a receiver that
//! hangs holds up no other, and the service stops without waiting for it.
//!
//! Not here: what is told and when it is tried again (`kept_engine::delivery`).

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Clock};

use kept_core::name::WebhookName;
use kept_engine::company::Company;
use kept_engine::delivery::Lanes;

use crate::{clock, printer};

/// How often what webhooks are to be told is looked for.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// How long calls that are under way may take after the word to stop.
const PATIENCE: Duration = Duration::from_secs(1);

/// The threads, and the way to stop them.
pub(crate) struct Hooks {
    company: Company,
    lanes: Arc<Lanes>,
    threads: Vec<(Sender<()>, JoinHandle<()>)>,
}

impl Hooks {
    /// Begins to tell what waits.
    ///
    /// # Errors
    /// A fault of Kept's own store; when no thread can be had.
    pub(crate) fn begin(company: Company) -> anyhow::Result<Self> {
        let lanes = Arc::new(Lanes::default());
        let mut threads = Vec::new();
        for lane in company.lanes()? {
            let (stop, stopped) = channel();
            let (company, shared) = (company.beside(), Arc::clone(&lanes));
            let thread = std::thread::Builder::new()
                .name("webhooks".to_owned())
                .spawn(move || tell(&company, &lane, &shared, &stopped))?;
            threads.push((stop, thread));
        }
        Ok(Self { company, lanes, threads })
    }

    /// Stops. Calls that don't end in time are put back, to be made again by the next service.
    pub(crate) fn end(self) {
        let Self { company, lanes, threads } = self;
        lanes.stop();
        let (stops, threads): (Vec<_>, Vec<_>) = threads.into_iter().unzip();
        drop(stops);
        let began = Clock::now();
        while threads.iter().any(|thread| !thread.is_finished()) && began.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(20));
        }
        match company.cut_off(&lanes, clock::now()) {
            Ok(0) => {}
            Ok(cut) => printer::note(&format!("webhooks: {cut} calls were cut off; they are made again")),
            Err(error) => printer::note(&format!("webhooks: {error:#}")),
        }
    }
}

fn tell(company: &Company, lane: &[WebhookName], shared: &Lanes, stopped: &Receiver<()>) {
    loop {
        match company.deliver_lane(lane, shared, clock::now) {
            Ok(delivered) if delivered.failed > 0 => {
                let failed = delivered.failed;
                printer::note(&format!("webhooks: {failed} could not be told; tried again later"));
            }
            Ok(_) => {}
            Err(error) => printer::note(&format!("webhooks: {error:#}; it is tried again")),
        }
        match stopped.recv_timeout(TELL_EVERY) {
            Err(RecvTimeoutError::Timeout) => shared.call_again(lane),
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
