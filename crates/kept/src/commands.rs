//! The commands, one file each: from the command line to a use case and back to the terminal.

mod audit;
mod bench;
mod certificate;
mod check;
mod clock;
mod demo;
mod diff;
mod duty;
mod explain;
mod fmt;
mod gate;
mod import;
mod key;
mod ledger;
mod listing;
mod new;
mod notice;
mod record;
mod register;
pub(crate) mod reports;
mod request;
mod resume;
mod row_security;
mod scan;
mod schema;
mod screening;
mod secrecy;
mod serve;
mod statistic;
mod sweep;
mod texts;
mod watch;
mod webhook;
mod why;

use crate::Ended;
use crate::cli::Command;
use crate::cli::record::RecordCommand;

/// Carries out a command.
///
/// # Errors
/// When it could not be done; the message says what, where, and what to do.
pub(crate) fn run(command: Command) -> anyhow::Result<Ended> {
    match command {
        Command::New(args) => new::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Texts(args) => texts::run(&args),
        Command::Schema => schema::run(),
        Command::Explain(args) => explain::run(&args),
        Command::Notice(args) => notice::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Scan(args) => scan::run(&args),
        Command::Register(args) => register::run(&args),
        Command::Request(command) => request::run(&command),
        Command::Person(command) => person(&command),
        Command::Audit(args) => audit::run(&args),
        Command::Why(args) => why::run(&args),
        Command::Statistic(args) => statistic::figures(&args),
        Command::Anonymous(command) => statistic::anonymous(command),
        Command::Duty(command) => duty::run(&command),
        Command::Clock(args) => clock::run(&args),
        Command::Resume(args) => resume::run(&args),
        Command::RowSecurity(args) => row_security::run(&args),
        Command::Ledger(command) => ledger::run(&command),
        Command::Serve(args) => serve::run(&args),
        Command::Webhook(command) => webhook::run(&command),
        Command::Key(command) => key::run(&command),
        Command::Demo(args) => demo::run(&args),
        Command::Sweep(args) => sweep::run(&args),
        Command::Forecast(args) => sweep::forecast(&args),
        Command::Bench(args) => bench::run(&args),
    }
}

/// Recording, asking and giving.
fn person(command: &RecordCommand) -> anyhow::Result<Ended> {
    match command {
        RecordCommand::Collect(args) => record::collect(args),
        RecordCommand::Record(args) => record::event(args),
        RecordCommand::Consent(command) => record::consents(command),
        RecordCommand::Object(args) => record::object(args),
        RecordCommand::Restrict(args) => record::restrict(args),
        RecordCommand::Lift(args) => record::lift(args),
        RecordCommand::Hold(command) => record::hold(command),
        RecordCommand::Decide(args) => gate::decide(args),
        RecordCommand::Audience(args) => gate::audience(args),
        RecordCommand::Disclose(args) => gate::disclose(args),
        RecordCommand::Secrecy(command) => secrecy::run(command),
        RecordCommand::Screening(command) => screening::run(command),
    }
}
