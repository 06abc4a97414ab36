//! Requests of people as case files: a number that people quote, a right, a state, and what was
//! asked and answered, sealed. Not here: deadlines (`kept_core::standing`).

use jiff::Timestamp as Instant;
use kept_core::name::CaseId;
use kept_core::standing::RequestState;
use kept_core::timeline::Right;

use crate::fault::Fault;
use crate::row::{Row, bytes, instant, integer, text};
use crate::statements::{
    REQUEST_ANSWERED, REQUEST_ANSWERED_PAGE, REQUEST_CHANGE, REQUEST_COUNT, REQUEST_FIND, REQUEST_LIST,
    REQUEST_MAKE, REQUEST_OPEN, REQUEST_PAGE, REQUEST_REMOVE,
};
use crate::subject::{Place, SubjectId};
use crate::transaction::Tx;
use kept_core::ledger::Durable;

/// A request, its content still sealed.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its number: `R-2026-0001`.
    pub number: CaseId,
    /// Whose.
    pub subject: SubjectId,
    /// Which right.
    pub right: Right,
    /// Where it stands.
    pub state: RequestState,
    /// When it was received.
    pub received_at: Instant,
    /// When the file last changed.
    pub changed_at: Instant,
    version: i64,
    sealed: Vec<u8>,
}

impl Tx {
    /// Files a request under the next number of its year and returns the number.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn put_request(
        &mut self,
        subject: SubjectId,
        right: Right,
        received_at: Instant,
        content: &[u8],
    ) -> Result<CaseId, Fault> {
        let year = received_at.to_zoned(jiff::tz::TimeZone::UTC).year();
        let count = self.next_number(&format!("request/{year}"))?;
        let number = format!("R-{year}-{count:04}");
        let sealed = self.seal(place(subject, 1), content)?;
        self.execute_one(
            REQUEST_MAKE,
            &[
                text(number.clone()),
                subject.value(),
                text(right_word(right)),
                instant(received_at),
                bytes(sealed),
            ],
        )?;
        Ok(CaseId::from(number))
    }

    /// A request by its number.
    ///
    /// # Errors
    /// When the store fails.
    pub fn request(&mut self, number: &CaseId) -> Result<Option<Request>, Fault> {
        let row = self.one(REQUEST_FIND, &[text(number.as_str())])?;
        row.map(|row| request(&row)).transpose()
    }

    /// Every request of a subject, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn requests_of(&mut self, subject: SubjectId) -> Result<Vec<Request>, Fault> {
        self.query(REQUEST_LIST, &[subject.value()])?.iter().map(request).collect()
    }

    /// Every request that is not answered, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn open_requests(&mut self) -> Result<Vec<Request>, Fault> {
        self.query(REQUEST_OPEN, &[])?.iter().map(request).collect()
    }

    /// Every request that was answered at an instant or later, the earliest answer first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn answered_requests(&mut self, since: Instant) -> Result<Vec<Request>, Fault> {
        self.query(REQUEST_ANSWERED, &[instant(since)])?.iter().map(request).collect()
    }

    /// A page of the answered requests after a number, in the order of their numbers.
    ///
    /// # Errors
    /// When the store fails.
    pub fn answered_page(&mut self, after: Option<&CaseId>, count: u32) -> Result<Vec<Request>, Fault> {
        let after = text(after.map_or("", CaseId::as_str));
        let rows = self.query(REQUEST_ANSWERED_PAGE, &[after, integer(i64::from(count))])?;
        rows.iter().map(request).collect()
    }

    /// Takes an answered request away, with what is left of the work on it; whether there was one. Its number
    /// is not given again.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_request(&mut self, number: &CaseId) -> Result<bool, Fault> {
        let removed = self.execute(REQUEST_REMOVE, &[text(number.as_str())])? > 0;
        if removed {
            self.remove_finished_work(number)?;
        }
        Ok(removed)
    }

    /// A page of all requests, answered ones too, the newest first; pages are counted from 0.
    ///
    /// # Errors
    /// When the store fails.
    pub fn requests_page(&mut self, page: u32, size: u16) -> Result<Vec<Request>, Fault> {
        let before = i64::from(page) * i64::from(size);
        self.query(REQUEST_PAGE, &[integer(i64::from(size)), integer(before)])?.iter().map(request).collect()
    }

    /// How many requests there are, answered ones too.
    ///
    /// # Errors
    /// When the store fails.
    pub fn count_requests(&mut self) -> Result<u64, Fault> {
        let row = self.one(REQUEST_COUNT, &[])?;
        row.map_or(Ok(0), |row| row.integer(0).map(i64::unsigned_abs))
    }

    /// What the file of a request holds.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn request_content(&mut self, of: &Request, by: &Durable) -> Result<Vec<u8>, Fault> {
        self.open(place(of.subject, of.version), &of.sealed, by)
    }

    /// Changes the state and the content of a request.
    ///
    /// # Errors
    /// [`Fault::Count`] when somebody else changed it since it was read.
    pub fn change_request(
        &mut self,
        request: &Request,
        state: RequestState,
        content: &[u8],
        now: Instant,
    ) -> Result<(), Fault> {
        let sealed = self.seal(place(request.subject, request.version + 1), content)?;
        self.execute_one(
            REQUEST_CHANGE,
            &[
                text(request.number.as_str()),
                text(state_word(state)),
                bytes(sealed),
                instant(now),
                integer(request.version),
            ],
        )
    }
}

fn place(subject: SubjectId, version: i64) -> Place {
    Place { table: "request", field: "content", subject, version }
}

fn request(row: &Row) -> Result<Request, Fault> {
    let shape = |column| Fault::Shape { statement: row.statement, column };
    Ok(Request {
        number: CaseId::from(row.text(0)?),
        subject: SubjectId::from_row(row, 1)?,
        right: right(row.text(2)?).ok_or(shape(2))?,
        state: state(row.text(3)?).ok_or(shape(3))?,
        received_at: row.instant(4)?,
        changed_at: row.instant(5)?,
        version: row.integer(6)?,
        sealed: row.bytes(7)?.to_vec(),
    })
}

const RIGHTS: [(Right, &str); 7] = [
    (Right::Access, "access"),
    (Right::Rectification, "rectification"),
    (Right::Erasure, "erasure"),
    (Right::Restriction, "restriction"),
    (Right::Portability, "portability"),
    (Right::Objection, "objection"),
    (Right::Withdrawal, "withdrawal"),
];

fn right_word(right: Right) -> &'static str {
    match right {
        Right::Access => "access",
        Right::Rectification => "rectification",
        Right::Erasure => "erasure",
        Right::Restriction => "restriction",
        Right::Portability => "portability",
        Right::Objection => "objection",
        Right::Withdrawal => "withdrawal",
    }
}

fn right(word: &str) -> Option<Right> {
    RIGHTS.iter().find(|(_, known)| *known == word).map(|(right, _)| *right)
}

fn state_word(state: RequestState) -> &'static str {
    match state {
        RequestState::Open => "open",
        RequestState::Paused => "paused",
        RequestState::Answered => "answered",
    }
}

fn state(word: &str) -> Option<RequestState> {
    match word {
        "open" => Some(RequestState::Open),
        "paused" => Some(RequestState::Paused),
        "answered" => Some(RequestState::Answered),
        _ => None,
    }
}
