//! The listening socket of `kept serve`: connections of HTTP/1.1, each with a deadline for the head of a
//! request, so that clients which send a byte now and then hold nothing open.
//!
//! Not here: the deadline for a body, which is told as a problem (`kept-web`), and what is answered.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;

/// How long nothing is accepted after that failed: the process has no more files to open, and the
/// connections that it has go on.
const REST: Duration = Duration::from_millis(200);

/// Answers connections until `stop` ends, and then until those that are answered just now are done.
pub(crate) async fn answer(
    listener: TcpListener,
    router: Router,
    head_within: Duration,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head_within);
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let next = poll_fn(|context| match stop.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => listener.poll_accept(context).map(Some),
        });
        match next.await {
            None => break,
            Some(Err(_)) => tokio::time::sleep(REST).await,
            Some(Ok((stream, _))) => {
                let service = TowerToHyperService::new(router.clone());
                let connection = http.serve_connection(TokioIo::new(stream), service);
                let connection = connections.watch(connection);
                tokio::spawn(async move {
                    // A client that goes away, or that is too slow, is no fault of the service.
                    let _ = connection.await;
                });
            }
        }
    }
    drop(listener);
    connections.shutdown().await;
}
