//! `kept serve`: the API over HTTP, and what runs on schedule beside it, until it is told to stop.

use std::future::Future;
use std::time::Duration;

use anyhow::Context;
use kept_engine::clock::Trust;
use kept_web::api::{Settings, router};

use crate::cli::service::ServeArgs;
use crate::company::{open_by, places};
use crate::hooks::Hooks;
use crate::service::{Duties, Plan};
use crate::{Ended, clock, listening, printer};

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long requests in progress are answered after the word to stop: a client that sends half a request
/// keeps nobody waiting.
const ANSWERING: Duration = Duration::from_secs(10);

/// How long requests and duties in progress may take after the word to stop.
const STOPPING: Duration = Duration::from_secs(20);

/// Serves until SIGTERM or Ctrl-C.
pub(crate) fn run(args: &ServeArgs) -> anyhow::Result<Ended> {
    crate::commands::reports::ready(args.reports.as_deref())?;
    let now = clock::now();
    let folder = args.work.policy.path();
    // One connection for each worker, one for what runs on schedule, some for webhooks, and one that is on
    // its way back.
    let patience =
        kept_vault::Settings { connections_max: usize::from(args.workers) + 6, ..Default::default() };
    let mut company = open_by(&args.work, patience, (now, Trust::Service))?;
    company.limit_audit_statements(args.patience.limit());
    // The last act was noted when this company was opened, where the clock lies behind it too.
    if let Some(last) = company.last_use()? {
        clock::not_before(last);
    }
    let companies: Vec<_> = (0..args.workers).map(|_| company.beside()).collect();
    let hooks = Some(company.beside()).filter(|company| !company.policy().webhooks.is_empty());
    let hooks = hooks.map(Hooks::begin).transpose()?;
    let plan = Plan { sweep_at: (!args.no_sweep).then_some(args.sweep_at), reports: args.reports.clone() };
    let duties = Duties::begin(company, plan)?;
    let settings = Settings {
        companies,
        clock: clock::now,
        ledger: places(&folder, &args.work.data)?.ledger,
        requests_a_minute: args.requests_a_minute,
        patience: PATIENCE,
        body_within: Duration::from_secs(args.body_within),
        note: printer::note,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("can't start the threads of the service")?;
    let served = runtime.block_on(serve(args, settings));
    if let Some(hooks) = hooks {
        hooks.end();
    }
    runtime.shutdown_timeout(STOPPING);
    duties.end(STOPPING);
    served.map(|()| Ended::Done)
}

async fn serve(args: &ServeArgs, settings: Settings) -> anyhow::Result<()> {
    let about = || {
        format!(
            "can't listen on {}\nhelp: another service may have it; --listen 127.0.0.1:0 takes a free port",
            args.listen
        )
    };
    let listener = tokio::net::TcpListener::bind(args.listen).await.with_context(about)?;
    let address = listener.local_addr().context("can't tell the address")?;
    // Whoever started it reads from here where it listens.
    printer::data(&format!("listening on http://{address}\n"));
    let stop = stop().context("can't listen to signals")?;
    let (said, told) = tokio::sync::oneshot::channel();
    let stop = async move {
        stop.await;
        // Nobody listens any more when the service failed before.
        let _ = said.send(());
    };
    let head_within = Duration::from_secs(args.head_within);
    let serving = tokio::spawn(listening::answer(listener, router(settings), head_within, stop));
    // Also when the service failed: then nobody says it any more.
    let _ = told.await;
    match tokio::time::timeout(ANSWERING, serving).await {
        Ok(served) => served.context("the service failed")?,
        Err(_) => printer::note("some clients had sent half a request, or did not read their answer"),
    }
    printer::note("stopped");
    Ok(())
}

/// Ends when the process is told to.
fn stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        let both = std::pin::pin!(async { terminate.recv().await });
        let other = std::pin::pin!(async { interrupt.recv().await });
        either(both, other).await;
        printer::note("stopping: requests in progress are answered first");
    })
}

/// Ends with the first of two.
async fn either(
    mut one: impl Future<Output = Option<()>> + Unpin,
    mut other: impl Future<Output = Option<()>> + Unpin,
) {
    std::future::poll_fn(|context| {
        let one = std::pin::Pin::new(&mut one).poll(context);
        let other = std::pin::Pin::new(&mut other).poll(context);
        if one.is_ready() || other.is_ready() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}
