//! Whom a purpose may reach now, as a stream: a line of JSON for each person, and a last line that says
//! how many there were. A stream without the last line was cut off.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body as ResponseBody, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use kept_core::name::{ControllerName, PurposeName};
use kept_core::time::Instant;
use kept_engine::applications::May;
use kept_engine::audience::Audience;
use kept_engine::company::Company;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use super::Service;
use super::body::{Asked, Body, Nothing, Way};
use super::caller::{Admitted, Caller};
use super::desk::Trouble;
use super::problem::Problem;

/// About how many bytes are sent at once.
const PART: usize = 64 * 1024;

/// How many parts wait for a slow reader.
const WAITING: usize = 4;

/// Whom to reach, and how.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Reach {
    purpose: PurposeName,
    channel: Way,
    controller: Option<ControllerName>,
}

/// The last line.
#[derive(Serialize)]
struct Last {
    end: Audience,
}

/// Lines on their way out. The first part tells the handler that the answer is one.
struct Lines {
    part: Vec<u8>,
    parts: mpsc::Sender<Result<Bytes, std::io::Error>>,
    begun: Begun,
}

/// Told once: that lines come, or why not.
#[derive(Clone)]
struct Begun(Arc<Mutex<Option<Tell>>>);

type Tell = oneshot::Sender<Result<(), Problem>>;

impl Begun {
    fn tell(&self, what: Result<(), Problem>) -> bool {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        told.is_some_and(|told| told.send(what).is_ok())
    }
}

impl Lines {
    /// Adds a line; whether anybody still reads.
    fn add(&mut self, line: &impl Serialize) -> bool {
        if serde_json::to_writer(&mut self.part, line).is_err() {
            return false;
        }
        self.part.push(b'\n');
        self.part.len() < PART || self.send()
    }

    fn send(&mut self) -> bool {
        self.begun.tell(Ok(()));
        let part = Bytes::from(std::mem::take(&mut self.part));
        self.parts.blocking_send(Ok(part)).is_ok()
    }
}

/// The parts, as a body takes them.
struct Parts(mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl Stream for Parts {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

pub(super) async fn audience(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(Reach { purpose, channel: Way(channel), controller }): Body<Reach>,
) -> Result<Response, Problem> {
    let (parts, receiver) = mpsc::channel(WAITING);
    let (tell, told) = oneshot::channel();
    let begun = Begun(Arc::new(Mutex::new(Some(tell))));
    let scope = (May::Decide, vec![purpose.clone()]);
    let mut lines = Lines { part: Vec::with_capacity(PART), parts: parts.clone(), begun: begun.clone() };
    let work = move |company: &mut Company, caller: &Admitted, now: Instant| {
        let controller = caller.controller(controller)?;
        let of = (&purpose, controller.as_ref());
        let end = company.audience_of(of, channel, now, &mut |member| lines.add(member))?;
        lines.add(&Last { end });
        lines.send();
        Ok::<(), Trouble>(())
    };
    tokio::spawn(async move {
        if let Err(problem) = service.run(caller, scope, work).await
            && !begun.tell(Err(problem))
        {
            // The answer has begun: whoever reads it must see that it was cut off.
            let _ = parts.send(Err(std::io::Error::other("cut off"))).await;
        }
    });
    told.await.unwrap_or_else(|_| Err(Problem::fault("the answer never began".to_owned())))?;
    let body = ResponseBody::from_stream(Parts(receiver));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], body).into_response())
}
